import { describe, expect, it } from 'vitest'
import type { SpanKind } from '../../model/telemetry.ts'
import { clockSkews } from './clock-skew.ts'

const CLIENT = 3
const SERVER = 2

/** Milliseconds; the parent is the first. */
function skew(
  parent: readonly [kind: SpanKind, start: number, end: number],
  child: readonly [kind: SpanKind, start: number, end: number],
): bigint | undefined {
  const spans = [parent, child].map(([kind, start, end]) => ({
    kind,
    startTimeUnixNano: BigInt(start * 1e6),
    endTimeUnixNano: BigInt(end * 1e6),
  }))
  return clockSkews(spans, Int32Array.of(-1, 0))[0]?.by
}

describe('clock skew', () => {
  // |---client---|
  //   |-server-|
  it('none where the child lies within its parent', () => {
    expect(skew([CLIENT, 100, 110], [SERVER, 102, 108])).toBeUndefined()
  })

  //    |---client---|
  // |-server-|
  it('a child that begins before its parent', () => {
    expect(skew([CLIENT, 100, 110], [SERVER, 95, 105])).toBe(5_000_000n)
    expect(skew([1, 100, 110], [1, 98, 105])).toBe(2_000_000n)
  })

  it('a millisecond is no contradiction: clocks tick so', () => {
    expect(skew([1, 100, 110], [1, 99, 105])).toBeUndefined()
  })

  // |-client-|
  //                       |-server-|
  it('a server that begins later than a whole call after the call', () => {
    expect(skew([CLIENT, 100, 110], [SERVER, 125, 130])).toBe(15_000_000n)
    expect(skew([CLIENT, 100, 110], [SERVER, 119, 130])).toBeUndefined()
  })

  // |-client-|
  //     |------server------|
  it('not a server that goes on after its client gave up', () => {
    expect(skew([CLIENT, 100, 110], [SERVER, 105, 900])).toBeUndefined()
  })

  it('not a consumer that takes its message later', () => {
    expect(skew([4, 100, 101], [5, 9_000, 9_001])).toBeUndefined()
  })

  it('a root has nothing to contradict', () => {
    expect(clockSkews([{ kind: 1, startTimeUnixNano: 5n, endTimeUnixNano: 1n }], Int32Array.of(-1))).toEqual(
      [],
    )
  })
})
