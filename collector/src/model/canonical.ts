/**
 * The one canonical form in which telemetry travels from the door to the store: OTLP protobuf bytes.
 *
 * `decode/` makes it, `store/` keeps it. Concatenated bodies of one signal are again a valid body,
 * because an Export*ServiceRequest is nothing but a repeated field.
 */
import type { Signal } from './telemetry.ts'
import type { UnixNano } from './time.ts'

export interface CanonicalRequest {
  readonly signal: Signal
  /** OTLP protobuf of an Export*ServiceRequest that holds only accepted items. The store may keep it. */
  readonly body: Uint8Array
  /** Spans or log records in `body`; at least 1. */
  readonly items: number
  /** Earliest and latest time of the items that have one; undefined when none has. */
  readonly times: { readonly from: UnixNano; readonly to: UnixNano } | undefined
  /** Some log has no time: that of its receipt counts. */
  readonly untimed: boolean
  /** `lookupHash` of each distinct trace id (its 16 bytes) and correlation value (its UTF-8 bytes), in no order, repeats allowed. */
  readonly lookups: Float64Array
}
