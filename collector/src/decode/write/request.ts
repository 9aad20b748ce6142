/**
 * The door of Prometheus remote-write 1.0: an uncompressed WriteRequest to the canonical request.
 *
 * Samples of any age are taken, out of order or not; only what lies more than ten minutes ahead is
 * refused, as Prometheus does. Labels that are not sorted are sorted.
 * Source: prometheus.io/docs/specs/prw/remote_write_spec.
 */
import { HodoscopeError } from '../../model/errors.ts'
import { WireError } from '../../wire/errors.ts'
import { Findings } from '../findings.ts'
import { DEFAULT_DECODE_LIMITS, type Decoded, type DecodeLimits } from '../request.ts'
import { BudgetError } from '../scan-state.ts'
import { unixNano, type UnixMillis, type UnixNano } from '../../model/time.ts'
import { normaliseWrite } from './normalise.ts'
import { WriteScan } from './scan.ts'

const MAX_AHEAD_MILLIS = 10 * 60_000
const NO_LOOKUPS = new Float64Array(0)

/** @throws HodoscopeError `payload_malformed` (its message names the place) or `payload_too_large` */
export function decodeWrite(
  sent: Uint8Array,
  now: UnixMillis,
  limits: DecodeLimits = DEFAULT_DECODE_LIMITS,
): Decoded {
  const latest = now + MAX_AHEAD_MILLIS
  const findings = new Findings()
  let body = sent
  try {
    let facts = new WriteScan(body, latest, limits.maxRecords)
    if (facts.odd) {
      body = normaliseWrite(body, latest, findings)
      facts = new WriteScan(body, latest, limits.maxRecords)
      if (facts.odd) throw new HodoscopeError('internal', 'a normalised request is not in canonical form')
    }
    const { items, metadata, minMillis, maxMillis } = facts
    return {
      request:
        items + metadata === 0
          ? undefined
          : {
              signal: 'samples',
              body,
              items,
              times: timesOf(minMillis, maxMillis),
              untimed: false,
              lookups: NO_LOOKUPS,
            },
      rejected: findings.rejected,
      message: findings.message('samples'),
    }
  } catch (error) {
    if (error instanceof WireError)
      throw new HodoscopeError('payload_malformed', `write request, ${error.message}`, { cause: error })
    if (error instanceof BudgetError)
      throw new HodoscopeError(
        'payload_too_large',
        `the request holds more than ${limits.maxRecords} series, samples and exemplars`,
      )
    throw error
  }
}

/** Times before 1970 have no nanoseconds: they count as 0. */
function timesOf(from: number, to: number): { from: UnixNano; to: UnixNano } | undefined {
  if (from > to) return undefined
  const nano = (at: number): UnixNano => unixNano(BigInt(Math.max(0, at)) * 1_000_000n)
  return { from: nano(from), to: nano(to) }
}
