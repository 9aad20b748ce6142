import { describe, expect, it } from 'vitest'
import { layoutTrace } from './layout.ts'
import { operationRows, selectSpans } from './statistics.ts'

const span = (
  service: string,
  name: string,
  start: number,
  long: number,
  parent: number,
  failed = false,
) => ({
  service,
  name,
  startTimeUnixNano: String(1_000 + start),
  durationNano: long,
  parent,
  depth: parent + 1,
  status: failed ? ('error' as const) : ('unset' as const),
})
// gateway |--------------------|
// cart       |---| |------!|
const spans = [
  span('gateway', 'GET /', 0, 100, -1),
  span('cart', 'get', 10, 20, 0),
  span('cart', 'get', 40, 40, 0, true),
]
const layout = layoutTrace(spans, '1000')

describe('statistics', () => {
  it('sum self time by service and operation, and keep the outlier', () => {
    expect(operationRows(spans, layout, [0, 1, 2])).toEqual([
      { service: 'cart', name: 'get', count: 2, errors: 1, self: 60, total: 60, longest: 40, outlier: 2 },
      {
        service: 'gateway',
        name: 'GET /',
        count: 1,
        errors: 0,
        self: 40,
        total: 100,
        longest: 100,
        outlier: 0,
      },
    ])
  })

  it('take hostile names as names', () => {
    const hostile = [span('__proto__', 'constructor', 0, 5, -1)]
    expect(operationRows(hostile, layoutTrace(hostile, '1000'), [0])).toMatchObject([
      { service: '__proto__', count: 1 },
    ])
  })

  it('look at what matches and touches the zoom', () => {
    expect(selectSpans(layout, undefined, undefined)).toEqual([0, 1, 2])
    expect(selectSpans(layout, Uint8Array.of(0, 1, 1), undefined)).toEqual([1, 2])
    expect(selectSpans(layout, undefined, { from: 0, to: 35 })).toEqual([0, 1])
    expect(selectSpans(layout, Uint8Array.of(0, 1, 1), { from: 35, to: 60 })).toEqual([2])
  })
})
