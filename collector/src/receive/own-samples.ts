/**
 * Samples that the collector makes itself, such as those of recording rules, on the way of everybody
 * else's: decoded by the same door, counted, and acknowledged when they are on stable storage.
 */
import { decodeWrite } from '../decode/write/request.ts'
import { HodoscopeError } from '../model/errors.ts'
import { stored, type ReceiverOptions } from './handling.ts'

/** @throws HodoscopeError where not all of them could be stored */
export async function storeOwnSamples(body: Uint8Array, options: ReceiverOptions): Promise<void> {
  const { seriesLimit, clock, limits, telemetry } = options
  telemetry.request('samples')
  const decoded = seriesLimit.apply(decodeWrite(body, clock.now(), limits))
  const received = decoded.request?.items ?? 0
  telemetry.body('samples', body.length, body.length)
  telemetry.items('samples', received + decoded.rejected, decoded.rejected)
  try {
    await stored(decoded, options)
  } catch (error) {
    if (error instanceof HodoscopeError) telemetry.refused('samples', error.code, received)
    throw error
  }
  telemetry.stored('samples', received)
  if (decoded.rejected > 0) throw new HodoscopeError('query_not_executable', decoded.message)
}
