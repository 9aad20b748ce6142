/**
 * The collector put together from its parts, which are given as values: nothing here knows a
 * backend, a thread or the environment.
 *
 * The order of stopping is the promise of the product: requests in flight are finished, then the
 * queries, and the store last, which drains its journal and seals what is open.
 */
import type { HttpBindings } from '@hono/node-server'
import type { Config } from './config/schema.ts'
import type { Clock } from './model/time.ts'
import type { Queries } from './serve/api.ts'
import type { Assets } from './serve/assets.ts'
import { hostCheck } from './serve/hosts.ts'
import { listen } from './serve/server.ts'
import { createStatus } from './serve/status.ts'
import { createWeb } from './serve/web.ts'
import type { StoreWriter } from './store/api.ts'
import type { Log } from './telemetry/log.ts'
import type { Telemetry } from './telemetry/telemetry.ts'

export interface AppParts {
  readonly config: Config
  readonly store: StoreWriter
  readonly queries: Queries & { close(): Promise<void> }
  /** Answers `/v1/*`. */
  readonly receive: (request: Request, env: HttpBindings) => Response | Promise<Response>
  readonly assets: Assets
  readonly telemetry: Telemetry
  readonly log: Log
  readonly clock: Clock
  readonly version: string
}

export interface App {
  readonly url: string
  /** Finishes requests, queries and the store, within ten seconds if the disk allows. Safe to call twice. */
  stop(): Promise<void>
}

/** Requests in flight at a stop may take this long; the rest of ten seconds belongs to the store. */
const REQUESTS_DEADLINE_MILLIS = 4_000

/** @throws the system's error where the address cannot be listened on */
export async function startApp(parts: AppParts): Promise<App> {
  const { config, store, queries } = parts
  let stopped: Promise<void> | undefined
  const isAllowedHost = hostCheck(config.listen.host, config.http.allowedHosts)
  const status = createStatus(parts)
  const web = createWeb({
    ...parts,
    queryTimeoutMillis: config.query.timeout,
    status: signal => status.read(server.url, signal),
    isAllowedHost,
    isReady: () => stopped === undefined,
  })
  const server = await listen(config.listen, (request, env) =>
    isIngest(env) && isAllowedHost(env.incoming.headers.host)
      ? parts.receive(request, env)
      : web.fetch(request, env),
  )
  const stop = async () => {
    status.close()
    await server.close(REQUESTS_DEADLINE_MILLIS)
    await queries.close()
    await store.close()
  }
  return { url: server.url, stop: () => (stopped ??= stop()) }
}

const isIngest = ({ incoming }: HttpBindings): boolean => incoming.url?.startsWith('/v1/') === true
