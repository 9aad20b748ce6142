/**
 * The orders of the contract: arrival, time then arrival, and texts.
 */
import type { UnixNano } from '../../model/time.ts'
import type { Ordinal, TimeRange } from '../api.ts'

/** A record's place in a list. */
export interface Place {
  readonly time: UnixNano
  readonly ordinal: Ordinal
}

/** Ascending; as `Array.prototype.sort` wants it. */
export function compareOrdinal(a: Ordinal, b: Ordinal): number {
  return a.sequence - b.sequence || a.row - b.row
}

/** Before every record: sequences begin at 1. */
export const BEFORE_ALL: Ordinal = { sequence: 0, row: 0 }

export function comparePlace(a: Place, b: Place): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1
  return compareOrdinal(a.ordinal, b.ordinal)
}

/** By UTF-16 code units: the same everywhere, whatever the locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A range holds its start and not its end. */
export function inRange(time: UnixNano, range: TimeRange): boolean {
  return time >= range.from && time < range.to
}

export interface HitKey {
  readonly key: bigint
  readonly traceId: string
}

/** Traces in the order in which a search lists them: larger key first, then larger trace id. */
export function compareHits(a: HitKey, b: HitKey): number {
  if (a.key !== b.key) return a.key > b.key ? -1 : 1
  return compareText(b.traceId, a.traceId)
}
