import { describe, expect, it } from 'vitest'
import { random } from '../../test/random.ts'
import { criticalPath, pathBySpan, pathShares } from './critical-path.ts'

type Drawn = readonly [start: number, end: number, parent: number]

const shapeOf = (drawn: readonly Drawn[]) => ({
  count: drawn.length,
  start: Float64Array.from(drawn, ([start]) => start),
  end: Float64Array.from(drawn, ([, end]) => end),
  parent: Int32Array.from(drawn, ([, , parent]) => parent),
})
/** As `span:from-to`. */
const pathOf = (...drawn: Drawn[]): string =>
  criticalPath(shapeOf(drawn))
    .map(({ span, from, to }) => `${span}:${from}-${to}`)
    .join(' ')

describe('the critical path', () => {
  // 0 |=====================|
  it('of one span is the span', () => {
    expect(pathOf([0, 100, -1])).toBe('0:0-100')
  })

  // 0 |==----------===-------==|
  // 1    |=========|
  // 2                 |=====|
  it('goes through children that run one after another', () => {
    expect(pathOf([0, 100, -1], [10, 40, 0], [50, 90, 0])).toBe('0:0-10 1:10-40 0:40-50 2:50-90 0:90-100')
  })

  // 0 |==------------------==|
  // 1    |--------------|
  // 2        |=============|     the last to end; 1 still ran as it began
  it('takes the child that ends last, and not what ran beside it', () => {
    expect(pathOf([0, 100, -1], [10, 80, 0], [20, 90, 0])).toBe('0:0-20 2:20-90 0:90-100')
  })

  // 0 |=-----------------=|
  // 1  |==----------====|
  // 2     |========|
  it('goes down', () => {
    expect(pathOf([0, 100, -1], [10, 90, 0], [20, 60, 1])).toBe('0:0-10 1:10-20 2:20-60 1:60-90 0:90-100')
  })

  // 0 |==--------=======|
  // 1    |======|
  // 2               |---------|
  it('waits for no child that outlives its parent', () => {
    expect(pathOf([0, 100, -1], [10, 60, 0], [80, 150, 0])).toBe('0:0-10 1:10-60 0:60-100')
  })

  //     0 |-----======|
  //  1 |========|
  it('cuts a child whose clock begins it before its parent', () => {
    expect(pathOf([20, 100, -1], [0, 60, 0])).toBe('1:20-60 0:60-100')
  })

  it('passes by children without length, and those that ended before their parent began', () => {
    expect(pathOf([20, 100, -1], [50, 50, 0], [0, 10, 0])).toBe('0:20-100')
  })

  it('of several roots is that of the longest; of none it is empty', () => {
    expect(pathOf([0, 10, -1], [5, 50, -1])).toBe('1:5-50')
    expect(pathOf()).toBe('')
  })

  it('goes 100,000 spans down', () => {
    const drawn = Array.from({ length: 100_000 }, (_, i): Drawn => [i, 200_000 - i, i - 1])
    expect(criticalPath(shapeOf(drawn))).toHaveLength(199_999)
  })

  it('has neither gap nor overlap, whatever the trace', () => {
    const rnd = random(7)
    for (let round = 0; round < 200; round++) {
      const drawn = Array.from({ length: 1 + Math.floor(rnd.next() * 40) }, (_, i): Drawn => {
        const start = Math.floor(rnd.next() * 1000)
        return [start, start + Math.floor(rnd.next() * 400), i === 0 ? -1 : Math.floor(rnd.next() * i)]
      })
      const parts = criticalPath(shapeOf(drawn))
      const [start, end] = drawn[0]!
      const reached = parts.reduce(
        (at, part) => (part.from === at && part.to > at ? part.to : Number.NaN),
        start,
      )
      expect(reached, `seed 7, round ${round}`).toBe(end)
    }
  })
})

describe('what each part holds of it', () => {
  const parts = criticalPath(
    shapeOf([
      [0, 100, -1],
      [10, 40, 0],
      [50, 90, 0],
    ]),
  )
  it('is summed by service, the most first', () => {
    expect(pathShares(parts, span => ['gateway', 'cart', 'payment'][span]!)).toEqual([
      { service: 'payment', nano: 40, ratio: 0.4 },
      { service: 'cart', nano: 30, ratio: 0.3 },
      { service: 'gateway', nano: 30, ratio: 0.3 },
    ])
  })

  it('is found by span', () => {
    const path = pathBySpan(parts, 3)
    expect([...path.first]).toEqual([0, 3, 4, 5])
    expect(path.parts.slice(0, 3).map(part => part.from)).toEqual([0, 40, 90])
  })
})
