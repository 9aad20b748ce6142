/**
 * The HTTP server with limits that a slow or endless sender meets: headers within 10 s, the whole
 * request within 60 s, looked at every second (Node's own 60 s, 300 s and 30 s let 2,000 slow
 * sockets sit for minutes). Idle connections stay: exporters send every few seconds.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { getRequestListener, RequestError, type HttpBindings } from '@hono/node-server'
import type { ListenAddress } from '../config/units.ts'
import { HodoscopeError } from '../model/errors.ts'
import { honourExpectContinue } from '../receive/expect-continue.ts'
import { asHodoscopeError, errorResponse } from './errors.ts'
import { SECURITY_HEADERS } from './security.ts'

export interface ServerLimits {
  /** All four in milliseconds. */
  readonly headersTimeout: number
  readonly requestTimeout: number
  readonly connectionsCheckingInterval: number
  readonly keepAliveTimeout: number
  /** 1,000 services with several exporters each stay connected. */
  readonly maxConnections: number
}

const LIMITS: ServerLimits = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 75_000,
  maxConnections: 8_192,
}

export type Fetch = (request: Request, env: HttpBindings) => Response | Promise<Response>

export interface ListenOptions {
  readonly limits?: ServerLimits
  /** Requests whose handler answers `Expect: 100-continue` itself; all others are told to go on at once. */
  readonly decidesContinue?: (incoming: IncomingMessage) => boolean
}

export interface RunningServer {
  /** e.g. `http://127.0.0.1:4318`. */
  readonly url: string
  readonly port: number
  /** Takes no more connections, lets requests in flight finish until the deadline, then cuts what is left. */
  close(deadlineMillis: number): Promise<void>
}

/** @throws the system's error where the address cannot be listened on */
export async function listen(
  address: ListenAddress,
  fetch: Fetch,
  { limits = LIMITS, decidesContinue = () => false }: ListenOptions = {},
): Promise<RunningServer> {
  const { maxConnections, ...timeouts } = limits
  let closing = false
  const listener = getRequestListener((request, env) => fetch(request, env as HttpBindings), {
    errorHandler: adapterError,
  })
  const server = createServer(timeouts, (incoming, outgoing) => {
    if (closing) outgoing.setHeader('Connection', 'close')
    void listener(incoming, outgoing)
  })
  server.maxConnections = maxConnections
  honourExpectContinue(server, decidesContinue)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(address.port, address.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${port}`,
    port,
    close: async deadlineMillis => {
      closing = true
      await closeServer(server, deadlineMillis)
    },
  }
}

/** What the adapter refuses before any route is asked: a target or a host that is no URL. */
function adapterError(thrown: unknown): Response {
  const malformed = thrown instanceof RequestError
  const error = malformed
    ? new HodoscopeError('parameter_invalid', 'The request target or the host is malformed.')
    : asHodoscopeError(thrown)
  return errorResponse(error, { ...SECURITY_HEADERS })
}

async function closeServer(server: Server, deadlineMillis: number): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const deadline = new AbortController()
  const late = delay(deadlineMillis, undefined, { signal: deadline.signal }).then(
    () => server.closeAllConnections(),
    () => undefined,
  )
  await Promise.race([closed, late])
  deadline.abort()
  clearInterval(idle)
  await closed
}
