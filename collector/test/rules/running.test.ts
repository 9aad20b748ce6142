/**
 * Rule files as people run them: a real collector, samples by remote-write, a file of Prometheus's
 * rules, and a receiver. What Prometheus's users expect is there: the notification, `ALERTS`,
 * recorded series, `/api/v1/rules` and `/api/v1/alerts`; and a restart changes nothing of it.
 */
import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RuleFilesAnswer } from '../../src/serve/desk-answers.ts'
import { writeRequest, type WrittenSeries } from '../metrics/write.ts'
import { describedAnswers } from '../promql/prometheus-openapi.ts'
import { messageOf, startAlerting, type Alerting } from '../support/alerting.ts'
import type { RunningCollector } from '../support/collector.ts'
import snappy from 'snappyjs'

const fixtures = process.env['HODOSCOPE_FIXTURES']
if (fixtures === undefined)
  console.warn('SKIPPED: HODOSCOPE_FIXTURES is not set; no rule file of others is run')
const DEADLINE_MILLIS = 60_000

const OWN_RULES = `
groups:
  - name: own
    interval: 1s
    rules:
      - record: host:free:ratio
        expr: node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes
        labels: { origin: rule }
      - alert: LittleMemory
        expr: host:free:ratio < 0.05
        for: 10m
        labels: { severity: page, free: '{{ $value | humanizePercentage }}' }
      - alert: ManyErrors
        count: { signal: logs, query: 'service:shop severity>=error', within: 1m, above: 2 }
        labels: { severity: page }
        annotations: { summary: '{{ $value }} errors' }
      - alert: Impossible
        expr: node_load1 * on () node_memory_MemTotal_bytes
`

let alerting: Alerting
let collector: RunningCollector
const rules = (): string => join(alerting.folder, 'rules')

beforeAll(async () => {
  alerting = await startAlerting((hook, folder) => {
    mkdirSync(join(folder, 'rules'))
    if (fixtures !== undefined)
      copyFileSync(
        join(fixtures, 'awesome-alerts/host-and-hardware/node-exporter.yml'),
        join(folder, 'rules/node.yml'),
      )
    writeFileSync(join(folder, 'rules/own.yml'), OWN_RULES)
    return {
      rules: { files: ['rules'] },
      alerts: {
        receivers: [{ name: 'hook', url: hook }],
        routes: [{ receiver: 'hook', groupBy: ['alertname'], groupWait: '0s', groupInterval: '1s' }],
      },
    }
  })
  ;({ collector } = alerting)
})
afterAll(() => alerting.end())

async function write(...series: readonly WrittenSeries[]): Promise<void> {
  const answer = await fetch(`${collector.url}/api/v1/write`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy' },
    body: snappy.compress(writeRequest(...series)) as Uint8Array<ArrayBuffer>,
  })
  expect(answer.status).toBe(204)
}

const sample = (name: string, value: number): WrittenSeries => ({
  labels: { __name__: name, instance: 'pc:9100' },
  samples: [[Date.now(), value]],
})
const memory = (free: number): Promise<void> =>
  write(sample('node_memory_MemAvailable_bytes', free), sample('node_memory_MemTotal_bytes', 100))

async function logErrors(count: number): Promise<void> {
  const now = String(BigInt(Date.now()) * 1_000_000n)
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  const logRecords = Array.from({ length: count }, (_, i) => ({
    timeUnixNano: now,
    severityNumber: 17,
    body: { stringValue: `no ${i}` },
  }))
  const answer = await fetch(`${collector.url}/v1/logs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
  })
  expect(answer.status).toBe(200)
}

async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(`${collector.url}${path}`)
  expect([path, answer.status]).toEqual([path, 200])
  return (await answer.json()) as T
}

interface RuleJson {
  readonly name: string
  readonly type: string
  readonly state?: string
  readonly health: string
  readonly lastEvaluation: string
  readonly lastError?: string
  readonly alerts?: readonly { readonly state: string; readonly activeAt: string; readonly value: string }[]
}
interface GroupJson {
  readonly name: string
  readonly file: string
  readonly interval: number
  readonly rules: readonly RuleJson[]
}
const groupsOf = async (parameters = '') =>
  (await ask<{ data: { groups: GroupJson[] } }>(`/api/v1/rules${parameters}`)).data.groups
const ruleOf = async (name: string): Promise<RuleJson> =>
  (await groupsOf(`?rule_name[]=${name}`))[0]!.rules[0]!

async function seriesOf(
  query: string,
): Promise<{ metric: Record<string, string>; value: [number, string] }[]> {
  type Answer = { data: { result: { metric: Record<string, string>; value: [number, string] }[] } }
  return (await ask<Answer>(`/api/v1/query?query=${encodeURIComponent(query)}`)).data.result
}

async function until<T>(what: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const give = performance.now() + DEADLINE_MILLIS
  for (;;) {
    const found = await what()
    if (found !== undefined) return found
    if (performance.now() > give)
      throw new Error(
        `waited in vain; received ${JSON.stringify(alerting.received)}; ${collector.output.join('\n')}`,
      )
    await wait(100)
  }
}
const told = (alertname: string, status: string) => () =>
  alerting.received
    .flatMap(one => messageOf(one).alerts)
    .find(alert => alert.labels['alertname'] === alertname && alert.status === status)

const REMAINS = { timeout: 3 * DEADLINE_MILLIS }

describe('rule files', () => {
  it.skipIf(fixtures === undefined)('of other people run as they are', REMAINS, async () => {
    const node = await until(async () => (await groupsOf()).find(({ file }) => file === 'node.yml'))
    expect(node).toMatchObject({ name: 'NodeExporter', interval: 15 })
    // A rule without `for` fires in the round that finds it.
    const now = Date.now()
    await write({
      labels: { __name__: 'node_vmstat_pgmajfault', instance: 'pc:9100' },
      samples: [0, 1, 2, 3].map(i => [now - 40_000 + i * 10_000, i * 20_000] as const),
    })
    const alert = await until(told('HostMemoryUnderMemoryPressure', 'firing'))
    expect(alert.labels).toEqual({
      alertname: 'HostMemoryUnderMemoryPressure',
      instance: 'pc:9100',
      severity: 'warning',
    })
    expect(alert.annotations['summary']).toBe('Host memory under memory pressure (instance pc:9100)')
    expect(alert.annotations['description']).toContain('VALUE = 2000\n')
  })

  it(
    'record series by the way of all samples, for the rules behind them and for everybody',
    REMAINS,
    async () => {
      await memory(4)
      const [recorded] = await until(async () => {
        const found = await seriesOf('host:free:ratio')
        return found.length > 0 ? found : undefined
      })
      expect(recorded).toMatchObject({
        metric: { __name__: 'host:free:ratio', instance: 'pc:9100', origin: 'rule' },
        value: [expect.any(Number), '0.04'],
      })
      const [pending] = await until(async () => {
        const found = await seriesOf('ALERTS{alertname="LittleMemory"}')
        return found.length > 0 ? found : undefined
      })
      expect(pending!.metric).toEqual({
        __name__: 'ALERTS',
        alertname: 'LittleMemory',
        alertstate: 'pending',
        free: '4%',
        instance: 'pc:9100',
        origin: 'rule',
        severity: 'page',
      })
    },
  )

  it('answer as Prometheus describes it', async () => {
    const little = await ruleOf('LittleMemory')
    expect(little).toMatchObject({ type: 'alerting', state: 'pending', health: 'ok' })
    const since = Math.floor(Date.parse(little.alerts![0]!.activeAt) / 1_000)
    expect((await seriesOf('ALERTS_FOR_STATE{alertname="LittleMemory"}'))[0]!.value[1]).toBe(String(since))
    expect(await ruleOf('host:free:ratio')).toMatchObject({ type: 'recording', health: 'ok' })
    expect((await groupsOf('?type=record')).map(({ rules }) => rules.map(({ name }) => name))).toEqual([
      ['host:free:ratio'],
    ])
    expect((await groupsOf('?file[]=own.yml&exclude_alerts=true'))[0]!.rules[1]).not.toHaveProperty('alerts')
    expect((await groupsOf('?match[]={severity="page"}'))[0]!.rules.map(({ name }) => name)).toEqual([
      'LittleMemory',
      'ManyErrors',
    ])
    if (fixtures === undefined) return
    const faultsOf = describedAnswers(fixtures)
    for (const path of ['/rules', '/alerts'])
      expect(faultsOf(path, true, await ask(`/api/v1${path}`))).toEqual([])
  })

  it('that cannot be evaluated say why, and change nothing', REMAINS, async () => {
    await write(sample('node_load1', 1), {
      ...sample('node_load1', 2),
      labels: { __name__: 'node_load1', instance: 'b' },
    })
    await memory(4)
    const faulty = await until(async () => {
      const rule = await ruleOf('Impossible')
      return rule.health === 'err' ? rule : undefined
    })
    expect(faulty.lastError).toContain('many-to-one matching must be explicit')
    expect(faulty.state).toBe('inactive')
  })

  it('count log lines', REMAINS, async () => {
    await logErrors(2)
    const logged = Date.now()
    const quiet = await until(async () => {
      const rule = await ruleOf('ManyErrors')
      return Date.parse(rule.lastEvaluation) > logged ? rule : undefined
    })
    expect(quiet).toMatchObject({ state: 'inactive', health: 'ok' })
    await logErrors(1)
    const alert = await until(told('ManyErrors', 'firing'))
    expect(alert).toMatchObject({ labels: { severity: 'page' }, annotations: { summary: '3 errors' } })
  })

  it('keep `for` over a restart', REMAINS, async () => {
    const before = (await ruleOf('LittleMemory')).alerts![0]!
    await alerting.killAndStart()
    ;({ collector } = alerting)
    await memory(4)
    const after = await until(async () =>
      (await ruleOf('LittleMemory')).alerts?.find(({ value }) => value === '0.04'),
    )
    expect(after).toMatchObject({ state: 'pending', activeAt: before.activeAt })
  })

  it('at fault are told with the place, and keep what they had', REMAINS, async () => {
    const edited = (from: string, to: string) => {
      writeFileSync(join(alerting.folder, 'next.yml'), OWN_RULES.replace(from, to))
      renameSync(join(alerting.folder, 'next.yml'), join(rules(), 'own.yml'))
    }
    edited('host:free:ratio < 0.05', 'host:free:ratio <')
    const reload = async () => {
      const answer = await fetch(`${collector.url}/api/rule-files/reload`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
      })
      const { files } = RuleFilesAnswer.parse(await answer.json())
      return files.find(({ name }) => name === 'own.yml')!
    }
    expect(await reload()).toMatchObject({
      rules: 4,
      problems: [{ field: 'groups[0].rules[1].expr', message: 'the query ends where a value is expected' }],
    })
    expect((await ruleOf('LittleMemory')).state).toBe('pending')
    // Watched: nobody has to ask for the next one.
    edited('host:free:ratio < 0.05', 'host:free:ratio < 0.01')
    await until(async () =>
      (await seriesOf('ALERTS{alertname="LittleMemory"}')).length === 0 ? true : undefined,
    )
    expect((await reload()).problems).toEqual([])
    expect((await ruleOf('LittleMemory')).state).toBe('inactive')
  })
})
