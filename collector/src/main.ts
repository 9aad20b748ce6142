/**
 * The collector as a process: the one file that names a backend and starts threads.
 *
 * It locks the data folder and opens the store, whose threads load their code while this one loads
 * the rest; then it listens, says where, and stops when it is asked to.
 */
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import { OPEN_GATE, type Gate } from './access/gate.ts'
import type { Config } from './config/schema.ts'
import { cataloguePath } from './durable/catalogue-file.ts'
import { systemClock } from './model/time.ts'
import { lockDataFolder } from './process/data-folder.ts'
import { folderFault } from './process/folder-fault.ts'
import { giveBackHeap } from './process/heap.ts'
import { stopOnSignals } from './process/signals.ts'
import { exposureWarning, startLines } from './process/start-lines.ts'
import { isLoopback } from './serve/hosts.ts'
import { LINK_PATH } from './serve/session.ts'
import { openSqliteStore, type SqliteStore } from './store/sqlite/index.ts'

/** From sources the UI lies where its build puts it, in the package beside this file. */
const UI = new URL(import.meta.url.endsWith('.ts') ? '../../ui/dist/' : './ui/', import.meta.url)

/** Telemetry tells about people: what is written is read by the owner of the process alone. */
const ONLY_OWNER = 0o077

/** Copies the data folder, in use or not. @returns what a person reads */
export async function backUp(config: Config, to: string): Promise<string> {
  process.umask(ONLY_OWNER)
  // A collector that is in use comes first: nobody waits for a backup.
  setPriority(constants.priority.PRIORITY_LOW)
  const { backup } = await import('./store/sqlite/backup.ts')
  const { files, left, began } = backup(config.data, to, new Date(systemClock.now()))
  const omitted = left.map(what => `  left out: ${what}\n`).join('')
  return `backup: ${sizeText(files)} in ${to}: all that was acknowledged before ${began}\n${omitted}`
}

/** Makes the data folder of a backup. @returns what a person reads */
export async function restoreFrom(config: Config, from: string): Promise<string> {
  process.umask(ONLY_OWNER)
  const { restore } = await import('./store/sqlite/restore.ts')
  const { files, began } = restore(from, config.data)
  return `restored: ${sizeText(files)} in ${config.data}: all that was acknowledged before ${began}\n`
}

function sizeText(files: readonly { readonly bytes: number }[]): string {
  const megabytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6
  return `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${megabytes.toFixed(1)} MB`
}

/** What lets requests in; where nobody is asked for one, no token is looked for. */
async function openGate({ access, listen }: Config, folder: string): Promise<Gate> {
  if (access.open === 'always' || (access.open === 'loopback' && isLoopback(listen.host))) return OPEN_GATE
  const [{ TokenGate }, { TokenTable }] = await Promise.all([
    import('./access/token-gate.ts'),
    import('./access/token-table.ts'),
  ])
  const table = new TokenTable(cataloguePath(folder))
  return new TokenGate({ table, configured: access.tokens, clock: systemClock })
}

/** @throws ConfigError with every fault of receivers and routes */
export async function checkAlerts(config: Config): Promise<void> {
  const { receivers, routes, allowedAddresses } = config.alerts
  if ([receivers, routes, allowedAddresses].every(given => given.length === 0)) return
  const { alertSettings } = await import('./alert/settings.ts')
  alertSettings(config, '')
}

const NEVER = new AbortController().signal

/** By then the start is over; where data comes in already, its pause would delay an acknowledgement. */
const GIVE_BACK_HEAP_AFTER_MILLIS = 2_000

/** @throws FolderUnusable where the disk or the system refuses */
const openStore = (options: Parameters<typeof openSqliteStore>[0]): Promise<SqliteStore> =>
  openSqliteStore(options).catch((error: unknown) => {
    throw folderFault(options.folder, error)
  })

/** @returns when it listens; the process then ends by a signal */
export async function serve(config: Config, version: string): Promise<void> {
  const clock = systemClock
  process.umask(ONLY_OWNER)
  await checkAlerts(config)
  const folder = lockDataFolder(config.data)
  const { port1: derivePort, port2: alertsPort } = new MessageChannel()
  const derived = join(folder.path, 'derived.db')
  const [
    { writer, readerSource },
    { startApp },
    { openQueryPool },
    { createLog },
    { alertDesk },
    { alertsInUse },
    { alertSettings },
  ] = await Promise.all([
    openStore({
      folder: folder.path,
      clock,
      limits: config.storage,
      consumers: [
        {
          module: new URL(
            import.meta.url.endsWith('.ts') ? './derive/consumer.ts' : './derive/consumer.js',
            import.meta.url,
          ).href,
          options: { path: derived, port: derivePort },
          transfer: [derivePort],
        },
      ],
      series: { resourceLabels: config.metrics.resourceLabels },
    }),
    import('./app.ts'),
    import('./query/pool.ts'),
    import('./telemetry/log.ts'),
    import('./alert/client.ts'),
    import('./alert/in-use.ts'),
    import('./alert/settings.ts'),
  ])
  const log = createLog({ plain: process.stderr.isTTY, write: line => process.stderr.write(line) })
  const { threads, maxWaiting } = config.query
  const queries = openQueryPool({ source: readerSource, derived, threads, maxWaiting })
  const openDesk = (url: string, write: (body: Uint8Array) => Promise<void>) => {
    const settings = alertSettings(config, url)
    const desk = {
      folder: folder.path,
      settings,
      derive: alertsPort,
      write,
      query: (job: string, params: unknown) =>
        queries.run(job, params, { signal: NEVER, timeoutMillis: config.query.timeout }),
      log: (level: 'warn' | 'error', message: string) => log[level](message),
    }
    return alertDesk(desk, alertsInUse(folder.path, settings))
  }
  const gate = await openGate(config, folder.path)
  const app = await startApp({
    config,
    store: writer,
    queries,
    openDesk,
    gate,
    ui: fileURLToPath(UI),
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
  const link = gate.isOpen ? undefined : `${app.url}${LINK_PATH}?code=${gate.newLink()}`
  process.stdout.write(startLines(version, app.url, config, link))
  setTimeout(() => {
    if (Object.values(writer.status().acceptedItems).every(items => items === 0)) giveBackHeap()
  }, GIVE_BACK_HEAP_AFTER_MILLIS).unref()
}
