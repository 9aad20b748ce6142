/**
 * Composition: configuration, SDK, then every hook, in the order in which one relies on another.
 */
import { isMainThread, workerData } from 'node:worker_threads'
import { readConfig, type Config } from './config.ts'
import { Reporter } from './export/report.ts'
import { createQueues } from './export/send.ts'
import { traceClients } from './http/client.ts'
import { traceServers } from './http/server.ts'
import { traceUndici } from './http/undici.ts'
import { installHooks } from './hooks.ts'
import { traceFastify } from './libraries/fastify.ts'
import { libraryPatches } from './libraries/index.ts'
import { captureConsole } from './logs/console.ts'
import { startSdk } from './sdk.ts'
import { flushAtExit } from './shutdown.ts'

export function start(): void {
  const config = readConfig(process.env, process.argv[1])
  if (!config.enabled || isLogTransport()) return
  const reporter = config.quiet
    ? new Reporter(config.destination, () => {})
    : new Reporter(config.destination)
  const queues = createQueues(config, reporter)
  startSdk(config, queues)
  if (queues.spans) {
    traceServers()
    traceClients()
    traceUndici()
    traceFastify()
  }
  installHooks(libraryPatches())
  if (queues.logs) captureConsole()
  flushAtExit(
    [queues.spans, queues.logs].filter(queue => queue !== undefined),
    reporter,
  )
  if (isMainThread) introduce(config, reporter)
}

function introduce(config: Config, reporter: Reporter): void {
  const signals = [config.traces.enabled ? 'traces' : '', config.logs.enabled ? 'logs' : ''].filter(Boolean)
  if (signals.length > 0) {
    reporter.say(`sending ${signals.join(' and ')} of "${config.serviceName}" to ${config.destination}`)
  }
  for (const remark of config.remarks) reporter.say(remark)
}

/** A worker of pino's that only writes log lines needs no agent; `--require` reaches it all the same. */
function isLogTransport(): boolean {
  const data = workerData as { workerData?: { $context?: { threadStreamVersion?: unknown } } } | null
  return !isMainThread && data?.workerData?.$context?.threadStreamVersion !== undefined
}
