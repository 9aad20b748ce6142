import { describe, expect, it } from 'vitest'
import { ancestorsOf, layoutTrace, waitsOf } from './layout.ts'

type Drawn = [start: number, end: number, parent: number, status?: 'error']

const START = 1_795_348_984_112_000_000n
function layoutOf(...drawn: Drawn[]) {
  const depths: number[] = []
  const spans = drawn.map(([start, end, parent, status], i) => {
    depths[i] = parent < 0 ? 0 : depths[parent]! + 1
    return {
      startTimeUnixNano: (START + BigInt(start)).toString(),
      durationNano: end - start,
      parent,
      depth: depths[i],
      status: status ?? ('unset' as const),
    }
  })
  return layoutTrace(spans, START.toString())
}

describe('waiting and self time', () => {
  // |-----------------|
  //    |--a--|    |-c-|
  //      |--b--|
  it('joins children that overlap', () => {
    const layout = layoutOf([0, 100, -1], [20, 50, 0], [40, 60, 0], [80, 100, 0])
    expect(waitsOf(layout, 0)).toEqual([
      [20, 60],
      [80, 100],
    ])
    expect(layout.self[0]).toBe(40)
    expect(layout.self[1]).toBe(30)
  })

  //    |----parent----|
  //  |--a--|      |--b--|
  it('cuts children at the ends of their parent', () => {
    const layout = layoutOf([20, 80, -1], [10, 30, 0], [70, 95, 0])
    expect(waitsOf(layout, 0)).toEqual([
      [20, 30],
      [70, 80],
    ])
    expect(layout.self[0]).toBe(40)
    expect(layout.total).toBe(95)
  })

  // |-parent-|
  //             |-a-|
  it('does not wait for a child that runs later', () => {
    const layout = layoutOf([0, 10, -1], [20, 30, 0])
    expect(waitsOf(layout, 0)).toEqual([])
    expect(layout.self[0]).toBe(10)
  })

  // |-----parent-----|
  //  |------a------|
  //    |-b-|
  it('ignores a child within another', () => {
    const layout = layoutOf([0, 100, -1], [10, 90, 0], [20, 40, 0])
    expect(waitsOf(layout, 0)).toEqual([[10, 90]])
    expect(layout.self[0]).toBe(20)
  })
})

describe('subtrees', () => {
  const layout = layoutOf([0, 9, -1], [1, 4, 0, 'error'], [2, 3, 1, 'error'], [5, 6, 0], [0, 9, -1, 'error'])

  it('end behind the last descendant', () => {
    expect([...layout.subtreeEnd]).toEqual([4, 3, 3, 4, 5])
  })

  it('count the failures below, not their own', () => {
    expect([...layout.failedBelow]).toEqual([2, 1, 0, 0, 0])
  })

  it('know their ancestors', () => {
    expect(ancestorsOf(layout, 2)).toEqual([0, 1])
    expect(ancestorsOf(layout, 4)).toEqual([])
  })
})

describe('odd traces', () => {
  it('an empty one has an axis all the same', () => {
    expect(layoutOf()).toMatchObject({ count: 0, total: 1 })
  })

  it('100,000 spans in one line of descent', () => {
    const layout = layoutOf(...Array.from({ length: 100_000 }, (_, i): Drawn => [i, 200_000 - i, i - 1]))
    expect(layout.subtreeEnd[0]).toBe(100_000)
    expect(layout.depth[99_999]).toBe(99_999)
    expect(layout.self[5]).toBe(2)
    expect(ancestorsOf(layout, 3)).toEqual([0, 1, 2])
  })

  it('100,000 siblings', () => {
    const layout = layoutOf(
      [0, 200_000, -1],
      ...Array.from({ length: 99_999 }, (_, i): Drawn => [2 * i, 2 * i + 1, 0]),
    )
    expect(layout.self[0]).toBe(100_001)
    expect(waitsOf(layout, 0)).toHaveLength(99_999)
  })
})
