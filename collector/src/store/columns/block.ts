/**
 * A block as it leaves a builder: what is stored of it, and what the store keeps beside it to
 * decide whether to read it at all.
 */
import type { Signal } from '../../model/telemetry.ts'

export interface EncodedBlock {
  readonly signal: Signal
  readonly rows: number
  readonly directory: Uint8Array
  readonly chunks: readonly Uint8Array[]
  /** Earliest and latest time of its records, in Unix nanoseconds. */
  readonly from: bigint
  readonly to: bigint
  /** Longest duration in ns; 0 for logs; Infinity where a duration does not fit a double. */
  readonly maxDuration: number
  /** Numbers of the resources that occur. */
  readonly resources: readonly number[]
  /** `lookupHash` of its trace ids and correlation values: distinct and ascending. */
  readonly lookups: Float64Array
  /** What `block-filter.ts` reads, as a chunk; undefined for a block that lives in memory. */
  readonly filter: Uint8Array | undefined
}
