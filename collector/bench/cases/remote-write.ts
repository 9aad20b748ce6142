/** Samples by remote-write: the same bodies to Prometheus' own receiver and to the collector, one after the other. */
import { join } from 'node:path'
import type { Case, CaseContext } from '../harness/case.ts'
import { CollectorProcess, freePort } from '../harness/collector-process.ts'
import { postMessage } from '../harness/connection.ts'
import type { Figure } from '../harness/figure.ts'
import { cpuSeconds, cpuSecondsOfEndedChildren, watchRss } from '../harness/process-tree.ts'
import { hasPrometheus, PrometheusProcess } from '../harness/prometheus-process.ts'
import { sendAll } from '../harness/send-all.ts'
import { compressedBodies, INTERVAL_MILLIS, ACTIVE_SERIES } from '../payload/remote-write.ts'

/** Each sends the requests of its own hosts, as a sender's shards do: Prometheus refuses samples out of order. */
const CONNECTIONS = 5
const HEADERS =
  'application/x-protobuf\r\ncontent-encoding: snappy\r\nx-prometheus-remote-write-version: 0.1.0'

export default {
  about: `samples by remote-write, 500 series a request over ${CONNECTIONS} connections, ${ACTIVE_SERIES} series`,
  async run(context) {
    const rounds = context.records / ACTIVE_SERIES
    const startMillis = Date.now() - Math.ceil(rounds) * INTERVAL_MILLIS
    const bodies = [...compressedBodies({ samples: context.records, seed: context.seed, startMillis })]
    const theirs = hasPrometheus() ? await toPrometheus(context, bodies) : undefined
    return [...(theirs?.figures ?? []), ...(await toCollector(context, bodies, theirs?.rate))]
  },
} satisfies Case

/** @returns thousands of samples a second, until the last one was acknowledged */
async function send(port: number, bodies: readonly Uint8Array[], records: number): Promise<number> {
  const messages = bodies.map(body => postMessage(port, '/api/v1/write', HEADERS, body))
  const shards = Array.from({ length: CONNECTIONS }, (_, shard) =>
    messages.filter((_message, i) => i % CONNECTIONS === shard),
  )
  const sent = await Promise.all(shards.map(shard => sendAll(port, shard, 1)))
  const refused = sent.flatMap(({ failures }) => Object.entries(failures))
  if (refused.length > 0) throw new Error(`requests were refused: ${JSON.stringify(refused)}`)
  return records / Math.max(...sent.map(({ seconds }) => seconds)) / 1000
}

async function toPrometheus(
  context: CaseContext,
  bodies: readonly Uint8Array[],
): Promise<{ readonly rate: number; readonly figures: readonly Figure[] }> {
  const port = await freePort()
  const prometheus = await PrometheusProcess.start(join(context.folder, 'prometheus'), port)
  try {
    const before = cpuSeconds(prometheus.pid)
    const rate = await send(port, bodies, context.records)
    const cpu = (cpuSeconds(prometheus.pid) - before) / (context.records / 1e6)
    return {
      rate,
      figures: [
        { name: 'Prometheus: acknowledged (not fsynced)', value: rate, unit: 'k/s' },
        { name: 'Prometheus: CPU until the last acknowledgement', value: cpu, unit: 'CPU s per million' },
      ],
    }
  } finally {
    await prometheus.stop()
  }
}

async function toCollector(
  context: CaseContext,
  bodies: readonly Uint8Array[],
  theirRate: number | undefined,
): Promise<readonly Figure[]> {
  const port = await freePort()
  const { folder, profileFolder } = context
  const collector = await CollectorProcess.start({ port, dataFolder: join(folder, 'data'), profileFolder })
  try {
    const rss = watchRss(collector.pid)
    const before = cpuSeconds(collector.pid)
    const rate = await send(port, bodies, context.records)
    const acknowledged = cpuSeconds(collector.pid) - before
    const others = cpuSecondsOfEndedChildren()
    await collector.stop()
    const stopped = cpuSecondsOfEndedChildren() - others - before
    const millions = context.records / 1e6
    return [
      {
        name: 'acknowledged and fsynced',
        value: rate,
        unit: 'k/s',
        ...(theirRate !== undefined && { bar: { atLeast: Math.floor(theirRate) } }),
      },
      {
        name: 'CPU until the last acknowledgement',
        value: acknowledged / millions,
        unit: 'CPU s per million',
      },
      { name: 'CPU until all is in chunks and sealed', value: stopped / millions, unit: 'CPU s per million' },
      { name: 'peak RSS', value: rss.stop() / 1e6, unit: 'MB', bar: { atMost: 512 } },
      {
        name: 'on disk a sample after a clean stop',
        value: collector.diskBytes() / context.records,
        unit: 'bytes',
        bar: { atMost: 2 },
      },
    ]
  } catch (error) {
    collector.kill()
    throw error
  }
}
