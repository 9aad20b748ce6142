/**
 * From a failing service to the page and back, over the real thing: a collector in a process of its
 * own, spans by OTLP, an objective by the API, and a receiver that checks the signature with the
 * verifier that people use.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Webhook } from 'standardwebhooks'
import type { z } from 'zod'
import { newSecret } from '../../src/alert/signature.ts'
import * as answers from '../../src/serve/desk-answers.ts'
import { DESK_ENDPOINTS } from '../../src/serve/desk-endpoints.ts'
import { messageOf, startAlerting, type Alerting, type Received } from '../support/alerting.ts'
import type { RunningCollector } from '../support/collector.ts'
import { tellSpans } from '../support/objectives.ts'

const SECRETS = [newSecret(), newSecret()]
const DEADLINE_MILLIS = 60_000

const SLO = `
apiVersion: openslo/v1
kind: SLO
metadata: { name: pay, displayName: Payments, labels: { team: money } }
spec:
  service: payment
  indicator:
    spec:
      ratioMetric:
        good: { metricSource: { type: Hodoscope, spec: { query: "-status:error" } } }
        total: { metricSource: { type: Hodoscope, spec: { query: "service:payment kind:server" } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.999 }]
`

let alerting: Alerting
let collector: RunningCollector
let received: readonly Received[]

beforeAll(async () => {
  alerting = await startAlerting(hook => ({
    alerts: {
      receivers: [{ name: 'hook', url: `${hook}/secret-path/x`, secrets: SECRETS }],
      routes: [{ receiver: 'hook', groupInterval: '1s', match: ['severity="page"'] }],
    },
  }))
  ;({ collector, received } = alerting)
})
afterAll(() => alerting.end())

let users = 0
const pay = (count: number, failing: boolean) =>
  tellSpans(collector.url, {
    service: 'payment',
    version: '2.1',
    count,
    bad: failing ? count : 0,
    attributes: i => ({
      'payment.provider': failing && i % 10 > 0 ? 'acme' : ['volt', 'iris'][i % 2]!,
      'user.id': `u${++users}`,
    }),
  })

async function call(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(collector.url + path, {
    method,
    ...(method === 'GET' ? {} : { headers: { 'Content-Type': 'application/json' } }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

async function until<T>(what: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const give = performance.now() + DEADLINE_MILLIS
  for (;;) {
    const found = await what()
    if (found !== undefined) return found
    if (performance.now() > give) throw new Error(`waited in vain; received ${JSON.stringify(received)}`)
    await wait(50)
  }
}

interface ObjectiveJson {
  readonly good: number
  readonly bad: number
  readonly health: string
  readonly backfilled: number
  readonly budget: { readonly remaining: number | null }
}
const objective = async () => ((await call('GET', '/api/slos/pay')).body['objectives'] as ObjectiveJson[])[0]!

describe('a service that fails', () => {
  it('has an objective that counts what was stored before it', async () => {
    await pay(40, false)
    expect(await call('POST', '/api/slos', { yaml: SLO })).toEqual({ status: 200, body: { name: 'pay' } })
    const counted = await until(async () => {
      const found = await objective()
      return found.good === 40 && found.backfilled === 1 ? found : undefined
    })
    expect(counted).toMatchObject({ bad: 0, health: 'meeting', budget: { remaining: 1 } })
  })

  it('is told of by a signed page with traces, figures and a link', { timeout: 90_000 }, async () => {
    await pay(60, true)
    const page = await until(() => received.find(one => messageOf(one).status === 'firing'))
    for (const secret of SECRETS) expect(new Webhook(secret).verify(page.body, page.headers)).toBeTruthy()
    expect(() => new Webhook(newSecret()).verify(page.body, page.headers)).toThrow('No matching signature')
    const [alert] = messageOf(page).alerts
    expect(alert!.labels).toMatchObject({
      alertname: 'SLOBurnRate',
      slo: 'pay',
      service: 'payment',
      severity: 'page',
      team: 'money',
    })
    expect(alert!.annotations).toMatchObject({
      value: '600',
      threshold: '14.4',
      burn_1h: '600',
      burn_5m: '600',
    })
    expect(alert!.annotations['trace_1']).toMatch(new RegExp(`^${collector.url}/traces/[0-9a-f]{32}$`))
    expect(alert!.generatorURL).toBe(`${collector.url}/slos/pay`)
    expect((await objective()).health).toBe('budget_blown')
  })

  it('leads to the requests at fault and to what sets them apart', async () => {
    const { status, body } = await call('GET', '/api/slos/pay/bad-events')
    expect(status).toBe(200)
    expect(answers.BadEventsAnswer.safeParse(body).error?.issues ?? []).toEqual([])
    expect(body).toMatchObject({ badCount: 60, goodCount: 40 })
    expect((body['traces'] as unknown[]).length).toBe(20)
    expect((body['differences'] as unknown[])[0]).toEqual({
      key: 'payment.provider',
      value: 'acme',
      bad: 54,
      good: 0,
      badShare: 0.9,
      goodShare: 0,
    })
    const found = await call('GET', `/api/traces?limit=1&q=${encodeURIComponent(body['query'] as string)}`)
    expect(found.body['traces']).toHaveLength(1)
  })

  it('would have paged once, says a back-test on what is stored', async () => {
    const { status, body } = await call('POST', '/api/slos/backtest', { slo: SLO, from: 'now-2h' })
    expect(status).toBe(200)
    expect(answers.BacktestAnswer.safeParse(body).error?.issues ?? []).toEqual([])
    expect(body).toMatchObject({ name: 'pay', page: { count: 1 } })
    expect((body['pages'] as unknown[])[0]).toMatchObject({
      objective: 'pay',
      severity: 'page',
      rows: expect.arrayContaining(['1h/5m']),
    })
    const other = SLO.replace('service:payment', 'service:none')
    expect((await call('POST', '/api/slos/backtest', { slo: other })).body).toMatchObject({
      page: { count: 0, minutes: 0 },
      pages: [],
    })
  })

  it('is told of as resolved once it is mended', { timeout: 90_000 }, async () => {
    for (let i = 0; i < 24; i++) await pay(600, false)
    const end = await until(() => received.findLast(one => messageOf(one).status === 'resolved'))
    expect(messageOf(end).alerts[0]!.annotations).toMatchObject({ value_at_resolve: expect.any(String) })
    const ids = received.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('has its page in the history and its messages in the log', async () => {
    const { history } = (await call('GET', '/api/alerts')).body as {
      history: { labels: Record<string, string>; endsAt: string | null }[]
    }
    expect(history.map(({ labels }) => labels['window'])).toContain('1h/5m')
    const { deliveries } = (await call('GET', '/api/deliveries')).body as {
      deliveries: { id: number; state: string; attempts: number; alertCount: number; alerts: unknown[] }[]
    }
    const { alertCount, alerts } = deliveries.at(-1)!
    expect([alertCount, alerts.length]).toEqual(Array(2).fill(messageOf(received[0]!).alerts.length))
    expect(alerts[0]).toEqual({ status: 'firing', labels: messageOf(received[0]!).alerts[0]!.labels })
    expect(deliveries.every(({ state, attempts }) => state === 'delivered' && attempts === 1)).toBe(true)
    const before = received.length
    expect(await call('POST', `/api/deliveries/${deliveries[0]!.id}/redeliver`)).toMatchObject({
      status: 200,
    })
    const again = await until(() => received[before])
    expect(
      received.filter(
        ({ headers, body }) => headers['webhook-id'] === again.headers['webhook-id'] && body === again.body,
      ),
    ).toHaveLength(2)
  })
})

describe('the API', () => {
  it('answers what it describes', async () => {
    const paths: Record<string, string> = {
      '/api/slos': '/api/slos',
      '/api/slos/{name}': '/api/slos/pay',
      '/api/slos/{name}/burn': '/api/slos/pay/burn?points=30',
      '/api/alerts': '/api/alerts',
      '/api/rule-files': '/api/rule-files',
      '/api/silences': '/api/silences',
      '/api/receivers': '/api/receivers',
      '/api/routes': '/api/routes',
      '/api/deliveries': '/api/deliveries?limit=2',
      '/api/deliveries/{id}': '/api/deliveries/1',
    }
    const reads = DESK_ENDPOINTS.filter(({ method }) => method === 'get')
    expect(Object.keys(paths)).toEqual(reads.map(({ path }) => path))
    for (const { path, answer } of reads) {
      const { status, body } = await call('GET', paths[path]!)
      const schema = (answers as unknown as Record<string, z.ZodType>)[answer]!
      expect([path, status, schema.safeParse(body).error?.issues ?? []]).toEqual([path, 200, []])
    }
  })

  it('tells what is wrong with a document, field by field, and stores nothing', async () => {
    const check = async (yaml: string) => (await call('POST', '/api/slos/check', { yaml })).body
    const fine = await check(SLO.replace('name: pay,', 'name: other,'))
    expect(answers.SloCheckAnswer.safeParse(fine).error?.issues ?? []).toEqual([])
    expect(fine).toMatchObject({
      name: 'other',
      problems: [],
      objectives: [{ name: 'other', rows: [{ name: '1h/5m', severity: 'page', factor: 14.4 }, {}, {}, {}] }],
    })
    expect(await check(SLO.replace('0.999', '2').replace('30d', '30y'))).toMatchObject({
      name: 'pay',
      problems: [
        { field: 'spec.timeWindow[0].duration', message: expect.stringContaining('expected a duration') },
        { field: 'spec.objectives[0].target', message: expect.stringContaining('expected a decimal') },
      ],
      objectives: [],
    })
    expect(await check('- [')).toMatchObject({ name: null, problems: [{ object: 'document 1' }] })
    expect((await call('GET', '/api/slos/other')).status).toBe(404)
  })

  it('replaces an SLO by PUT alone: what was there stays when its name is asked for once more', async () => {
    const yamlOf = async () => (await call('GET', '/api/slos/pay')).body['yaml']
    const before = await yamlOf()
    const changed = SLO.replace('Payments', 'All payments')
    expect(await call('POST', '/api/slos', { yaml: changed })).toMatchObject({
      status: 409,
      body: { error: { code: 'name_taken', message: 'There is an SLO of the name "pay" already.' } },
    })
    expect(await yamlOf()).toBe(before)
    expect(await call('PUT', '/api/slos/pay', { yaml: changed })).toMatchObject({ status: 200 })
    expect(await yamlOf()).toContain('All payments')
    expect(await call('PUT', '/api/slos/pay', { yaml: SLO })).toMatchObject({ status: 200 })
  })

  it('gives no secret out', async () => {
    const text = JSON.stringify([
      (await call('GET', '/api/receivers')).body,
      (await call('GET', '/api/deliveries')).body,
      (await call('POST', '/api/receivers/hook/test')).body,
    ])
    for (const secret of [...SECRETS, 'secret-path/x']) expect(text).not.toContain(secret)
  })

  it('keeps receivers, routes and silences, and takes them away', async () => {
    const receiver = { url: 'http://192.0.2.1/x', headers: { Authorization: 'Bearer canary' } }
    expect(await call('PUT', '/api/receivers/chat', receiver)).toEqual({
      status: 200,
      body: { name: 'chat' },
    })
    const { receivers } = (await call('GET', '/api/receivers')).body as {
      receivers: { name: string; headers: string[] }[]
    }
    expect(receivers.find(({ name }) => name === 'chat')).toMatchObject({
      headers: ['Authorization'],
      readOnly: false,
    })
    // Without a url, what is given out to nobody stays; with one, it does not go to another host.
    await call('PUT', '/api/receivers/chat', { format: 'slack' })
    const chat = async () =>
      ((await call('GET', '/api/receivers')).body as { receivers: { name: string }[] }).receivers.find(
        ({ name }) => name === 'chat',
      )
    expect(await chat()).toMatchObject({
      format: 'slack',
      headers: ['Authorization'],
      url: 'http://192.0.2.1/x',
    })
    await call('PUT', '/api/receivers/chat', { url: 'http://192.0.2.2/y' })
    expect(await chat()).toMatchObject({ format: 'webhook', headers: [], url: 'http://192.0.2.2/y' })
    expect((await call('POST', '/api/receivers/chat/test')).body).toMatchObject({
      status: null,
      error: 'the address is not one that alerts may be sent to; see alerts.allowedAddresses',
    })
    expect(await call('DELETE', '/api/receivers/chat')).toMatchObject({ status: 200 })
    const silence = {
      matchers: ['slo="pay"'],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 60_000).toISOString(),
    }
    const { id } = (await call('POST', '/api/silences', silence)).body as { id: string }
    expect((await call('GET', '/api/silences')).body).toMatchObject({
      silences: [{ id, state: 'active', matchers: ['slo="pay"'] }],
    })
    expect(await call('DELETE', `/api/silences/${id}`)).toMatchObject({ status: 200 })
    expect((await call('GET', '/api/silences')).body).toMatchObject({ silences: [{ id, state: 'expired' }] })
  })

  it.each([
    ['GET', '/api/slos/none', undefined, 404, 'not_found'],
    ['DELETE', '/api/slos/none', undefined, 404, 'not_found'],
    ['POST', '/api/slos', { yaml: SLO.replace('0.999', '0.9') }, 409, 'name_taken'],
    ['POST', '/api/slos', { yaml: SLO.replace('0.999', '1') }, 422, 'document_invalid'],
    ['POST', '/api/slos', { yaml: SLO.replace('-status:error', 'status:') }, 422, 'document_invalid'],
    ['POST', '/api/slos', { yml: '' }, 422, 'document_invalid'],
    ['POST', '/api/slos/backtest', { slo: SLO.replace('0.999', '1') }, 422, 'document_invalid'],
    ['POST', '/api/slos/backtest', { slo: SLO, from: 'now', to: 'now-1h' }, 400, 'parameter_invalid'],
    ['POST', '/api/slos/backtest', { slo: SLO, from: 'then' }, 400, 'parameter_invalid'],
    ['PUT', '/api/slos/other', { yaml: SLO }, 422, 'document_invalid'],
    ['PUT', '/api/receivers/hook', { url: 'http://x.test' }, 409, 'read_only'],
    ['PUT', '/api/receivers/x', { url: 'file:///etc/passwd' }, 422, 'document_invalid'],
    ['PUT', '/api/receivers/x', { url: 'http://x.test', secrets: ['short'] }, 422, 'document_invalid'],
    ['PUT', '/api/routes', { routes: [] }, 409, 'read_only'],
    ['POST', '/api/silences', { matchers: [], startsAt: 'now', endsAt: '' }, 422, 'document_invalid'],
    ['POST', '/api/alerts', {}, 405, 'method_not_allowed'],
    ['GET', '/api/slos?x=1', undefined, 400, 'parameter_invalid'],
  ] as const)('%s %s with %j answers %i', async (method, path, body, status, code) => {
    expect(await call(method, path, body)).toMatchObject({ status, body: { error: { code } } })
  })

  it('takes no change from another site', async () => {
    const answer = await fetch(`${collector.url}/api/slos/pay`, {
      method: 'DELETE',
      headers: { 'Content-Type': 'application/json', Origin: 'http://evil.test' },
    })
    expect(answer.status).toBe(403)
    expect((await call('GET', '/api/slos/pay')).status).toBe(200)
  })
})
