/**
 * The OpenTelemetry context on AsyncLocalStorage, and the request that a context belongs to.
 *
 * A `diagnostics_channel` subscriber has no function to wrap: it runs before the host's handler and must leave
 * the context behind for it. `enterContext` does that; it holds until the synchronous call that published the
 * event returns to the event loop, and for everything that is started within.
 */
import { createContextKey, type Context, type Span } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'

/** What the agent knows of one incoming request while it is served. */
export interface ServedRequest {
  readonly span: Span
  /** Upper-case, `_OTHER` for what HTTP does not name. */
  readonly method: string
  readonly correlationId: string
  context: Context
  /** The pattern that matched (`/orders/:id`), undefined until a framework tells. */
  route: string | undefined
  /** The last error that reached a framework's error handling, and when (ms since the epoch). */
  failure: { readonly error: unknown; readonly atMillis: number } | undefined
  /** ms, monotonic */
  readonly startedAt: number
  readonly scheme: 'http' | 'https'
  ended: boolean
}

const REQUEST = createContextKey('hodoscope.request')

/** The context manager of this process; the SDK registers it as the global one. */
export const contexts = new AsyncLocalStorageContextManager()

export function enterContext(context: Context): void {
  contexts.attach(context)
}

export function withRequest(context: Context, request: ServedRequest): Context {
  return context.setValue(REQUEST, request)
}

export function requestOf(context: Context): ServedRequest | undefined {
  return context.getValue(REQUEST) as ServedRequest | undefined
}

/** The request being served where this is called. */
export function currentRequest(): ServedRequest | undefined {
  return requestOf(contexts.active())
}
