/**
 * The collector put together from its parts, which are given as values: nothing here knows a
 * backend, a thread or the environment.
 *
 * The order of stopping is the promise of the product: requests in flight are finished, then the
 * queries, and the store last, which drains its journal and seals what is open.
 */
import type { IncomingMessage } from 'node:http'
import type { Hono } from 'hono'
import type { Config } from './config/schema.ts'
import type { Clock } from './model/time.ts'
import { isIngestPath, type NodeBindings } from './receive/receiver.ts'
import type { Queries } from './serve/api.ts'
import type { Assets } from './serve/assets.ts'
import { hostCheck } from './serve/hosts.ts'
import { listen } from './serve/server.ts'
import { createStatus } from './serve/status.ts'
import { createWeb } from './serve/web.ts'
import type { StoreWriter } from './store/api.ts'
import type { Log } from './telemetry/log.ts'
import { exposeStoreMetrics } from './telemetry/store-metrics.ts'
import type { Telemetry } from './telemetry/telemetry.ts'

export interface AppParts {
  readonly config: Config
  readonly store: StoreWriter
  readonly queries: Queries & { close(): Promise<void> }
  /** Answers what `isIngestPath` names. */
  readonly receiver: Hono<{ Bindings: NodeBindings }>
  readonly assets: Assets
  readonly telemetry: Telemetry
  readonly log: Log
  readonly clock: Clock
  readonly version: string
}

export interface App {
  readonly url: string
  /** Finishes requests, queries and the store, within ten seconds if the disk allows. Safe to call twice. */
  readonly stop: () => Promise<void>
}

/** Requests in flight at a stop may take this long; the rest of ten seconds belongs to the store. */
const REQUESTS_DEADLINE_MILLIS = 4_000

/** @throws the system's error where the address cannot be listened on */
export async function startApp(parts: AppParts): Promise<App> {
  const { config, store, queries } = parts
  let stopped: Promise<void> | undefined
  const isAllowedHost = hostCheck(config.listen.host, config.http.allowedHosts)
  const status = createStatus(parts)
  exposeStoreMetrics(parts.telemetry.registry, () => store.status())
  const web = createWeb({
    ...parts,
    queryTimeoutMillis: config.query.timeout,
    status: signal => status.read(server.url, signal),
    isAllowedHost,
    isReady: () => stopped === undefined,
  })
  const isIngest = (incoming: IncomingMessage) =>
    isIngestPath(incoming) && isAllowedHost(incoming.headers.host)
  const server = await listen(
    config.listen,
    (request, env) => (isIngest(env.incoming) ? parts.receiver : web).fetch(request, env),
    { decidesContinue: isIngest },
  )
  const stop = async () => {
    status.close()
    await server.close(REQUESTS_DEADLINE_MILLIS)
    await queries.close()
    await store.close()
  }
  return { url: server.url, stop: () => (stopped ??= stop()) }
}
