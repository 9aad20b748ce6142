/** What the stand-in for the collector answers about objectives and alerts: one of each kind, some with hostile names. */
import type {
  AlertsAnswer,
  BadEventsAnswer,
  BurnAnswer,
  DeliveriesAnswer,
  DeliveryAnswer,
  Objective,
  ReceiversAnswer,
  RoutesAnswer,
  SilencesAnswer,
  SloAnswer,
  SloCheckAnswer,
  SlosAnswer,
} from '../src/slo/answers.ts'
import { draftYaml } from '../src/slo/draft.ts'
import { Refusal, WHOLE } from './fixture-answers.ts'
import { HOSTILE, rowOf, type Telemetry } from './telemetry.ts'

const MINUTE = 60_000
const LONG = `a-name-${'that-goes-on-'.repeat(9)}`
const ago = (now: number, minutes: number): string => new Date(now - minutes * MINUTE).toISOString()

const ROWS = [
  { severity: 'page', name: '1h/5m', factor: 14.4, long: 21.3, short: 44 },
  { severity: 'page', name: '6h/30m', factor: 6, long: 7.1, short: 12 },
  { severity: 'ticket', name: '1d/2h', factor: 3, long: 2.2, short: 9 },
  { severity: 'ticket', name: '3d/6h', factor: 1, long: 0.8, short: 7.1 },
]
const OMITTED = [{ name: '1h/5m', factor: 14.4, reason: 'a burn of 14.4 is more than all requests failing' }]

const meeting: Objective = {
  name: 'cart-latency',
  slo: 'cart-latency',
  displayName: 'cart GET /items in time',
  description: 'Carts that open before anybody leaves.',
  service: 'cart',
  target: '0.99',
  window: '30d',
  method: 'Occurrences',
  health: 'meeting',
  ratio: 0.9987,
  good: 1_204_112,
  bad: 1568,
  coverage: 1,
  budget: { remaining: 0.87, allowed: 12_056, left: 10_488 },
  exhaustedInMillis: null,
  rows: ROWS.map(row => ({ ...row, long: 0.1, short: 0.1 })),
  omittedRows: [],
  backfilled: 1,
}
const OBJECTIVES: readonly Objective[] = [
  {
    ...meeting,
    name: 'checkout',
    slo: 'checkout',
    displayName: 'checkout POST /checkout without error',
    service: 'checkout',
    target: '0.999',
    health: 'budget_blown',
    ratio: 0.9984,
    budget: { remaining: -0.58, allowed: 100, left: -58 },
    exhaustedInMillis: 0,
    rows: ROWS,
    coverage: 0.93,
  },
  meeting,
  { ...meeting, name: 'half', slo: 'half', displayName: 'counted by half', backfilled: 0.42 },
  {
    ...meeting,
    name: LONG,
    slo: LONG,
    displayName: HOSTILE,
    health: 'at_risk',
    window: '1M from 2026-01-01 00:00:00 Europe/Berlin',
    target: '0.9',
    exhaustedInMillis: 9_000_000,
    rows: ROWS.slice(1),
    omittedRows: OMITTED,
  },
  {
    ...meeting,
    name: 'quiet',
    slo: 'quiet',
    displayName: 'nobody asks',
    service: '',
    health: 'no_data',
    ratio: null,
    budget: { remaining: null, allowed: 0, left: 0 },
    rows: ROWS.map(row => ({ ...row, long: null, short: null })),
  },
]
const FAULTS = [{ object: 'broken', field: 'spec.objectives[0].target', message: 'must be between 0 and 1' }]

const slos = (): SlosAnswer => ({
  objectives: [...OBJECTIVES],
  faulty: [{ name: 'broken', file: null, problems: FAULTS, inForce: false }],
  problems: [],
})

function slo(name: string): SloAnswer {
  const objective = OBJECTIVES.find(one => one.slo === name)
  if (!objective) throw new Refusal(404, 'not_found', `There is no SLO ${name}.`, 'See /api/slos.')
  const { service, target } = objective
  const draft = { service, operation: 'POST /checkout', kind: 'server', thresholdMillis: undefined, target }
  return { name, file: null, yaml: draftYaml(draft, new Set()), problems: [], objectives: [objective] }
}

/** A fault three quarters into the range, which burns and is mended; a gap a little before it. */
function burn(url: URL, name: string): BurnAnswer {
  const [from, to] = ['from', 'to'].map(key => Number(url.searchParams.get(key))) as [number, number]
  const steps = 120
  const stepMillis = (to - from) / steps
  const share = Array.from({ length: steps }, (_, i) => (i + 1) / steps)
  const isGap = (at: number): boolean => at > 0.4 && at < 0.45
  const bad = share.map(at => (at > 0.7 && at < 0.8 ? 140 : Math.round(2 + 2 * Math.sin(at * 40))))
  const rate = (peak: number, lag: number) =>
    share.map(at => (isGap(at) ? null : at < 0.7 ? 0.4 : peak * Math.exp(-Math.abs(at - 0.8) * lag)))
  return {
    name,
    stepMillis,
    times: share.map(at => from + at * (to - from)),
    good: share.map(at => (isGap(at) ? 0 : 400)),
    bad,
    remaining: share.map(at => (isGap(at) ? null : at < 0.7 ? 0.6 - at * 0.2 : -0.58)),
    rows: ROWS.map(({ severity, factor }, i) => ({
      severity,
      factor,
      longMinutes: [60, 360, 1440, 4320][i]!,
      shortMinutes: [5, 30, 120, 360][i]!,
      long: rate(40 / (i + 1), 8),
      short: rate(90 / (i + 1), 20),
    })),
  }
}

const badEvents = ({ traces }: Telemetry): BadEventsAnswer => ({
  signal: 'traces',
  query: 'service:checkout kind:server status:error',
  badCount: 158,
  goodCount: 41_200,
  traces: traces
    .filter(({ errorCount }) => errorCount > 0)
    .slice(0, 10)
    .map(trace => ({ ...rowOf(trace) })),
  traceIds: [],
  compared: {
    fromUnixNano: '1796083200000000000',
    toUnixNano: '1796084200000000000',
    badCount: 158,
    goodCount: 40_000,
  },
  differences: [
    ['payment.provider', 'acme', 0.91, 0.04],
    ['http.response.status_code', '500', 1, 0],
    ['host.name', LONG, 0.4, 0.1],
    ['note', HOSTILE, 0.3, 0.02],
  ].map(([key, value, badShare, goodShare]) => ({
    key: String(key),
    value: String(value),
    bad: Math.round(158 * Number(badShare)),
    good: Math.round(41_200 * Number(goodShare)),
    badShare: Number(badShare),
    goodShare: Number(goodShare),
  })),
  ...WHOLE,
})

function alerts(now: number): AlertsAnswer {
  const labels = (slo: string, window: string, severity: string) => ({
    alertname: 'SLOBurnRate',
    slo,
    severity,
    window,
    service: 'checkout',
  })
  const annotations = {
    description: '158 of 41,358 events were bad in the last 1h, 140 of 2,100 in the last 5m.',
  }
  const active = (of: Readonly<Record<string, string>>, minutes: number): AlertsAnswer['active'][number] => ({
    labels: of,
    state: 'firing',
    since: ago(now, minutes),
    silencedBy: [],
    inhibited: false,
  })
  return {
    active: [
      active(labels('checkout', '1h/5m', 'page'), 14),
      { ...active(labels('checkout', '1d/2h', 'ticket'), 14), inhibited: true },
      { ...active(labels(LONG, '1d/2h', 'ticket'), 3000), silencedBy: ['active'] },
      { ...active({ alertname: 'DiskAlmostFull', team: HOSTILE }, 1), state: 'pending' },
    ],
    history: [
      { window: '1h/5m', severity: 'page', from: 14, to: undefined },
      { window: '6h/30m', severity: 'page', from: 50, to: 20 },
      { window: '1d/2h', severity: 'ticket', from: 4000, to: 2000 },
    ].map(({ window, severity, from, to }, id) => ({
      id,
      fingerprint: `f${id}`,
      labels: labels('checkout', window, severity),
      annotations,
      startsAt: ago(now, from),
      endsAt: to === undefined ? null : ago(now, to),
    })),
  }
}

const silences = (now: number): SilencesAnswer => ({
  silences: (['active', 'pending', 'expired'] as const).map((state, i) => ({
    id: state,
    state,
    matchers: ['slo="checkout"', `note=~${JSON.stringify(i === 0 ? HOSTILE : 'x.*')}`],
    startsAt: ago(now, 30 - 60 * i),
    endsAt: ago(now, -90 - i),
    createdBy: '',
    comment: i === 0 ? `the processor moves ${LONG}` : '',
  })),
})

const receiver: ReceiversAnswer['receivers'][number] = {
  name: 'pager',
  url: 'https://pager.example/…',
  format: 'webhook',
  contentType: 'application/json',
  secrets: 2,
  headers: ['Authorization'],
  sendResolved: true,
  readOnly: false,
  disabled: null,
}
const receivers = (): ReceiversAnswer => ({
  receivers: [
    receiver,
    { ...receiver, name: 'chat', format: 'slack', secrets: 0, headers: [], readOnly: true },
    { ...receiver, name: LONG.slice(0, 64), sendResolved: false, disabled: 'it answered 410 Gone' },
  ],
})
const route: RoutesAnswer['routes'][number] = {
  receiver: 'pager',
  match: ['severity="page"'],
  groupBy: ['slo', 'alertname'],
  groupWaitSeconds: null,
  groupIntervalSeconds: 60,
  repeatIntervalSeconds: 14_400,
  continue: true,
  labels: {},
}
const routes = (): RoutesAnswer => ({
  readOnly: false,
  routes: [route, { ...route, receiver: 'chat', match: [], groupWaitSeconds: 30, continue: false }],
})

function deliveries(now: number): DeliveriesAnswer {
  const row = (
    id: number,
    state: 'pending' | 'delivered' | 'dead',
  ): DeliveriesAnswer['deliveries'][number] => ({
    id,
    receiver: id % 2 === 0 ? 'pager' : LONG.slice(0, 64),
    webhookId: `msg_pager_3_${id}`,
    hasFiring: id > 1,
    createdAt: ago(now, 20 - id),
    state,
    attempts: state === 'delivered' ? 1 : 12,
    nextAttemptAt: state === 'pending' ? ago(now, -1) : null,
    lastStatus: { pending: null, delivered: 204, dead: 410 }[state],
    lastError: state === 'delivered' ? null : 'connect ECONNREFUSED 203.0.113.9:443, and more about why',
    endedAt: state === 'pending' ? null : ago(now, 2),
    // A message of before this was noted names none.
    alertCount: [0, 0, 1, 12][id]!,
    alerts: [
      { status: 'firing' as const, labels: { alertname: 'SLOBurnRate', slo: LONG, window: '1h/5m' } },
    ].slice(id === 1 ? 1 : 0),
  })
  return { deliveries: [row(3, 'pending'), row(2, 'delivered'), row(1, 'dead')] }
}
const delivery = (id: number): DeliveryAnswer => ({
  id,
  contentType: 'application/json',
  body: JSON.stringify({
    version: '4',
    status: 'firing',
    alerts: [{ labels: { slo: LONG, note: HOSTILE } }],
  }),
})

const check = (yaml: string): SloCheckAnswer => ({
  name: /name: (\S+)/.exec(yaml)?.[1] ?? null,
  problems: yaml.includes('targetPercent') || yaml.includes('target: 0.9') ? [] : FAULTS,
  objectives: [{ name: 'checkout', rows: ROWS.slice(1), omittedRows: OMITTED }],
})

const NOTHING: Readonly<Record<string, unknown>> = {
  slos: { objectives: [], faulty: [], problems: [] } satisfies SlosAnswer,
  alerts: { active: [], history: [] } satisfies AlertsAnswer,
  silences: { silences: [] } satisfies SilencesAnswer,
  receivers: { receivers: [] } satisfies ReceiversAnswer,
  routes: { readOnly: false, routes: [] } satisfies RoutesAnswer,
  deliveries: { deliveries: [] } satisfies DeliveriesAnswer,
}

/** @returns undefined for what is no question about objectives or alerts */
export function sloAnswer(url: URL, telemetry: Telemetry, body: string): unknown {
  const [, kind = '', name, what] = url.pathname.slice(1).split('/').map(decodeURIComponent)
  const now = Date.now()
  if (kind === 'slos' && name === 'check') return check((JSON.parse(body) as { yaml: string }).yaml)
  if (telemetry.traces.length === 0 && name === undefined) return NOTHING[kind]
  if (kind === 'slos') {
    if (name === undefined) return slos()
    if (telemetry.traces.length === 0) throw new Refusal(404, 'not_found', `There is no SLO ${name}.`, '')
    return what === 'burn' ? burn(url, name) : what === 'bad-events' ? badEvents(telemetry) : slo(name)
  }
  const one = { alerts, silences, deliveries }[kind]
  if (one && name === undefined) return one(now)
  if (kind === 'deliveries') return delivery(Number(name))
  return kind === 'receivers' ? receivers() : kind === 'routes' ? routes() : undefined
}
