/**
 * The thread of alerts: evaluates objectives, keeps alerts, sends messages, and answers for all of
 * it. Nothing else runs here, so that no query delays a page.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { Backfill } from '../derive/backfill.ts'
import type { FromDerive, ToDerive } from '../derive/messages.ts'
import { DerivedReader } from '../derive/reader.ts'
import { HodoscopeError } from '../model/errors.ts'
import { systemClock } from '../model/time.ts'
import type { MinuteCounts } from '../store/api.ts'
import { addressGuard } from './addresses.ts'
import { addressOf, bodyFor } from './bodies.ts'
import { Catalogue } from './catalogue.ts'
import { LiveCounts } from './counts.ts'
import { createDesk, type Methods } from './desk/desk.ts'
import { AlertEngine } from './engine.ts'
import { enrich } from './enrich.ts'
import { groupKeyOf } from './payload.ts'
import { receiverSchema, routeSchema, type Receiver, type Routing } from './receivers.ts'
import type { AlertThreadData, FromAlerts, ToAlerts } from './messages.ts'
import { signatureHeaders } from './signature.ts'
import { rulesOf } from './slo-rules.ts'
import { SloTexts } from './slo-texts.ts'
import { readSlos, type SloSet } from './slos.ts'
import { httpTransport } from './transport.ts'

const TICK_MILLIS = 1_000
const LOOK_AT_FILES_EVERY = 2
const HEARTBEAT_MILLIS = 60_000
const ENRICH_WINDOW_MILLIS = 3_600_000
const BUSY_PAUSE_MILLIS = 1_000

const { folder, derive, settings } = workerData as AlertThreadData
const main = parentPort!
const clock = systemClock
const say = (message: FromAlerts): void => main.postMessage(message)
const catalogue = new Catalogue(join(folder, 'catalogue.db'))
const transport = httpTransport(addressGuard(settings.allowedAddresses))
const texts = new SloTexts(settings.sloFolder, catalogue)
const counts = new LiveCounts(new DerivedReader(join(folder, 'derived.db')))
let slos: SloSet = readSlos([])
let closing = false

// ---- questions to the store ------------------------------------------------------------------

const questions = new Map<number, { resolve(json: Uint8Array): void; reject(): void }>()
let asked = 0

async function ask<T>(job: string, params: unknown): Promise<T> {
  const number = ++asked
  const json = await new Promise<Uint8Array>((resolve, reject) => {
    questions.set(number, { resolve, reject: () => reject(new Error('the store was busy')) })
    say({ query: number, job, params })
  })
  return JSON.parse(Buffer.from(json).toString('utf8')) as T
}

const backfill = new Backfill({
  count: query => ask<MinuteCounts>('minuteCounts', query),
  tell: message => derive.postMessage(message),
  pause: () => delay(BUSY_PAUSE_MILLIS),
})

derive.on('message', (message: FromDerive) => {
  if ('opened' in message) define()
  else backfill.heard(message.indicators, message.missing)
})

function define(): void {
  derive.postMessage({ define: slos.definitions } satisfies ToDerive)
}

function reload(): void {
  slos = readSlos(texts.read())
  define()
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

async function test(receiver: Receiver): Promise<{ status: number | null; error: string | null }> {
  const now = clock.now()
  const labels = { alertname: 'HodoscopeTest', severity: 'ticket' }
  const body = bodyFor(
    receiver,
    {
      receiver: receiver.name,
      groupKey: groupKeyOf('{}', labels),
      groupLabels: labels,
      routeLabels: {},
      externalURL: settings.externalUrl,
      reason: 'first notification',
      alerts: [
        {
          status: 'firing',
          labels,
          annotations: { summary: 'A test, sent by hand' },
          startsAt: now,
          endsAt: undefined,
          generatorURL: `${settings.externalUrl}/alerts`,
          fingerprint: '0'.repeat(16),
          sequence: 0,
        },
      ],
    },
    now,
  )
  const id = `msg_test_${receiver.name}_${now}`
  const headers = {
    ...receiver.headers,
    'Content-Type': receiver.format === 'template' ? receiver.contentType : 'application/json',
    ...signatureHeaders(id, Math.floor(now / 1_000), Buffer.from(body), receiver.secrets),
  }
  const answer = await transport({ url: addressOf(receiver), headers, body })
  if ('failure' in answer) return { status: null, error: answer.failure }
  const taken = answer.status >= 200 && answer.status < 300
  return { status: answer.status, error: taken ? null : `answered ${answer.status}` }
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
  test,
})

let ticks = 0
let beatAt = -Infinity

/** A disk that refuses now may take it in a second: nothing is lost by trying again. */
function tick(): void {
  if (closing) return
  try {
    if (ticks++ % LOOK_AT_FILES_EVERY === 0 && texts.changed) reload()
    engine.tick()
    heartbeat()
  } catch (error) {
    say({ log: { level: 'error', message: `alerts: ${(error as Error).message}` } })
  }
}

/** Whoever hears this no more knows that nobody would tell. */
function heartbeat(): void {
  const { heartbeatUrl } = settings
  if (heartbeatUrl === undefined || clock.monotonic() - beatAt < HEARTBEAT_MILLIS) return
  beatAt = clock.monotonic()
  const body = JSON.stringify({ status: 'alive', at: new Date(clock.now()).toISOString() })
  void transport({ url: heartbeatUrl, headers: { 'Content-Type': 'application/json' }, body })
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
  else if ('answered' in message) {
    questions.get(message.answered)?.resolve(message.json)
    questions.delete(message.answered)
  } else if ('refused' in message) {
    questions.get(message.refused)?.reject()
    questions.delete(message.refused)
  } else void close()
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
const ticking = setInterval(tick, TICK_MILLIS)
say({ ready: true })
