/**
 * Programs that know nothing of us, against a real collector: `promtool` asks it, and `vmalert` evaluates
 * rules over it and writes what they record back into it.
 */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import snappy from 'snappyjs'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { metadata, writeRequest } from '../metrics/write.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'
import { hasPrometheus } from '../support/prometheus.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'hodoscope-promql-'))
/** A whole minute, so that what is asked for has round numbers. */
const now = Math.floor(Date.now() / 60_000) * 60_000
let collector: RunningCollector

beforeAll(async () => {
  collector = await startCollector(join(folder, 'data'))
  const counter = (code: string, perMinute: number) => ({
    labels: { __name__: 'requests_total', code, job: 'shop' },
    samples: Array.from({ length: 31 }, (_, i) => [now + (i - 30) * 60_000, i * perMinute] as const),
  })
  await write(writeRequest(counter('200', 60), counter('500', 6)))
})
afterAll(async () => {
  await collector.stop()
  rmSync(folder, { recursive: true })
})

async function write(body: Uint8Array): Promise<void> {
  const headers = {
    'Content-Encoding': 'snappy',
    'Content-Type': 'application/x-protobuf',
    'X-Prometheus-Remote-Write-Version': '0.1.0',
  }
  const response = await fetch(`${collector.url}/api/v1/write`, {
    method: 'POST',
    headers,
    body: Buffer.from(snappy.compress(body)),
  })
  expect(response.status).toBe(204)
}

async function vectorOf(query: string): Promise<[Record<string, string>, string][]> {
  const response = await fetch(`${collector.url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query }),
  })
  const { data } = (await response.json()) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] }
  }
  return data.result.map(({ metric, value }) => [metric, value[1]])
}

async function dataOf(path: string): Promise<unknown> {
  const { data } = (await (await fetch(`${collector.url}/api/v1/${path}`)).json()) as { data: unknown }
  return data
}

describe('the collector', () => {
  it('takes no form from another site', async () => {
    const headers = { Origin: 'https://elsewhere.example' }
    const response = await fetch(`${collector.url}/api/v1/query`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ query: '1' }),
    })
    expect(response.status).toBe(403)
  })

  it('knows labels, values, metadata and exemplars of any time', async () => {
    const exemplar = { labels: { trace_id: 'a'.repeat(32) }, time: now, value: 0.5 }
    const labels = { __name__: 'seen_total', 'http.route': '/cart' }
    await write(
      Buffer.concat([
        writeRequest({ labels, samples: [[now, 1]], exemplars: [exemplar] }),
        metadata(1, 'seen_total', 'What was seen.'),
      ]),
    )
    expect(await dataOf('labels')).toEqual(['__name__', 'code', 'http.route', 'job'])
    expect(await dataOf('label/U__http_2e_route/values')).toEqual(['/cart'])
    expect(await dataOf('metadata?metric=seen_total')).toEqual({
      seen_total: [{ type: 'counter', unit: '', help: 'What was seen.' }],
    })
    expect(await dataOf('query_exemplars?query=seen_total')).toEqual([
      {
        seriesLabels: labels,
        exemplars: [{ labels: exemplar.labels, value: '0.5', timestamp: now / 1000 }],
      },
    ])
  })

  it('counts a query on its own metrics under the path that it was asked by', async () => {
    expect(await vectorOf('vector(1)')).toEqual([[{}, '1']])
    const metrics = await (await fetch(`${collector.url}/metrics`)).text()
    expect(metrics).toContain('"/api/v1/query"')
  })
})

describe.skipIf(!hasPrometheus('promtool does not ask the collector'))('promtool', () => {
  const promtool = async (...args: string[]): Promise<string> =>
    (await run('promtool', ['query', ...args])).stdout
  const at = String(now / 1000)

  it('asks for an instant', async () => {
    const query = 'sum by (code) (rate(requests_total[10m]))'
    expect(await promtool('instant', '--time', at, collector.url, query)).toBe(
      `{code="200"} => 1 @[${at}]\n{code="500"} => 0.1 @[${at}]\n`,
    )
  })

  it('asks for a range', async () => {
    const start = String(now / 1000 - 120)
    const text = await promtool(
      'range',
      '--start',
      start,
      '--end',
      at,
      '--step',
      '1m',
      collector.url,
      'requests_total{code="200"}',
    )
    expect(text).toBe(
      `requests_total{code="200", job="shop"} =>\n1680 @[${start}]\n1740 @[${now / 1000 - 60}]\n1800 @[${at}]\n`,
    )
  })

  it('asks for series and labels', async () => {
    expect(await promtool('series', '--match', '{job="shop"}', collector.url)).toBe(
      `{__name__="requests_total", code="200", job="shop"}\n{__name__="requests_total", code="500", job="shop"}\n`,
    )
    expect(await promtool('labels', collector.url, 'code')).toBe('200\n500\n')
  })

  it('shows the place of a fault', async () => {
    await expect(promtool('instant', collector.url, 'sum(up')).rejects.toMatchObject({
      stderr: expect.stringContaining(`1:4: parse error: '(' is never closed`) as string,
    })
  })
})

const hasVmalert = spawnSync('vmalert', ['-version']).status === 0
if (!hasVmalert && process.env['CI'] === 'true')
  throw new Error('vmalert is not installed; apt-get install victoria-metrics')
if (!hasVmalert)
  console.warn('SKIPPED: vmalert is not installed; it does not evaluate rules over the collector')

describe.skipIf(!hasVmalert)('vmalert', () => {
  let vmalert: ChildProcess
  let alertmanager: Server
  const [output, alerted]: [string[], string[]] = [[], []]

  beforeAll(async () => {
    alertmanager = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => alerted.push(String(chunk)))
      request.on('end', () => response.end())
    })
    await new Promise<void>(resolve => alertmanager.listen(0, '127.0.0.1', resolve))
    const notifier = `http://127.0.0.1:${(alertmanager.address() as AddressInfo).port}`

    const rules = join(folder, 'rules.yml')
    writeFileSync(
      rules,
      JSON.stringify({
        groups: [
          {
            name: 'shop',
            interval: '1s',
            rules: [
              { record: 'code:requests:max', expr: 'max by (code) (max_over_time(requests_total[30m]))' },
              { alert: 'Errors', expr: 'code:requests:max{code="500"} > 100', labels: { severity: 'page' } },
            ],
          },
        ],
      }),
    )
    vmalert = spawn(
      'vmalert',
      [
        `-rule=${rules}`,
        `-datasource.url=${collector.url}`,
        `-remoteWrite.url=${collector.url}`,
        `-notifier.url=${notifier}`,
        '-remoteWrite.flushInterval=200ms',
        '-httpListenAddr=127.0.0.1:0',
        '-evaluationInterval=1s',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    vmalert.stderr!.on('data', (chunk: Buffer) => output.push(String(chunk)))
  })
  afterAll(async () => {
    alertmanager.close()
    alertmanager.closeAllConnections()
    if (vmalert.exitCode !== null) return
    vmalert.kill('SIGKILL')
    await once(vmalert, 'exit')
  })

  it('records what a rule computes', { timeout: 60_000 }, async () => {
    const recorded = () => vectorOf('code:requests:max')
    onTestFailed(() => console.log(output.join('')))
    await expect.poll(recorded, { timeout: 50_000, interval: 250 }).toHaveLength(2)
    expect((await recorded()).map(([metric, value]) => [metric['code'], value])).toEqual([
      ['200', '1800'],
      ['500', '180'],
    ])
  })

  it('fires an alert over what it recorded', { timeout: 60_000 }, async () => {
    const firing = () => vectorOf('ALERTS{alertstate="firing",alertname="Errors"}')
    await expect.poll(firing, { timeout: 50_000, interval: 250 }).toHaveLength(1)
    expect((await firing())[0]![0]).toMatchObject({ severity: 'page', code: '500' })
    await expect.poll(() => alerted.join(''), { timeout: 50_000 }).toContain('"alertname":"Errors"')
  })
})
