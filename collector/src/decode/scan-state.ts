/**
 * What one scan over a request gathers, and the little arithmetic that its loops share.
 *
 * Instants are kept as two halves of 32 bits: exact, and without a bigint for each record.
 */
import type { CanonicalRequest } from '../model/canonical.ts'
import { lookupHash } from '../model/lookup-hash.ts'
import { unixNano, type UnixNano } from '../model/time.ts'
import { word } from '../wire/reader.ts'
import { TRACE_ID_BYTES } from './fields.ts'

/** More records and containers than a request may hold. */
export class BudgetError extends Error {}

export class ScanState {
  readonly bytes: Uint8Array
  /** Spans, log records or data points seen. */
  items = 0
  /**
   * Something must be rejected or rewritten before the bytes are canonical. The scan goes on all
   * the same, because a fault in the structure further on refuses the whole request.
   */
  odd = false
  /** Some record has no time at all. */
  untimed = false
  #budget: number
  #lookups = new Float64Array(256)
  #lookupCount = 0
  #traceAt = -1
  #correlation = -1
  #timed = false
  #minHigh = 0xffff_ffff
  #minLow = 0xffff_ffff
  #maxHigh = 0
  #maxLow = 0

  /** @param budget records and containers that the request may hold */
  constructor(bytes: Uint8Array, budget: number) {
    this.bytes = bytes
    this.#budget = budget
  }

  /** Counts one record or container. */
  charge(): void {
    if (--this.#budget < 0) throw new BudgetError()
  }

  /** The 8 bytes at `at` are the time of a record. */
  time(at: number): void {
    const low = word(this.bytes, at)
    const high = word(this.bytes, at + 4)
    this.#timed = true
    if (high < this.#minHigh || (high === this.#minHigh && low < this.#minLow)) {
      this.#minHigh = high
      this.#minLow = low
    }
    if (high > this.#maxHigh || (high === this.#maxHigh && low > this.#maxLow)) {
      this.#maxHigh = high
      this.#maxLow = low
    }
  }

  /** A record without any time, where 0 is one. */
  timeZero(): void {
    this.#timed = true
    this.#minHigh = 0
    this.#minLow = 0
  }

  /** The 16 bytes at `at` are the trace id of a record. @returns false where they are all zero */
  traceId(at: number): boolean {
    if (this.#traceAt >= 0 && sameId(this.bytes, this.#traceAt, at)) return true
    if (isZero(this.bytes, at, at + TRACE_ID_BYTES)) return false
    this.#traceAt = at
    this.#lookup(lookupHash(this.bytes, at, at + TRACE_ID_BYTES))
    return true
  }

  /** A string stands under one of the correlation keys. */
  correlation(start: number, end: number): void {
    const hash = lookupHash(this.bytes, start, end)
    if (hash === this.#correlation) return
    this.#correlation = hash
    this.#lookup(hash)
  }

  get lookups(): Float64Array {
    return this.#lookups.slice(0, this.#lookupCount)
  }

  get times(): CanonicalRequest['times'] {
    if (!this.#timed) return undefined
    return { from: instant(this.#minHigh, this.#minLow), to: instant(this.#maxHigh, this.#maxLow) }
  }

  #lookup(hash: number): void {
    if (this.#lookupCount === this.#lookups.length) {
      const grown = new Float64Array(this.#lookupCount * 2)
      grown.set(this.#lookups)
      this.#lookups = grown
    }
    this.#lookups[this.#lookupCount++] = hash
  }
}

const instant = (high: number, low: number): UnixNano => unixNano((BigInt(high) << 32n) | BigInt(low))

function sameId(bytes: Uint8Array, a: number, b: number): boolean {
  for (let i = TRACE_ID_BYTES - 1; i >= 0; i--) if (bytes[a + i] !== bytes[b + i]) return false
  return true
}

/** All bytes of [start, end) are zero, as in the ids that mean "none". */
export function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0) return false
  return true
}
