/**
 * What the cases of rough weather share: a collector that has 512 MiB and not a byte more, requests
 * that come one at a time beside the storm, and the figures that hold in every storm.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { spanRequests } from '../payload/payload.ts'
import { CollectorProcess, freePort } from './collector-process.ts'
import { Connection, postMessage } from './connection.ts'
import { quantile, type Figure } from './figure.ts'
import { memoryLimit } from './memory-limit.ts'
import { balanceFigure, ownMetrics, type OwnMetrics } from './own-metrics.ts'
import { watchRss } from './process-tree.ts'

const LIMIT_BYTES = 512 * 1024 * 1024

export interface Storm {
  readonly port: number
  readonly collector: CollectorProcess
  /** What the collector says of itself. Reading it begins a new window for the turns of the event loop. */
  readonly metrics: () => Promise<OwnMetrics>
}

/** @param rage does its worst, and returns its own figures @returns them, and those of every storm */
export async function weather(
  folder: string,
  rage: (storm: Storm) => Promise<readonly Figure[]>,
): Promise<Figure[]> {
  const port = await freePort()
  const limit = memoryLimit(LIMIT_BYTES)
  const collector = await CollectorProcess.start({
    port,
    dataFolder: join(folder, 'data'),
    under: limit?.under ?? [],
  })
  const rss = watchRss(collector.pid)
  try {
    const metrics = () => ownMetrics(port)
    await metrics()
    const figures = await rage({ port, collector, metrics })
    const balance = balanceFigure(await metrics())
    await collector.stop()
    return [
      ...figures,
      balance,
      { name: 'peak RSS', value: rss.stop() / 1e6, unit: 'MB', bar: { atMost: LIMIT_BYTES / 1e6 } },
      { name: 'killed for want of memory', value: limit?.kills() ?? NaN, unit: 'times', bar: { atMost: 0 } },
    ]
  } catch (error) {
    collector.kill()
    rss.stop()
    throw limit !== undefined && limit.kills() > 0
      ? new Error(`killed by the kernel: it needed more than ${LIMIT_BYTES} bytes`, { cause: error })
      : error
  } finally {
    await collector.ended
    limit?.remove()
  }
}

const PER_REQUEST = 64

/** A steady sender beside a storm: its requests' milliseconds, until it is told to end. */
export async function steadySender(
  port: number,
  seed: number,
  perSecond: number,
): Promise<{ end(): Promise<{ took: number[]; refused: number }> }> {
  const startMillis = Date.now() - 60_000
  const requests = spanRequests({ seed, spans: 10_000_000, perRequest: PER_REQUEST, startMillis })
  const connection = await Connection.open(port)
  const took: number[] = []
  let refused = 0
  let ending = false
  const run = async (): Promise<void> => {
    for (const { body } of requests) {
      if (ending) break
      const message = postMessage(port, '/v1/traces', 'application/x-protobuf', body)
      const began = performance.now()
      const { status } = await connection.request(message)
      took.push(performance.now() - began)
      if (status !== 200) refused++
      await sleep(Math.max(0, 1000 / perSecond - (performance.now() - began)))
    }
    connection.close()
  }
  const running = run()
  return {
    async end() {
      ending = true
      await running
      return { took, refused }
    },
  }
}

/** A steady sender's p99 in the storm, as a multiple of what it was before. */
export const comparedFigures = (
  calm: readonly number[],
  storm: readonly number[],
  atMost: number,
): Figure[] => [
  { name: 'ingest p99 before', value: quantile(calm, 0.99), unit: 'ms' },
  { name: 'ingest p99 throughout', value: quantile(storm, 0.99), unit: 'ms' },
  {
    name: 'ingest p99, times what it was before',
    value: quantile(storm, 0.99) / quantile(calm, 0.99),
    unit: '×',
    bar: { atMost },
  },
]
