/** Good and bad events of each minute of a range, from what is stored: what a back-test judges. */
import type { Filter } from '../filter/ast.ts'
import type { Signal } from '../model/telemetry.ts'
import { nanoOfMillis, unixMillis, MILLIS_PER_MINUTE } from '../model/time.ts'
import type { Cancellation, Snapshot } from '../store/api.ts'

export interface EventMinutesParams {
  readonly signal: Signal
  readonly event: Filter
  readonly good: Filter
  /** Minutes since the epoch; `to` is not included. */
  readonly from: number
  readonly to: number
}

/** One number a minute, the first for `from`. */
export interface EventMinutes {
  readonly good: readonly number[]
  readonly bad: readonly number[]
}

export function eventMinutes(
  snapshot: Snapshot,
  { signal, event, good, from, to }: EventMinutesParams,
  cancel: Cancellation,
): EventMinutes {
  const instant = (minute: number) => nanoOfMillis(unixMillis(minute * MILLIS_PER_MINUTE))
  const range = { from: instant(from), to: instant(to) }
  const counted = (filter: Filter): readonly number[] => {
    const { counts } = snapshot.histogram({ signal, filter, range, buckets: to - from }, cancel)
    const classes = Object.values(counts)
    return Array.from({ length: to - from }, (_, at) => classes.reduce((sum, row) => sum + row[at]!, 0))
  }
  return {
    good: counted({ op: 'and', of: [event, good] }),
    bad: counted({ op: 'and', of: [event, { op: 'not', of: good }] }),
  }
}
