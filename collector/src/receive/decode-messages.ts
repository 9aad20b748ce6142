/** What the decoder and its thread say to each other. One body at a time is under way. */
import type { DecodeLimits, Decoded, Encoding } from '../decode/request.ts'
import type { ErrorCode } from '../model/errors.ts'
import type { OtlpSignal } from '../model/telemetry.ts'

export interface ToDecodeThread {
  readonly signal: OtlpSignal
  readonly encoding: Encoding
  readonly body: Uint8Array<ArrayBuffer>
  readonly limits: DecodeLimits
}

export type FromDecodeThread =
  { readonly decoded: Decoded } | { readonly fault: { readonly code: ErrorCode; readonly message: string } }
