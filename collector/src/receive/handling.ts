/** What the receivers of all protocols share. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from 'hono'
import type { Decoded } from '../decode/request.ts'
import { HodoscopeError } from '../model/errors.ts'
import type { Clock } from '../model/time.ts'
import type { StoreWriter } from '../store/api.ts'
import type { IngestMetrics } from '../telemetry/ingest-metrics.ts'
import type { Decoder } from './decoder.ts'
import type { ReceiveLimits } from './limits.ts'
import type { SeriesLimit } from './series-limit.ts'

export interface ReceiverOptions {
  readonly store: StoreWriter
  readonly decoder: Decoder
  readonly limits: ReceiveLimits
  readonly telemetry: IngestMetrics
  readonly clock: Clock
  readonly seriesLimit: SeriesLimit
  /** Whether the sender may send. @throws HodoscopeError */
  readonly admit: (incoming: IncomingMessage) => void
  /** Told of every fault that is ours and not the sender's. */
  readonly onDefect?: (error: unknown) => void
}

/** What @hono/node-server hands to its handlers. */
export interface NodeBindings {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}
export type NodeContext = Context<{ Bindings: NodeBindings }>

/**
 * Hands over to the store. A fault without a type is taken for a passing one: an answer of 500 would
 * tell the sender to throw its batch away.
 */
export async function stored({ request }: Decoded, { store, onDefect }: ReceiverOptions): Promise<void> {
  if (request === undefined) return
  try {
    await store.append(request)
  } catch (error) {
    if (error instanceof HodoscopeError) throw error
    onDefect?.(error)
    throw new HodoscopeError('store_busy', 'the store failed to take the request', { cause: error })
  }
}

export function typed(error: unknown, { onDefect }: ReceiverOptions): HodoscopeError {
  if (error instanceof HodoscopeError && error.code !== 'internal') return error
  onDefect?.(error)
  return new HodoscopeError('internal', 'the request could not be handled', { cause: error })
}
