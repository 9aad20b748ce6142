import { describe, expect, it } from 'vitest'
import type { SpanKind } from '../../model/telemetry.ts'
import { clockSkews } from './clock-skew.ts'

const CLIENT = 3
const SERVER = 2

/** Milliseconds; the parent is the first. */
function skew(
  parent: readonly [kind: SpanKind, start: number, end: number],
  child: readonly [kind: SpanKind, start: number, end: number],
): number {
  const spans = [parent, child]
  return clockSkews(
    {
      size: 2,
      kinds: Uint8Array.from(spans, ([kind]) => kind),
      starts: Float64Array.from(spans, ([, start]) => start * 1e6),
      durations: Float64Array.from(spans, ([, start, end]) => (end - start) * 1e6),
    },
    Int32Array.of(-1, 0),
  ).most
}

describe('clock skew', () => {
  // |---client---|
  //   |-server-|
  it('none where the child lies within its parent', () => {
    expect(skew([CLIENT, 100, 110], [SERVER, 102, 108])).toBe(0)
  })

  //    |---client---|
  // |-server-|
  it('a child that begins before its parent', () => {
    expect(skew([CLIENT, 100, 110], [SERVER, 95, 105])).toBe(5_000_000)
    expect(skew([1, 100, 110], [1, 98, 105])).toBe(2_000_000)
  })

  it('a millisecond is no contradiction: clocks tick so', () => {
    expect(skew([1, 100, 110], [1, 99, 105])).toBe(0)
  })

  // |-client-|
  //                       |-server-|
  it('a server that begins later than a whole call after the call', () => {
    expect(skew([CLIENT, 100, 110], [SERVER, 125, 130])).toBe(15_000_000)
    expect(skew([CLIENT, 100, 110], [SERVER, 119, 130])).toBe(0)
  })

  // |-client-|
  //     |------server------|
  it('not a server that goes on after its client gave up', () => {
    expect(skew([CLIENT, 100, 110], [SERVER, 105, 900])).toBe(0)
  })

  it('not a consumer that takes its message later', () => {
    expect(skew([4, 100, 101], [5, 9_000, 9_001])).toBe(0)
  })

  it('a root has nothing to contradict', () => {
    const root = {
      size: 1,
      kinds: Uint8Array.of(1),
      starts: Float64Array.of(5),
      durations: Float64Array.of(-4),
    }
    expect(clockSkews(root, Int32Array.of(-1))).toEqual({ places: [], most: 0 })
  })
})
