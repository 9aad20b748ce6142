/**
 * The collector put together around a store and a pool of queries, which are given as values:
 * nothing here knows a backend, a thread or the environment.
 *
 * The order of stopping is the promise of the product: requests in flight are finished, then the
 * queries, and the store last, which drains its journal and seals what is open.
 */
import type { IncomingMessage } from 'node:http'
import type { Gate } from './access/gate.ts'
import type { Config } from './config/schema.ts'
import { HodoscopeError } from './model/errors.ts'
import { millis, type Clock } from './model/time.ts'
import { withOrigins } from './receive/cors.ts'
import { Decoder } from './receive/decoder.ts'
import type { ReceiverOptions } from './receive/handling.ts'
import { SlowQueries } from './query/slow-queries.ts'
import { DEFAULT_RECEIVE_LIMITS, type ReceiveLimits } from './receive/limits.ts'
import { storeOwnSamples } from './receive/own-samples.ts'
import { createReceiver, isIngestPath } from './receive/receiver.ts'
import { SeriesLimit } from './receive/series-limit.ts'
import type { Env, Queries } from './serve/api.ts'
import { loadAssets } from './serve/assets.ts'
import type { Desk } from './serve/desk-api.ts'
import { hostCheck } from './serve/hosts.ts'
import { listen } from './serve/server.ts'
import { callerOf } from './serve/session.ts'
import { createStatus } from './serve/status.ts'
import { createWeb } from './serve/web.ts'
import type { StoreWriter, Unfinished } from './store/api.ts'
import { exposeAlertMetrics, type AlertFigures } from './telemetry/alert-metrics.ts'
import type { Log } from './telemetry/log.ts'
import { exposeStoreMetrics } from './telemetry/store-metrics.ts'
import { createTelemetry } from './telemetry/telemetry.ts'

export interface AppParts {
  readonly config: Config
  readonly store: StoreWriter
  readonly queries: Queries & { close(): Promise<void> }
  /** Opens what answers for SLOs and alerts, once it is known where people reach the UI. */
  readonly openDesk: (url: string, write: (body: Uint8Array) => Promise<void>) => AppDesk
  /** The folder of the built UI. */
  readonly ui: string
  /** Lets requests in. */
  readonly gate: Gate
  readonly log: Log
  readonly clock: Clock
  readonly version: string
}

type AppDesk = Desk & { status(): AlertFigures; close(): Promise<void> }

export interface App {
  readonly url: string
  /** Finishes requests, queries and the store, within ten seconds if the disk allows. Safe to call twice. */
  readonly stop: () => Promise<void>
}

/** Requests in flight at a stop may take this long. */
const REQUESTS_DEADLINE_MILLIS = 4_000
/** The store works until then, or this long at least: a loaded machine needs the rest of ten seconds. */
const STORE_DEADLINE_MILLIS = 7_000
const STORE_AT_LEAST_MILLIS = 1_000

/** @throws the system's error where the address cannot be listened on */
export async function startApp(parts: AppParts): Promise<App> {
  const { config, store, log, version } = parts
  const queries = new SlowQueries(parts.queries, parts.clock)
  let stopped: Promise<void> | undefined
  const telemetry = createTelemetry({ version, process: true })
  exposeStoreMetrics(telemetry.registry, () => store.status())
  const isAllowedHost = hostCheck(config.listen.host, config.http.allowedHosts)
  let desk: AppDesk | undefined
  const alerts = (): AlertFigures => desk?.status() ?? { state: 'unused', restarts: 0 }
  exposeAlertMetrics(telemetry.registry, alerts)
  const status = createStatus({ ...parts, queries, telemetry, alerts })
  const web = createWeb({
    ...parts,
    queries,
    desk: { call: (method, params) => desk?.call(method, params) ?? Promise.reject(deskIsOpening()) },
    telemetry,
    pins: store,
    assets: await loadAssets(parts.ui),
    queryTimeoutMillis: config.query.timeout,
    status: signal => status.read(server.url, signal),
    isAllowedHost,
    isReady: () => stopped === undefined,
    refusing: () => (stopped === undefined ? store.status().refusing : 'shutting_down'),
    acceptedItems: () => store.status().acceptedItems,
  })
  const decoder = new Decoder()
  const receiving: ReceiverOptions = {
    store,
    decoder,
    limits: receiveLimits(config),
    telemetry: telemetry.ingest,
    clock: parts.clock,
    admit: incoming => parts.gate.admit(callerOf({ incoming }), 'send'),
    seriesLimit: new SeriesLimit(config.metrics.maxSeriesPerMetric, parts.clock),
    onDefect: error => log.error({ err: error }, 'ingest failed'),
  }
  const receiver = createReceiver(receiving)
  const isIngest = (incoming: IncomingMessage) =>
    isIngestPath(incoming) && isAllowedHost(incoming.headers.host)
  const receive = withOrigins(config.http.allowedOrigins, (request, env: Env['Bindings']) =>
    receiver.fetch(request, env),
  )
  const server = await listen(
    config.listen,
    (request, env) => (isIngest(env.incoming) ? receive(request, env) : web.fetch(request, env)),
    { decidesContinue: isIngest },
  )
  desk = parts.openDesk(server.url, body => storeOwnSamples(body, receiving))
  const stop = async () => {
    const began = parts.clock.monotonic()
    status.close()
    await server.close(REQUESTS_DEADLINE_MILLIS)
    await desk?.close()
    await decoder.close()
    await parts.queries.close()
    const spent = parts.clock.monotonic() - began
    const within = millis(Math.max(STORE_AT_LEAST_MILLIS, STORE_DEADLINE_MILLIS - spent))
    const left = await store.close({ within, onProgress: todo => log.info(`stopping: ${stopText(todo)}`) })
    if (left.records + left.partitions > 0) log.info(`left to the next start: ${stopText(left)}`)
  }
  return { url: server.url, stop: () => (stopped ??= stop()) }
}

const stopText = ({ records, partitions }: Unfinished): string =>
  `${records} records of the journal are not in blocks, ${partitions} partitions are not sealed`

const deskIsOpening = (): HodoscopeError => new HodoscopeError('alerts_busy', 'the collector is starting')

/** The largest body always fits into what all of them may take together. */
function receiveLimits({ http: { maxBodyBytes } }: Config): ReceiveLimits {
  const maxInFlightBytes = Math.max(DEFAULT_RECEIVE_LIMITS.maxInFlightBytes, maxBodyBytes)
  return { ...DEFAULT_RECEIVE_LIMITS, maxBodyBytes, maxInFlightBytes }
}
