/**
 * The limit on the series of one metric as it is by default, on a running collector. An SDK lets an
 * instrument have 2,000 sets of attributes, one of them for all that are too many
 * (`otel.metric.overflow`): fifty senders may each send as many, and what the fifty-first sends is
 * refused, counted to the point, and found at /api/cardinality.
 *
 * Source: opentelemetry-specification, metrics/sdk.md, "Cardinality limits".
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CardinalityAnswer } from '../../src/serve/api-types.ts'
import { partialSuccessOf } from '../otlp/responses.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'
import { gauge, metricsRequest, numberPoint, sum } from './otlp.ts'

const SDK_LIMIT = 2_000
const SENDERS = 50

let folder: string
let collector: RunningCollector
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hodoscope-cardinality-'))
  collector = await startCollector(join(folder, 'data'))
})
afterAll(async () => {
  await collector.stop()
  await rm(folder, { recursive: true })
})

/** An instrument at its limit, and one that has a single series. */
function fullInstrument(sender: number, time: number): Uint8Array {
  const users = Array.from({ length: SDK_LIMIT - 1 }, (_, i) => ({ 'user.id': `${sender}-${i}` }))
  const points = [...users, { 'otel.metric.overflow': 'true' }].map(attributes =>
    numberPoint({ time, value: 1, attributes }),
  )
  const metrics = [sum('logins', points), gauge('up', [numberPoint({ time, value: 1 })])]
  return metricsRequest(metrics, { 'service.name': 'shop', 'service.instance.id': `i-${sender}` })
}

async function send(body: Uint8Array): Promise<{ status: number; partial: unknown }> {
  const response = await fetch(`${collector.url}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(body),
  })
  return { status: response.status, partial: partialSuccessOf(new Uint8Array(await response.arrayBuffer())) }
}

const TAKEN = { status: 200, partial: undefined }

it(
  'fifty instruments at the limit of their SDKs are taken whole; what is beyond is refused to the point, and told',
  { timeout: 60_000 },
  async () => {
    const now = Date.now()
    for (let sender = 1; sender <= SENDERS; sender++)
      expect(await send(fullInstrument(sender, now))).toEqual(TAKEN)
    expect(await send(fullInstrument(SENDERS + 1, now))).toEqual({
      status: 200,
      partial: {
        rejected: '2000',
        errorMessage:
          '2000 data points rejected: "logins" have more than 100000 series; see /api/cardinality.',
      },
    })
    expect(await send(fullInstrument(1, now + 1))).toEqual(TAKEN)
    expect(await counted('received', 'stored', 'rejected', 'refused')).toEqual([104_052, 102_052, 2_000, 0])

    const answer = await fetch(`${collector.url}/api/cardinality?limit=2`)
    const { metrics, labels } = (await answer.json()) as CardinalityAnswer
    expect(metrics).toEqual([
      { name: 'logins_total', series: 100_000 },
      { name: 'up', series: 51 },
    ])
    expect(labels).toEqual([
      { name: 'user_id', values: 99_950 },
      { name: 'instance', values: 51 },
    ])
  },
)

/** Data points, as the collector's own metrics have them. */
async function counted(...fates: readonly string[]): Promise<number[]> {
  const text = await (await fetch(`${collector.url}/metrics`)).text()
  return fates.map(fate =>
    Number(
      new RegExp(`^hodoscope_ingest_${fate}_items_total{signal="metrics"} (\\d+)$`, 'm').exec(text)?.[1],
    ),
  )
}
