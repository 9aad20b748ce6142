/** Thirty days of one series: every sample of it is read for one answer, through HTTP. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeWrite } from '../../src/decode/write/request.ts'
import { millis, systemClock } from '../../src/model/time.ts'
import { openSqliteStore } from '../../src/store/sqlite/index.ts'
import type { Case } from '../harness/case.ts'
import { CollectorProcess, freePort } from '../harness/collector-process.ts'
import { Connection, getMessage } from '../harness/connection.ts'
import { quantile, type Figure } from '../harness/figure.ts'
import { DAY_MILLIS, DAYS, INTERVAL_MILLIS, MonthOfMetrics } from '../payload/month-of-metrics.ts'

const TIMES = 15
const WARM_UP = 3
const MOST_MILLIS = 200
const STEP_SECONDS = 3600
const ASKED = 7
const SELECTOR = `requests_total{instance="host-1:9100",path="/path/${ASKED}"}`
const SAMPLES = (DAYS * DAY_MILLIS) / INTERVAL_MILLIS

export default {
  about: `one series of 64 neighbours over ${DAYS} days, ${SAMPLES.toLocaleString('en')} samples at 15 s, each day sealed on its own; medians of ${TIMES} through HTTP`,
  async run({ seed, folder, profileFolder }) {
    const hour = STEP_SECONDS * 1000
    const start = Math.floor(Date.now() / hour) * hour - DAYS * DAY_MILLIS
    const end = start + DAYS * DAY_MILLIS
    const dataFolder = join(folder, 'data')
    const month = new MonthOfMetrics(seed, start)
    for (let day = 0; day < DAYS; day++) await storeDay(dataFolder, month.bodiesOfDay(day))

    const port = await freePort()
    const collector = await CollectorProcess.start({ port, dataFolder, profileFolder })
    try {
      const files = await partitions(dataFolder)
      const total = month.series[ASKED]!.value
      const value = await ask(port, SELECTOR, start, end)
      if (value.last !== total) throw new Error(`the last value is ${value.last}, not ${total}`)
      const counted = await ask(port, `sum_over_time(count_over_time(${SELECTOR}[1h])[30d:1h])`, end, end)
      if (counted.last !== SAMPLES) throw new Error(`${counted.last} samples, not ${SAMPLES}`)
      return [
        ...figures('one value an hour', value.took),
        ...figures('rate[1h], every hour', (await ask(port, `rate(${SELECTOR}[1h])`, start, end)).took),
        { name: 'partition files, once neighbours are merged', value: files, unit: 'items' },
      ]
    } finally {
      await collector.stop()
    }
  },
} satisfies Case

const figures = (name: string, took: readonly number[]): Figure[] => [
  { name: `${name}: the first time`, value: took[0]!, unit: 'ms' },
  { name, value: quantile(took.slice(WARM_UP), 0.5), unit: 'ms', bar: { atMost: MOST_MILLIS } },
]

/** A clean end seals what a store took. */
async function storeDay(folder: string, bodies: Iterable<Uint8Array>): Promise<void> {
  const limits = { retention: millis(2 ** 40), maxBytes: 2 ** 40 }
  const { writer } = await openSqliteStore({ folder, clock: systemClock, limits })
  for (const body of bodies) await writer.append(decodeWrite(body, systemClock.now()).request!)
  await writer.close()
}

interface Matrix {
  readonly data: { readonly result: readonly { readonly values: readonly (readonly [number, string])[] }[] }
}

/** @returns milliseconds of every asking, and the value at the end */
async function ask(port: number, query: string, start: number, end: number) {
  const times = { start: String(start / 1000), end: String(end / 1000), step: String(STEP_SECONDS) }
  const path = `/api/v1/query_range?${new URLSearchParams({ query, ...times }).toString()}`
  const connection = await Connection.open(port)
  const took: number[] = []
  let last = NaN
  for (let time = 0; time < WARM_UP + TIMES; time++) {
    const began = performance.now()
    const { status, body } = await connection.request(getMessage(port, path))
    took.push(performance.now() - began)
    if (status !== 200) throw new Error(`${query}: ${status} ${body.toString().slice(0, 300)}`)
    const { result } = (JSON.parse(body.toString()) as Matrix).data
    if (result.length !== 1) throw new Error(`${query}: ${result.length} series, not one`)
    last = Number(result[0]!.values.at(-1)![1])
  }
  connection.close()
  return { took, last }
}

/** Neighbours are merged while nobody asks; what is left when that rests. */
async function partitions(dataFolder: string): Promise<number> {
  const count = (): number =>
    readdirSync(dataFolder, { recursive: true }).filter(name => /\d{12}-\d{12}\.db$/.test(String(name)))
      .length
  for (let before = count(); ; before = count()) {
    await sleep(3_000)
    if (count() === before) return before
  }
}
