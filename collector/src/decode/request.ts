/**
 * The door: an OTLP request body, of either encoding, to the canonical request.
 *
 * Pure: bytes in, bytes and facts out, so that it can run on any thread. A protobuf body in which
 * nothing is odd *is* the canonical body, not a copy.
 */
import type { CanonicalRequest } from '../model/canonical.ts'
import { HodoscopeError } from '../model/errors.ts'
import type { OtlpSignal } from '../model/telemetry.ts'
import { WireError } from '../wire/errors.ts'
import { Findings } from './findings.ts'
import { canonicalOfJson } from './json/transcode.ts'
import { normalise } from './normalise.ts'
import { BudgetError, type ScanState } from './scan-state.ts'
import { scan } from './scan.ts'

export interface DecodeLimits {
  /** Records and their containers (resources, scopes, events, links) that one request may hold. */
  readonly maxRecords: number
}

export const DEFAULT_DECODE_LIMITS: DecodeLimits = { maxRecords: 1_000_000 }

export interface Decoded {
  /** undefined when no item is left to store. */
  readonly request: CanonicalRequest | undefined
  /** Items of the request that are not in it. */
  readonly rejected: number
  /** What was rejected or changed, in English; '' when nothing was. */
  readonly message: string
}

export type Encoding = 'protobuf' | 'json'

/** @throws HodoscopeError `payload_malformed` (its message names the place) or `payload_too_large` */
export function decodeRequest(
  signal: OtlpSignal,
  encoding: Encoding,
  body: Uint8Array,
  limits: DecodeLimits = DEFAULT_DECODE_LIMITS,
): Decoded {
  const findings = new Findings()
  try {
    const sent =
      encoding === 'json' ? canonicalOfJson(signal, body, limits.maxRecords, findings) : plain(body)
    return decoded(signal, sent, limits, findings)
  } catch (error) {
    if (error instanceof WireError)
      throw new HodoscopeError('payload_malformed', `${signal} request, ${error.message}`, { cause: error })
    if (error instanceof BudgetError)
      throw new HodoscopeError(
        'payload_too_large',
        `the request holds more than ${limits.maxRecords} records and containers`,
      )
    throw error
  }
}

function decoded(signal: OtlpSignal, sent: Uint8Array, limits: DecodeLimits, findings: Findings): Decoded {
  let body = sent
  let facts = scan(signal, body, limits.maxRecords)
  if (facts.odd) {
    body = normalise(signal, body, findings)
    facts = scan(signal, body, limits.maxRecords)
    if (facts.odd) throw new HodoscopeError('internal', 'a normalised request is not in canonical form')
  }
  return {
    request: facts.items === 0 ? undefined : canonical(signal, body, facts),
    rejected: findings.rejected,
    message: findings.message(NOUNS[signal]),
  }
}

const NOUNS: Readonly<Record<OtlpSignal, string>> = {
  traces: 'spans',
  logs: 'log records',
  metrics: 'data points',
}

const canonical = (signal: OtlpSignal, body: Uint8Array, facts: ScanState): CanonicalRequest => ({
  signal,
  body,
  items: facts.items,
  times: facts.times,
  untimed: facts.untimed,
  lookups: facts.lookups,
})

/** The same bytes as a plain Uint8Array: the loops see one kind of array only. */
const plain = (body: Uint8Array): Uint8Array =>
  body instanceof Buffer ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength) : body
