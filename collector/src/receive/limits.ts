/** What one request, and all requests together, may cost. */
import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from '../decode/request.ts'

export interface ReceiveLimits extends DecodeLimits {
  /** Bytes of one body, as sent and again after decompression. */
  readonly maxBodyBytes: number
  /** Bytes of all bodies that are being read, decoded or stored at one time. */
  readonly maxInFlightBytes: number
}

const MIB = 1024 * 1024

/**
 * 64 MiB a request is what OTLP 1.11 recommends. All together take a fifth of the 512 MiB that a
 * process may have: what is being received is held again on its way through the journal and into blocks.
 */
export const DEFAULT_RECEIVE_LIMITS: ReceiveLimits = {
  ...DEFAULT_DECODE_LIMITS,
  maxBodyBytes: 64 * MIB,
  maxInFlightBytes: 96 * MIB,
}
