/**
 * The collector as a process: the one file that names a backend and starts threads.
 *
 * It locks the data folder, opens the store beside the files of the UI, listens, says where, and
 * stops when it is asked to.
 */
import { fileURLToPath } from 'node:url'
import { startApp } from './app.ts'
import type { Config } from './config/schema.ts'
import { systemClock } from './model/time.ts'
import { lockDataFolder } from './process/data-folder.ts'
import { stopOnSignals } from './process/signals.ts'
import { exposureWarning, startLines } from './process/start-lines.ts'
import { openQueryPool } from './query/pool.ts'
import { DEFAULT_RECEIVE_LIMITS, type ReceiveLimits } from './receive/limits.ts'
import { createReceiver } from './receive/receiver.ts'
import { loadAssets } from './serve/assets.ts'
import { openSqliteStore } from './store/sqlite/index.ts'
import { createLog } from './telemetry/log.ts'
import { createTelemetry } from './telemetry/telemetry.ts'

/** From sources the UI lies where its build puts it, in the package beside this file. */
const UI = new URL(import.meta.url.endsWith('.ts') ? '../../ui/dist/' : './ui/', import.meta.url)

/** Telemetry tells about people: what is written is read by the owner of the process alone. */
const ONLY_OWNER = 0o077

/** @returns when it listens; the process then ends by a signal */
export async function serve(config: Config, version: string): Promise<void> {
  const clock = systemClock
  const log = createLog({ plain: process.stderr.isTTY, write: line => process.stderr.write(line) })
  const telemetry = createTelemetry({ version, process: true })
  process.umask(ONLY_OWNER)
  const folder = lockDataFolder(config.data)
  const [store, assets] = await Promise.all([
    openSqliteStore({ folder: folder.path, clock, limits: config.storage }),
    loadAssets(fileURLToPath(UI)),
  ])
  const queries = openQueryPool({
    source: store.readerSource,
    threads: config.query.threads,
    maxWaiting: config.query.maxWaiting,
  })
  const receiver = createReceiver({
    store: store.writer,
    limits: receiveLimits(config),
    telemetry: telemetry.ingest,
    onDefect: error => log.error({ err: error }, 'ingest failed'),
  })
  const app = await startApp({
    config,
    store: store.writer,
    queries,
    receiver,
    assets,
    telemetry,
    log,
    clock,
    version,
  })
  stopOnSignals({
    stop: async signal => {
      log.info(`${signal}: finishing requests, then the journal`)
      await app.stop()
      folder.unlock()
      log.info('stopped; everything acknowledged is on disk')
    },
    onError: error => log.fatal({ err: error }, 'stopping failed'),
    exit: code => process.exit(code),
    clock,
  })
  const warning = exposureWarning(config)
  if (warning !== undefined) log.warn(warning)
  process.stdout.write(startLines(version, app.url, config))
}

/** The largest body always fits into what all of them may take together. */
function receiveLimits({ http: { maxBodyBytes } }: Config): ReceiveLimits {
  const maxInFlightBytes = Math.max(DEFAULT_RECEIVE_LIMITS.maxInFlightBytes, maxBodyBytes)
  return { ...DEFAULT_RECEIVE_LIMITS, maxBodyBytes, maxInFlightBytes }
}
