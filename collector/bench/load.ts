/**
 * The load, as a process of its own: it makes the whole payload first, says so, and sends it when
 * it is told to, so that neither its making nor its CPU is in any figure.
 *
 * Messages in: `LoadOrder`, then 'go'. Messages out: `LoadReady`, then `Sent`.
 */
import {
  largeTraceRequests,
  logRequests,
  spanRequests,
  spanRequestsJson,
  type PayloadOptions,
} from './payload/payload.ts'
import { postMessage } from './harness/connection.ts'
import { sendAll } from './harness/send-all.ts'

export interface LoadOrder extends PayloadOptions {
  readonly kind: 'spans' | 'spans-json' | 'logs' | 'trace'
  readonly records: number
  readonly connections: number
  readonly port: number
  /** Records a second; as fast as they are taken where it is left out. */
  readonly perSecond?: number
}

export interface LoadReady {
  readonly requests: number
  readonly bytesPerRecord: number
  /** One of each request. */
  readonly traceIds: readonly string[]
}

const PATHS = {
  spans: '/v1/traces',
  'spans-json': '/v1/traces',
  logs: '/v1/logs',
  trace: '/v1/traces',
} as const
const PROTOBUF = 'application/x-protobuf'
const CONTENT_TYPES = {
  spans: PROTOBUF,
  'spans-json': 'application/json',
  logs: PROTOBUF,
  trace: PROTOBUF,
} as const

const MAKERS = { spans: spanRequests, 'spans-json': spanRequestsJson, trace: largeTraceRequests }

function requests({ kind, records, ...options }: LoadOrder): Iterable<{ body: Uint8Array; traceId: string }> {
  if (kind === 'logs') return logRequests({ ...options, logs: records })
  return MAKERS[kind]({ ...options, spans: records })
}

function prepare(order: LoadOrder): { messages: Uint8Array[]; ready: LoadReady } {
  const messages: Uint8Array[] = []
  const traceIds: string[] = []
  let bytes = 0
  for (const { body, traceId } of requests(order)) {
    messages.push(postMessage(order.port, PATHS[order.kind], CONTENT_TYPES[order.kind], body))
    traceIds.push(traceId)
    bytes += body.length
  }
  return { messages, ready: { requests: messages.length, bytesPerRecord: bytes / order.records, traceIds } }
}

const requestsPerSecond = ({ perSecond, perRequest }: LoadOrder): number =>
  perSecond === undefined ? Infinity : perSecond / perRequest

process.once('message', (order: LoadOrder) => {
  const { messages, ready } = prepare(order)
  process.once('message', () => {
    void sendAll(order.port, messages, order.connections, requestsPerSecond(order)).then(
      sent => process.send!(sent, undefined, undefined, () => process.exit()),
      error => {
        console.error(error)
        process.exit(1)
      },
    )
  })
  process.send!(ready)
})
