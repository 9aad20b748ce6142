import { describe, expect, it } from 'vitest'
import { flameBoxes, levelsOf, spanAt } from './flame.ts'
import { layoutTrace } from './layout.ts'
import { makeScale, RIGHT_MARGIN } from './scale.ts'

const layoutOf = (
  ...drawn: readonly (readonly [start: number, end: number, parent: number, depth: number])[]
) =>
  layoutTrace(
    drawn.map(([start, end, parent, depth]) => ({
      startTimeUnixNano: String(start),
      durationNano: end - start,
      parent,
      depth,
      status: 'unset' as const,
    })),
    '0',
  )
// |------------------|
//    |---|   |-----|
//            |-|
const layout = layoutOf([0, 1000, -1, 0], [100, 300, 0, 1], [500, 900, 0, 1], [500, 600, 2, 2])
const scale = makeScale({ from: 0, to: 1000 }, 1000 + RIGHT_MARGIN)

describe('the flame graph', () => {
  it('has a level for each depth', () => {
    expect(levelsOf(layout)).toBe(3)
    expect(levelsOf(layoutOf())).toBe(0)
  })

  it('paints the levels in sight', () => {
    expect(flameBoxes(layout, scale, 0, 3)).toEqual([0, 1, 2, 3])
    expect(flameBoxes(layout, scale, 1, 2)).toEqual([1, 2])
  })

  it('leaves out what the zoom does not touch', () => {
    expect(flameBoxes(layout, makeScale({ from: 0, to: 400 }, 400 + RIGHT_MARGIN), 0, 3)).toEqual([0, 1])
  })

  it('paints one of many in a pixel, so that 100,000 siblings stay few', () => {
    const many = layoutOf(
      [0, 200_000, -1, 0],
      ...Array.from({ length: 99_999 }, (_, i) => [2 * i, 2 * i + 1, 0, 1] as const),
    )
    const boxes = flameBoxes(many, makeScale({ from: 0, to: 200_000 }, 1000 + RIGHT_MARGIN), 0, 2)
    expect(boxes.length).toBeGreaterThan(900)
    expect(boxes.length).toBeLessThanOrEqual(1002)
  })

  it('knows the span under the pointer', () => {
    expect([
      spanAt(layout, scale, 550, 2),
      spanAt(layout, scale, 550, 1),
      spanAt(layout, scale, 400, 1),
    ]).toEqual([3, 2, -1])
    expect(spanAt(layout, scale, 301, 1)).toBe(1)
  })
})
