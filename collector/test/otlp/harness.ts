/** A real HTTP server with the receiver on it, before a store that only writes down what it is given. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Registry } from 'prom-client'
import type { CanonicalRequest } from '../../src/model/canonical.ts'
import { systemClock } from '../../src/model/time.ts'
import { Decoder } from '../../src/receive/decoder.ts'
import { honourExpectContinue } from '../../src/receive/expect-continue.ts'
import { DEFAULT_RECEIVE_LIMITS, type ReceiveLimits } from '../../src/receive/limits.ts'
import { createReceiver, isIngestPath } from '../../src/receive/receiver.ts'
import { SeriesLimit } from '../../src/receive/series-limit.ts'
import type { StoreWriter } from '../../src/store/api.ts'
import { createIngestMetrics, type IngestMetrics } from '../../src/telemetry/ingest-metrics.ts'

export interface Collector {
  readonly port: number
  readonly url: string
  /** What the store was given, in order. */
  readonly appended: CanonicalRequest[]
  readonly telemetry: IngestMetrics
  readonly registry: Registry
  readonly defects: unknown[]
  /** When set, `append` waits for it, and rejects where it does. */
  beforeAppend: (() => Promise<void>) | undefined
  post(
    path: string,
    contentType: string,
    body: Uint8Array | string,
    headers?: Record<string, string>,
  ): Promise<Response>
  close(): Promise<void>
}

export async function startCollector(
  limits: Partial<ReceiveLimits> = {},
  maxSeriesPerMetric = 100_000,
): Promise<Collector> {
  const appended: CanonicalRequest[] = []
  const defects: unknown[] = []
  const registry = new Registry()
  const telemetry = createIngestMetrics(registry)
  const append: StoreWriter['append'] = async request => {
    await collector.beforeAppend?.()
    appended.push(request)
    return { duplicate: false }
  }
  const decoder = new Decoder()
  const app = createReceiver({
    decoder,
    store: { append } as StoreWriter,
    limits: { ...DEFAULT_RECEIVE_LIMITS, ...limits },
    telemetry,
    clock: systemClock,
    seriesLimit: new SeriesLimit(maxSeriesPerMetric, systemClock),
    admit: () => {},
    onDefect: error => defects.push(error),
  })
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  honourExpectContinue(server, isIngestPath)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const collector: Collector = {
    port,
    url,
    appended,
    telemetry,
    registry,
    defects,
    beforeAppend: undefined,
    post: (path, contentType, body, headers = {}) =>
      fetch(url + path, {
        method: 'POST',
        body: body as Uint8Array<ArrayBuffer> | string,
        headers: { 'content-type': contentType, ...headers },
      }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await decoder.close()
    },
  }
  return collector
}

/** The end of what a client sends. */
export const HANG_UP = Symbol('hang up')

/** Writes bytes to a socket, and reads until the server closes it or `enough` says so. */
export async function raw(
  port: number,
  parts: readonly (string | Uint8Array | typeof HANG_UP)[],
  enough: (received: string) => boolean = () => false,
): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.on('error', () => {})
  await once(socket, 'connect')
  for (const part of parts)
    if (part === HANG_UP) socket.end()
    else socket.write(part)
  await new Promise<void>(resolve => {
    socket.on('data', chunk => {
      received += chunk.toString('latin1')
      if (enough(received)) resolve()
    })
    socket.on('close', () => resolve())
  })
  socket.destroy()
  return received
}

/** Polls until it holds; fails after 5 s. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within 5 s: ${String(condition)}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

export const PROTOBUF = 'application/x-protobuf'
export const JSON_TYPE = 'application/json'
