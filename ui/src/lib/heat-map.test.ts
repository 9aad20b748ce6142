import { describe, expect, it } from 'vitest'
import { readSelection, selectionOf, selectionText, shadeOf, slowest } from './heat-map.ts'

const MAP = {
  fromUnixNano: '1000000000000',
  widthNano: 10e6,
  boundsNano: [1_000, 2_000, 4_000, 8_000, 16_000],
  cells: [
    [0, 0, 70, 0],
    [1, 1, 25, 0],
    [1, 2, 4, 1],
    [3, 3, 1, 1],
  ] as [number, number, number, number][],
}
const COLUMNS = 4

describe('a selection', () => {
  it('is of whole cells, whichever corner it began in', () => {
    const expected = { from: 1_000_010, to: 1_000_030, atLeast: 2_000, below: 8_000 }
    expect(selectionOf(MAP, COLUMNS, [0.3, 0.7], [0.3, 0.7])).toEqual(expected)
    expect(selectionOf(MAP, COLUMNS, [0.7, 0.3], [0.7, 0.3])).toEqual(expected)
  })

  it('that reaches the top has no upper bound, and never leaves the map', () => {
    expect(selectionOf(MAP, COLUMNS, [-1, 2], [0.8, 9])).toEqual({
      from: 1_000_000,
      to: 1_000_040,
      atLeast: 8_000,
      below: undefined,
    })
  })

  it('of a point is the cell in which it lies; of an empty map there is none', () => {
    expect(selectionOf(MAP, COLUMNS, [0, 0], [0, 0])).toMatchObject({ to: 1_000_010, below: 2_000 })
    expect(selectionOf({ ...MAP, boundsNano: [] }, COLUMNS, [0, 1], [0, 1])).toBeUndefined()
  })

  it('of the slowest is as many rows as hold no more than the share, and at least one', () => {
    const bounds = [0.001, 0.01, 0.05, 0.5].map(share => slowest(MAP, COLUMNS, share)!.atLeast)
    expect(bounds).toEqual([8_000, 8_000, 4_000, 2_000])
  })

  it('is the same when it is read from the address, and nothing where that is something else', () => {
    for (const below of [undefined, 8_000]) {
      const selection = { from: 1, to: 2, atLeast: 3, below }
      expect(readSelection(selectionText(selection))).toEqual(selection)
    }
    for (const text of ['', '1_2', '1_2_3', '1_2_3_x', '1_2_3_4_5', '-1_2_3_4', 'a_2_3_4'])
      expect(readSelection(text)).toBeUndefined()
  })
})

it('the most frequent cell is darkest, and a single span is seen', () => {
  expect([shadeOf(1_000, 1_000), shadeOf(1, 1_000), shadeOf(1, 1)]).toEqual([1, 0.15, 1])
})
