/**
 * Samples by remote-write: the same bodies to Prometheus' own receiver and to the collector, each with a
 * folder of its own. Both are measured in pairs, one right after the other, and each begins every other
 * pair: what the machine does meanwhile weighs on both alike, and the ratio is that of a pair.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Case, CaseContext } from '../harness/case.ts'
import { CollectorProcess, freePort } from '../harness/collector-process.ts'
import { postMessage } from '../harness/connection.ts'
import { quantile, type Figure } from '../harness/figure.ts'
import { cpuSeconds, cpuSecondsOfEndedChildren, watchRss } from '../harness/process-tree.ts'
import { hasPrometheus, PrometheusProcess } from '../harness/prometheus-process.ts'
import { sendAll } from '../harness/send-all.ts'
import { compressedBodies, INTERVAL_MILLIS, ACTIVE_SERIES } from '../payload/remote-write.ts'

const PAIRS = 7
/** Each sends the requests of its own hosts, as a sender's shards do: Prometheus refuses samples out of order. */
const CONNECTIONS = 5
const HEADERS =
  'application/x-protobuf\r\ncontent-encoding: snappy\r\nx-prometheus-remote-write-version: 0.1.0'

export default {
  about: `samples by remote-write, 500 series a request over ${CONNECTIONS} connections, ${ACTIVE_SERIES} series; medians of ${PAIRS} pairs of runs, each begun by the other one`,
  async run(context) {
    const rounds = context.records / ACTIVE_SERIES
    const startMillis = Date.now() - Math.ceil(rounds) * INTERVAL_MILLIS
    const bodies = [...compressedBodies({ samples: context.records, seed: context.seed, startMillis })]
    const theirs: TheirRun[] = []
    const ours: OurRun[] = []
    for (let pair = 0; pair < PAIRS; pair++) {
      const folder = join(context.folder, String(pair))
      mkdirSync(folder)
      const parts = [
        async () => void (hasPrometheus() && theirs.push(await toPrometheus(context, folder, bodies))),
        async () => void ours.push(await toCollector(context, folder, bodies)),
      ]
      for (const part of pair % 2 === 0 ? parts : parts.reverse()) await part()
    }
    return [...theirFigures(theirs), ...ratioFigures(theirs, ours), ...ourFigures(ours)]
  },
} satisfies Case

interface TheirRun {
  /** Thousands of samples a second, until the last one was acknowledged. */
  readonly rate: number
  /** Seconds a million, until then. */
  readonly cpu: number
}

interface OurRun extends TheirRun {
  /** Seconds a million, until all is in chunks and sealed. */
  readonly cpuSealed: number
  readonly peakMegabytes: number
  readonly bytesASample: number
}

async function toPrometheus(
  { records }: CaseContext,
  folder: string,
  bodies: readonly Uint8Array[],
): Promise<TheirRun> {
  const port = await freePort()
  const prometheus = await PrometheusProcess.start(join(folder, 'prometheus'), port)
  try {
    const before = cpuSeconds(prometheus.pid)
    const rate = await send(port, bodies, records)
    return { rate, cpu: (cpuSeconds(prometheus.pid) - before) / (records / 1e6) }
  } finally {
    await prometheus.stop()
  }
}

async function toCollector(
  { records, profileFolder }: CaseContext,
  folder: string,
  bodies: readonly Uint8Array[],
): Promise<OurRun> {
  const port = await freePort()
  const collector = await CollectorProcess.start({ port, dataFolder: join(folder, 'data'), profileFolder })
  try {
    const rss = watchRss(collector.pid)
    const before = cpuSeconds(collector.pid)
    const rate = await send(port, bodies, records)
    const acknowledged = cpuSeconds(collector.pid) - before
    const others = cpuSecondsOfEndedChildren()
    await collector.stop()
    const stopped = cpuSecondsOfEndedChildren() - others - before
    const millions = records / 1e6
    return {
      rate,
      cpu: acknowledged / millions,
      cpuSealed: stopped / millions,
      peakMegabytes: rss.stop() / 1e6,
      bytesASample: collector.diskBytes() / records,
    }
  } catch (error) {
    collector.kill()
    throw error
  }
}

/** @returns thousands of samples a second */
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

const median = (values: readonly number[]): number => quantile(values, 0.5)

function theirFigures(runs: readonly TheirRun[]): Figure[] {
  if (runs.length === 0) return []
  return [
    {
      name: 'Prometheus: acknowledged (not fsynced)',
      value: median(runs.map(({ rate }) => rate)),
      unit: 'k/s',
    },
    {
      name: 'Prometheus: CPU until the last acknowledgement',
      value: median(runs.map(({ cpu }) => cpu)),
      unit: 'CPU s per million',
    },
  ]
}

function ratioFigures(theirs: readonly TheirRun[], ours: readonly OurRun[]): Figure[] {
  if (theirs.length === 0) return []
  const ratios = ours.map(({ rate }, pair) => rate / theirs[pair]!.rate)
  return [
    {
      name: "times Prometheus's rate in the same pair",
      value: median(ratios),
      unit: '×',
      bar: { atLeast: 1 },
    },
    { name: "times Prometheus's rate: the lowest pair", value: Math.min(...ratios), unit: '×' },
    { name: "times Prometheus's rate: the highest pair", value: Math.max(...ratios), unit: '×' },
  ]
}

function ourFigures(runs: readonly OurRun[]): Figure[] {
  const of = (pick: (run: OurRun) => number): number => median(runs.map(pick))
  return [
    { name: 'acknowledged and fsynced', value: of(run => run.rate), unit: 'k/s' },
    { name: 'CPU until the last acknowledgement', value: of(run => run.cpu), unit: 'CPU s per million' },
    {
      name: 'CPU until all is in chunks and sealed',
      value: of(run => run.cpuSealed),
      unit: 'CPU s per million',
    },
    {
      name: 'peak RSS',
      value: Math.max(...runs.map(run => run.peakMegabytes)),
      unit: 'MB',
      bar: { atMost: 512 },
    },
    {
      name: 'on disk a sample after a clean stop',
      value: Math.max(...runs.map(run => run.bytesASample)),
      unit: 'bytes',
      bar: { atMost: 2 },
    },
  ]
}
