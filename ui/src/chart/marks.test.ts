import { describe, expect, it } from 'vitest'
import { placeMarks } from './marks.ts'

const x = (at: number): number => at

describe('placeMarks', () => {
  it('names a mark right of its line, and left of it at the edge', () => {
    const placed = placeMarks(
      [
        { at: 10, label: '1.2.0' },
        { at: 190, label: '1.3.0' },
      ],
      x,
      200,
    )
    expect(placed.map(({ left }) => left)).toEqual([14, 154])
  })

  it('leaves a name out that would lie over the one before, never its line', () => {
    const placed = placeMarks(
      [
        { at: 30, label: 'second' },
        { at: 10, label: 'first' },
      ],
      x,
      200,
    )
    expect(placed.map(({ at, label }) => [at, label])).toEqual([
      [10, 'first'],
      [30, ''],
    ])
  })

  it('leaves out what is not in the plot', () => {
    expect(
      placeMarks(
        [
          { at: -1, label: 'a' },
          { at: 201, label: 'b' },
        ],
        x,
        200,
      ),
    ).toEqual([])
  })
})
