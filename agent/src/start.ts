/**
 * Composition: configuration, SDK, then every hook, in the order in which one relies on another.
 */
import { isMainThread, workerData } from 'node:worker_threads'
import { readConfig, type Config } from './config.ts'
import { recordCrashes } from './crashes.ts'
import { Reporter } from './export/report.ts'
import { ResourceText } from './export/resource-text.ts'
import { Queues } from './export/send.ts'
import { switchOff } from './guard.ts'
import { traceClients } from './http/client.ts'
import { traceServers } from './http/server.ts'
import { traceUndici } from './http/undici.ts'
import { installHooks } from './hooks.ts'
import { traceFastify } from './libraries/fastify.ts'
import { libraryPatches } from './libraries/index.ts'
import { captureConsole } from './logs/console.ts'
import { measureRecords } from './metrics/records.ts'
import { measureRuntime } from './metrics/runtime.ts'
import { SIGNALS } from './otlp-settings.ts'
import { redactBy, type OnMatch } from './redaction.ts'
import { startSdk, type Sdk } from './sdk.ts'
import { flushAtExit } from './shutdown.ts'
import { setTracer } from './tracer.ts'
import { undoAll } from './undo.ts'

export interface Agent {
  /** Sends what waits, takes back every change, and leaves the process without an agent. A second call does nothing more. */
  shutdown(): Promise<void>
}

const NO_AGENT: Agent = { shutdown: () => Promise.resolve() }

export function start(): Agent {
  const config = readConfig(process.env, process.argv[1])
  if (!config.enabled || isLogTransport()) return NO_AGENT
  const reporter = config.quiet
    ? new Reporter(config.destination, () => {})
    : new Reporter(config.destination)
  redactBy(config.redact, config.redactDryRun ? tellOf(reporter) : undefined)
  const resource = new ResourceText()
  const queues = new Queues(config, reporter, resource)
  const sdk = startSdk(config, queues, resource)
  instrument(queues)
  flushAtExit(
    queues.all,
    reporter,
    () => sdk.collect(),
    budget => queues.sendLast(budget),
  )
  if (isMainThread) introduce(config, reporter)
  return { shutdown: once(() => stop(sdk, queues)) }
}

function instrument(queues: Queues): void {
  if (queues.of('metrics')) {
    measureRuntime()
    measureRecords(queues)
  }
  traceServers()
  traceClients()
  traceUndici()
  traceFastify()
  installHooks(libraryPatches())
  if (queues.of('logs')) {
    captureConsole()
    recordCrashes()
  }
}

async function stop(sdk: Sdk, queues: Queues): Promise<void> {
  undoAll()
  switchOff()
  setTracer(undefined)
  try {
    await sdk.shutdown()
  } finally {
    queues.close()
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => (running ??= work())
}

function introduce(config: Config, reporter: Reporter): void {
  const signals = SIGNALS.filter(signal => config[signal].enabled)
  if (signals.length > 0) {
    reporter.say(`sending ${listed(signals)} of "${config.serviceName}" to ${config.destination}`)
  }
  for (const remark of config.remarks) reporter.say(remark)
}

function tellOf(reporter: Reporter): OnMatch {
  return (match, around, pattern) =>
    reporter.say(`would mask ${JSON.stringify(match)} in ${JSON.stringify(around)} by ${pattern.toString()}`)
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** A worker of pino's that only writes log lines needs no agent; `--require` reaches it all the same. */
function isLogTransport(): boolean {
  const data = workerData as { workerData?: { $context?: { threadStreamVersion?: unknown } } } | null
  return !isMainThread && data?.workerData?.$context?.threadStreamVersion !== undefined
}
