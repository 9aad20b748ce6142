/**
 * The thread of alerts: evaluates objectives, keeps alerts, sends messages, and answers for all of
 * it. Nothing else runs here, so that no query delays a page.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { Backfill } from '../derive/backfill.ts'
import type { FromDerive, ToDerive } from '../derive/messages.ts'
import type { IndicatorRow } from '../derive/indicator-table.ts'
import { metricCounts, MetricCounting, type AskMinutes } from '../derive/metric-counting.ts'
import { DerivedReader } from '../derive/reader.ts'
import { cataloguePath } from '../durable/catalogue-file.ts'
import { encodeWrite } from '../decode/write/encode.ts'
import { HodoscopeError } from '../model/errors.ts'
import { minuteOf, systemClock } from '../model/time.ts'
import type { EventMinutes } from '../query/event-minutes.ts'
import type { MinuteCounts } from '../store/api.ts'
import { addressGuard } from './addresses.ts'
import { AlertCatalogue } from './catalogue.ts'
import { LiveCounts } from './counts.ts'
import { createDesk, type Methods } from './desk/desk.ts'
import { AlertEngine } from './engine.ts'
import { enrich } from './enrich.ts'
import { Heartbeat } from './heartbeat.ts'
import { receiverSchema, routeSchema, type Routing } from './receivers.ts'
import { Questions } from './questions.ts'
import { RuleGroups } from './rules/groups.ts'
import { isOfRuleFile, mayBeInForce, NO_RULES, readRules } from './rules/rule-set.ts'
import type { AlertThreadData, FromAlerts, ToAlerts } from './messages.ts'
import { rulesOf } from './slo-rules.ts'
import { SloTexts } from './slo-texts.ts'
import { problemsOf, readSlos, type FileProblem, type SloSet } from './slos.ts'
import { sendTest } from './test-message.ts'
import { httpTransport } from './transport.ts'
import { WatchedFiles } from './watched-files.ts'

const TICK_MILLIS = 1_000
const LOOK_AT_FILES_EVERY = 2
const COUNT_METRICS_EVERY = 5
const ENRICH_WINDOW_MILLIS = 3_600_000
const BUSY_PAUSE_MILLIS = 1_000

const { folder, derive, settings } = workerData as AlertThreadData
const main = parentPort!
const clock = systemClock
const say = (message: FromAlerts): void => main.postMessage(message)
const questions = new Questions(say)
const { ask } = questions
const catalogue = new AlertCatalogue(cataloguePath(folder))
const transport = httpTransport(addressGuard(settings.allowedAddresses))
const texts = new SloTexts(settings.sloFolder, catalogue)
const counts = new LiveCounts(new DerivedReader(join(folder, 'derived.db')))
const ruleFiles = new WatchedFiles(settings.ruleFiles)
let slos: SloSet = readSlos([])
let rules = NO_RULES
let closing = false

const askMinutes: AskMinutes = params => ask<EventMinutes>('metricMinutes', params)
const metricCounting = new MetricCounting(askMinutes, message => derive.postMessage(message))
let indicators: readonly IndicatorRow[] = []

const backfill = new Backfill({
  count: query => ask<MinuteCounts>('minuteCounts', query),
  countMetrics: (indicator, piece) => metricCounts(askMinutes, indicator, piece),
  tell: message => derive.postMessage(message),
  pause: () => delay(BUSY_PAUSE_MILLIS),
})

derive.on('message', (message: FromDerive) => {
  if ('opened' in message) define()
  else {
    indicators = message.indicators
    backfill.heard(message.indicators, message.missing)
  }
})

function define(): void {
  derive.postMessage({ define: slos.definitions } satisfies ToDerive)
}

function reload(): void {
  const before = problemsOf(slos)
  slos = texts.load()
  define()
  tellNew('slos', before, problemsOf(slos))
}

function reloadRules(): void {
  const before = rules.faults
  rules = readRules(ruleFiles.read(), rules)
  groups.follow(rules)
  tellNew('rules', before, rules.faults)
}

type FileFault = Pick<FileProblem, 'file' | 'field' | 'message'>

/** What is wrong in a file is told once, when it is found. */
function tellNew(what: string, before: readonly FileFault[], now: readonly FileFault[]): void {
  const lineOf = ({ file, field, message }: FileFault): string =>
    `${what}: ${[file, field, message].filter(Boolean).join(': ')}`
  const told = new Set(before.map(lineOf))
  for (const line of now.map(lineOf)) if (!told.has(line)) say({ log: { level: 'error', message: line } })
}

// ---- receivers and routes --------------------------------------------------------------------

function routing(): Routing {
  const stored = (catalogue.all('receivers') as readonly { settings: string }[])
    .map(row => receiverSchema.parse(JSON.parse(row.settings)))
    .filter(({ name }) => settings.routing.receivers.every(receiver => receiver.name !== name))
  const receivers = [...settings.routing.receivers, ...stored]
  return { receivers, routes: settings.routing.routes.length > 0 ? settings.routing.routes : storedRoutes() }
}

function storedRoutes(): Routing['routes'] {
  const row = catalogue.one('setting', 'routes') as { value: string } | undefined
  return row === undefined ? [] : (JSON.parse(row.value) as unknown[]).map(route => routeSchema.parse(route))
}

// ---- rounds ----------------------------------------------------------------------------------

const engine = new AlertEngine({
  catalogue,
  clock,
  transport,
  random: Math.random,
  externalUrl: settings.externalUrl,
  rules: () => {
    counts.refresh(slos.objectives, clock.now())
    return slos.objectives.flatMap(objective => rulesOf(objective, counts))
  },
  elsewhere: {
    isInForce: id => isOfRuleFile(id) && mayBeInForce(rules, id),
    late: () => groups.late,
  },
  routing,
  enrich: async labels => {
    const objective = slos.objectives.find(({ name }) => name === labels['slo'])
    return objective === undefined
      ? {}
      : enrich(objective, ask, settings.externalUrl, ENRICH_WINDOW_MILLIS, clock.now())
  },
  onGone: receiver =>
    say({
      log: { level: 'error', message: `the receiver ${receiver} answered 410 Gone and is sent nothing more` },
    }),
})

const groups: RuleGroups = new RuleGroups({
  clock,
  externalUrl: settings.externalUrl,
  ask,
  write: samples => questions.write(encodeWrite(samples)),
  settle: (evaluated, at) => engine.settle(evaluated, at),
  active: () => engine.active,
  coverage: (minutes, now) => counts.coverage(minutes, now),
})

const methods: Methods = createDesk({
  catalogue,
  clock,
  counts,
  engine,
  backfill,
  slos: () => slos,
  ask,
  reload,
  routing,
  fileRouting: settings.routing,
  test: receiver => sendTest(receiver, { clock, transport, externalUrl: settings.externalUrl }),
  groups,
  ruleFaults: () => rules.faults,
  reloadRules,
})

const heartbeat =
  settings.heartbeatUrl === undefined
    ? undefined
    : new Heartbeat({
        url: settings.heartbeatUrl,
        clock,
        transport,
        onRefused: why => say({ log: { level: 'warn', message: `the heartbeat was not taken: ${why}` } }),
      })

let ticks = 0

/** A disk that refuses now may take it in a second: nothing is lost by trying again. */
function tick(): void {
  if (closing) return
  try {
    if (ticks++ % LOOK_AT_FILES_EVERY === 0) lookAtFiles()
    engine.tick()
    groups.tick()
    if (ticks % COUNT_METRICS_EVERY === 0) void metricCounting.round(indicators, minuteOf(clock.now()))
    heartbeat?.beat()
    say({ round: true })
  } catch (error) {
    say({ log: { level: 'error', message: `alerts: ${(error as Error).message}` } })
  }
}

function lookAtFiles(): void {
  if (texts.changed) reload()
  if (ruleFiles.changed) reloadRules()
}

// ---- messages --------------------------------------------------------------------------------

async function answer(call: number, method: string, params: unknown): Promise<void> {
  try {
    // What is asked about is what was counted until now.
    counts.refresh(slos.objectives, clock.now())
    const result = Object.hasOwn(methods, method) ? await methods[method]!(params) : undefined
    if (result === undefined) throw new RangeError(`there is no method ${method}`)
    say({ result: call, json: JSON.stringify(result) })
  } catch (error) {
    const known = error instanceof HodoscopeError
    if (!known) say({ log: { level: 'error', message: `alerts: ${method}: ${(error as Error).message}` } })
    say({ fault: call, code: known ? error.code : 'internal', message: (error as Error).message })
  }
}

main.on('message', (message: ToAlerts) => {
  if ('call' in message) void answer(message.call, message.method, message.params)
  else if ('answered' in message) questions.answered(message.answered, message.json)
  else if ('refused' in message) questions.refused(message.refused, message.message)
  else void close()
})

const CLOSE_PATIENCE_MILLIS = 1_000

/** What is under way may end; what does not is sent again by the next process, under the same id. */
async function close(): Promise<void> {
  closing = true
  clearInterval(ticking)
  await Promise.race([engine.idle(), delay(CLOSE_PATIENCE_MILLIS)])
  catalogue.close()
  derive.close()
  say({ closed: true })
  main.close()
}

reload()
reloadRules()
const ticking = setInterval(tick, TICK_MILLIS)
say({ ready: true })
