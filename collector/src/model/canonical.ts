/**
 * The one canonical form in which telemetry travels from the door to the store: OTLP protobuf bytes,
 * and for samples of Prometheus those of its `WriteRequest`.
 *
 * `decode/` makes it, `store/` keeps it. Concatenated bodies of one signal are again a valid body,
 * because such a request is nothing but repeated fields.
 */
import type { RequestKind } from './telemetry.ts'
import type { UnixNano } from './time.ts'

export interface CanonicalRequest {
  readonly signal: RequestKind
  /** Protobuf of an Export*ServiceRequest or a WriteRequest that holds only accepted items. The store may keep it, or give its memory back: it is the store's own. */
  readonly body: Uint8Array
  /** Spans, log records, data points or samples in `body`; at least 1, save that a WriteRequest may hold metadata alone. */
  readonly items: number
  /** Earliest and latest time of the items that have one; undefined when none has. */
  readonly times: { readonly from: UnixNano; readonly to: UnixNano } | undefined
  /** Some log has no time: that of its receipt counts. */
  readonly untimed: boolean
  /** `lookupHash` of each distinct trace id (its 16 bytes) and correlation value (its UTF-8 bytes), in no order, repeats allowed. */
  readonly lookups: Float64Array
}
