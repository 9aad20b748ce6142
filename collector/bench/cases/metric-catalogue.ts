/** The catalogue of 10,000 metrics, asked through HTTP: every one has its type, unit and description. */
import { join } from 'node:path'
import { decodeRequest } from '../../src/decode/request.ts'
import { millis, systemClock } from '../../src/model/time.ts'
import type { MetricsAnswer } from '../../src/serve/api-types.ts'
import { openSqliteStore } from '../../src/store/sqlite/index.ts'
import type { Case } from '../harness/case.ts'
import { CollectorProcess, freePort } from '../harness/collector-process.ts'
import { quantile, type Figure } from '../harness/figure.ts'
import { Questions } from '../harness/questions.ts'

const METRICS = 10_000
const SERIES_A_METRIC = 10
const METRICS_A_REQUEST = 500
const TIMES = 10
const WARM_UP = 2
const MOST_MILLIS = 500

const ASKED = [
  { name: 'the first thousand of all', find: '', found: METRICS },
  { name: 'one by its name', find: 'metric_4711_', found: 1 },
] as const

export default {
  about: `the catalogue of ${METRICS.toLocaleString('en')} metrics with ${SERIES_A_METRIC} series each, through HTTP; medians of ${TIMES}`,
  async run({ folder, profileFolder }) {
    const dataFolder = join(folder, 'data')
    await store(dataFolder)
    const port = await freePort()
    const collector = await CollectorProcess.start({ port, dataFolder, profileFolder })
    const questions = await Questions.open(port)
    try {
      const figures: Figure[] = []
      for (const { name, find, found } of ASKED) {
        const took: number[] = []
        for (let time = 0; time < WARM_UP + TIMES; time++) {
          const began = performance.now()
          const path = `/api/metrics?find=${encodeURIComponent(find)}`
          const answer = await questions.once<MetricsAnswer>(path)
          if (answer.found !== found) throw new Error(`${name}: ${answer.found} found, not ${found}`)
          if (time >= WARM_UP) took.push(performance.now() - began)
        }
        figures.push({ name, value: quantile(took, 0.5), unit: 'ms', bar: { atMost: MOST_MILLIS } })
      }
      return figures
    } finally {
      questions.close()
      await collector.stop()
    }
  },
} satisfies Case

async function store(folder: string): Promise<void> {
  const limits = { retention: millis(2 ** 40), maxBytes: 2 ** 40 }
  const { writer } = await openSqliteStore({ folder, clock: systemClock, limits })
  for (let first = 0; first < METRICS; first += METRICS_A_REQUEST)
    await writer.append(decodeRequest('metrics', 'json', bodyOf(first)).request!)
  await writer.close()
}

function bodyOf(first: number): Uint8Array {
  const timeUnixNano = String(BigInt(systemClock.now()) * 1_000_000n)
  const metrics = Array.from({ length: METRICS_A_REQUEST }, (_, i) => ({
    name: `metric.${first + i}.duration`,
    description: `How long step ${first + i} took`,
    unit: 's',
    gauge: {
      dataPoints: Array.from({ length: SERIES_A_METRIC }, (_item, n) => ({
        timeUnixNano,
        asDouble: n,
        attributes: [{ key: 'host', value: { stringValue: `host-${n}` } }],
      })),
    },
  }))
  return Buffer.from(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }))
}
