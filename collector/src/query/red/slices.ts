/**
 * How finely a range is cut when it is asked of counts: by the minute where that is kept and not too
 * much, by the hour else, and then into points of equal width for a line.
 */
import type { TimeRange } from '../../store/api.ts'
import { BY_HOUR, BY_MINUTE, type Grain } from '../../red/keys.ts'
import { MILLIS_PER_MINUTE, NANOS_PER_MILLI, type UnixMillis } from '../../model/time.ts'

const NANOS_PER_MINUTE = NANOS_PER_MILLI * BigInt(MILLIS_PER_MINUTE)
/** Minutes up to which a range is read by the minute. */
const MOST_MINUTES = 2 * 1_440
/** Points of a line that is 120 pixels wide; an hour, which is 61 minutes in part, has one for each. */
const MOST_POINTS = 90

export interface Slices {
  readonly grain: Grain
  /** Minutes since the epoch, `to` left out; both where a slice begins. */
  readonly from: number
  readonly to: number
  /** Minutes a point; points begin at `from`. */
  readonly step: number
  readonly points: number
}

/** @param range is widened to whole slices */
export function slicesOf({ from, to }: TimeRange, now: UnixMillis): Slices {
  const first = Number(from / NANOS_PER_MINUTE)
  const end = Number((to + NANOS_PER_MINUTE - 1n) / NANOS_PER_MINUTE)
  const isKept = first >= now / MILLIS_PER_MINUTE - BY_MINUTE.kept
  const grain = end - first <= MOST_MINUTES && isKept ? BY_MINUTE : BY_HOUR
  const { minutes } = grain
  const begins = Math.floor(first / minutes) * minutes
  const count = Math.max(1, Math.ceil((end - begins) / minutes))
  const slicesAPoint = Math.ceil(count / MOST_POINTS)
  return {
    grain,
    from: begins,
    to: begins + count * minutes,
    step: slicesAPoint * minutes,
    points: Math.ceil(count / slicesAPoint),
  }
}

/** Of the same length, right before. */
export const before = ({ from, to }: Slices): { readonly from: number; readonly to: number } => ({
  from: 2 * from - to,
  to: from,
})

export const minuteOfNano = (at: bigint): number => Number(at / NANOS_PER_MINUTE)
export const nanoOfMinute = (minute: number): bigint => BigInt(minute) * NANOS_PER_MINUTE
