/** Range queries over an hour of metrics: the same samples, the same queries, in Prometheus and in the collector. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Case } from '../harness/case.ts'
import { CollectorProcess, freePort } from '../harness/collector-process.ts'
import { Connection, getMessage, postMessage } from '../harness/connection.ts'
import { quantile, type Figure } from '../harness/figure.ts'
import { hasPrometheus, PrometheusProcess } from '../harness/prometheus-process.ts'
import { sendAll } from '../harness/send-all.ts'
import { hourBodies, INTERVAL_MILLIS, ROUNDS } from '../payload/hour-of-metrics.ts'

const TIMES = 15
const WARM_UP = 3
/** More would send the samples of a series out of order, which Prometheus refuses. */
const CONNECTIONS = 1
const HEADERS =
  'application/x-protobuf\r\ncontent-encoding: snappy\r\nx-prometheus-remote-write-version: 0.1.0'

const QUERIES = [
  { name: 'sum of rates by one label', query: 'sum by (job) (rate(requests_total[5m]))', series: 10 },
  {
    name: 'histogram_quantile by two labels',
    query: 'histogram_quantile(0.9, sum by (le, job, instance) (rate(latency_seconds_bucket[5m])))',
    series: 500,
  },
] as const

export default {
  about: `range queries, 5,000 series × 1 h at 15 s each, through HTTP; medians of ${TIMES}, both asked in turn`,
  async run({ seed, folder, profileFolder }) {
    const startMillis = Math.floor(Date.now() / 1000) * 1000 - ROUNDS * INTERVAL_MILLIS
    const bodies = [...hourBodies(seed, startMillis)]
    const [theirPort, ourPort] = [await freePort(), await freePort()]
    const prometheus = hasPrometheus()
      ? await PrometheusProcess.start(join(folder, 'prometheus'), theirPort)
      : undefined
    const collector = await CollectorProcess.start({
      port: ourPort,
      dataFolder: join(folder, 'data'),
      profileFolder,
    })
    try {
      if (prometheus !== undefined) await fill(theirPort, bodies)
      await fill(ourPort, bodies)
      await untilConsumed(collector)
      const figures: Figure[] = []
      const end = startMillis + ROUNDS * INTERVAL_MILLIS
      for (const asked of QUERIES)
        figures.push(
          ...(await compare(asked, end, ourPort, prometheus === undefined ? undefined : theirPort)),
        )
      return figures
    } finally {
      await prometheus?.stop()
      await collector.stop()
    }
  },
} satisfies Case

async function fill(port: number, bodies: readonly Uint8Array[]): Promise<void> {
  const messages = bodies.map(body => postMessage(port, '/api/v1/write', HEADERS, body))
  const { failures } = await sendAll(port, messages, CONNECTIONS)
  if (Object.values(failures).some(count => count > 0))
    throw new Error(`requests were refused: ${JSON.stringify(failures)}`)
}

async function untilConsumed(collector: CollectorProcess): Promise<void> {
  while ((await collector.status()).store.backlogRecords > 0) await sleep(100)
}

type Asked = (typeof QUERIES)[number]

async function compare(
  asked: Asked,
  end: number,
  ours: number,
  theirs: number | undefined,
): Promise<Figure[]> {
  const took: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
  const ask = {
    ours: await Connection.open(ours),
    theirs: theirs === undefined ? undefined : await Connection.open(theirs),
  }
  for (let time = 0; time < WARM_UP + TIMES; time++) {
    const own = await timed(ask.ours, ours, asked, end)
    const other = ask.theirs === undefined ? undefined : await timed(ask.theirs, theirs!, asked, end)
    if (time === 0 && other !== undefined) expectSame(own.body, other.body)
    if (time < WARM_UP) continue
    took.ours.push(own.millis)
    if (other !== undefined) took.theirs.push(other.millis)
  }
  ask.ours.close()
  ask.theirs?.close()
  const [own, other] = [quantile(took.ours, 0.5), quantile(took.theirs, 0.5)]
  if (theirs === undefined) return [{ name: asked.name, value: own, unit: 'ms' }]
  return [
    { name: `${asked.name}: Prometheus`, value: other, unit: 'ms' },
    { name: asked.name, value: own, unit: 'ms', bar: { atMost: Math.round(other) } },
  ]
}

async function timed(connection: Connection, port: number, { query, series }: Asked, end: number) {
  const times = { start: String((end - 3_600_000) / 1000), end: String(end / 1000), step: '15' }
  const message = getMessage(
    port,
    `/api/v1/query_range?${new URLSearchParams({ query, ...times }).toString()}`,
  )
  const began = performance.now()
  const { status, body } = await connection.request(message)
  const millis = performance.now() - began
  const text = body.toString()
  if (status !== 200) throw new Error(`${query}: ${status} ${text.slice(0, 300)}`)
  const found = matrixOf(text).length
  if (found !== series) throw new Error(`${query}: ${found} series, not ${series}`)
  return { millis, body: text }
}

interface Matrix {
  data: { result: { metric: Record<string, string>; values: [number, string][] }[] }
}

const matrixOf = (text: string) => (JSON.parse(text) as Matrix).data.result

/** A fast wrong answer does not count. */
function expectSame(ours: string, theirs: string): void {
  const points = (text: string): Map<string, number> =>
    new Map(
      matrixOf(text).flatMap(({ metric, values }) =>
        values.map(([at, value]) => [`${metric['job']} ${metric['instance']} ${at}`, Number(value)] as const),
      ),
    )
  const [own, other] = [points(ours), points(theirs)]
  if (own.size !== other.size) throw new Error(`${own.size} points, Prometheus has ${other.size}`)
  for (const [key, value] of other) {
    const mine = own.get(key)
    if (mine === undefined || Math.abs(mine - value) > 1e-9 * Math.abs(value))
      throw new Error(`${key}: ${mine}, Prometheus has ${value}`)
  }
}
