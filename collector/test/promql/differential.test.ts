/**
 * The same queries over the same series, asked of Debian's real Prometheus (2.42) and of this engine:
 * the same series, the same values to a relative 1e-9, the same refusals.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HodoscopeError } from '../../src/model/errors.ts'
import { millis, unixMillis } from '../../src/model/time.ts'
import { instantQuery, rangeQuery } from '../../src/query/promql/engine.ts'
import { keyOf, sortLabels } from '../../src/query/promql/labels.ts'
import { hasPrometheus, startPrometheus, type RunningPrometheus } from '../support/prometheus.ts'
import { Random } from '../support/random.ts'
import { Queries, timesAtRandom, type QueryTimes } from './generated-queries.ts'
import { generateSeries, openMetricsOf } from './generated-series.ts'
import { MemorySeries } from './memory-series.ts'

const CASES = 5_000
const AT_ONCE = 8
const TOLERANCE = 1e-9
const seed = Number(process.env['SEED'] ?? 20261125)

const installed = hasPrometheus('answers are not compared with it')

/** Values by time, by labels; or that there is no answer. */
type Points = ReadonlyMap<string, ReadonlyMap<number, number>> | 'refused'

describe.skipIf(!installed)('compared with Prometheus', () => {
  const random = new Random(seed)
  const series = generateSeries(random)
  const store = new MemorySeries(series)
  let prometheus: RunningPrometheus

  beforeAll(async () => {
    prometheus = await startPrometheus(openMetricsOf(series))
  })
  afterAll(() => prometheus.stop())

  it(`${CASES} queries have the same answers`, { timeout: 600_000 }, async () => {
    console.log(`comparing ${CASES} queries with prometheus, seed ${seed} (SEED sets another)`)
    const queries = new Queries(random)
    const cases = Array.from({ length: CASES }, () => ({
      query: queries.next(),
      times: timesAtRandom(random),
    }))
    const differences: string[] = []
    const seen = { values: 0, empty: 0, refused: 0 }
    const compareNext = async (): Promise<void> => {
      for (let next = cases.pop(); next !== undefined; next = cases.pop()) {
        const wanted = await asked(prometheus.url, next.query, next.times)
        const difference = firstDifference(wanted, computed(store, next.query, next.times))
        if (difference !== undefined)
          differences.push(`${next.query} at ${JSON.stringify(next.times)}: ${difference}`)
        seen[wanted === 'refused' ? 'refused' : wanted.size === 0 ? 'empty' : 'values']++
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, compareNext))
    expect(differences.slice(0, 20)).toEqual([])
    expect(seen.values, JSON.stringify(seen)).toBeGreaterThan(CASES / 2)
  })
})

interface PrometheusAnswer {
  status: string
  errorType?: string
  error?: string
  data: {
    resultType: string
    result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[]
  }
}

async function asked(url: string, query: string, times: QueryTimes): Promise<Points> {
  const path = 'at' in times ? 'query' : 'query_range'
  const form = { query, ...('at' in times ? { time: String(times.at) } : mapValues(times)) }
  const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(form) })
  const answer = (await response.json()) as PrometheusAnswer
  if (answer.status === 'error') {
    if (answer.errorType === 'execution') return 'refused'
    throw new Error(`${query}: prometheus does not understand it: ${answer.error}`)
  }
  return new Map(
    answer.data.result.map(({ metric, value, values }) => [
      keyOf(sortLabels(Object.entries(metric))),
      new Map(
        (values ?? [value!]).map(([at, text]) => [
          Math.round(at * 1000),
          Number(text.replace('Inf', 'Infinity')),
        ]),
      ),
    ]),
  )
}

const mapValues = (times: Record<string, number>): Record<string, string> =>
  Object.fromEntries(Object.entries(times).map(([key, value]) => [key, String(value)]))

const inMillis = (seconds: number) => unixMillis(Math.round(seconds * 1000))

function computed(store: MemorySeries, query: string, times: QueryTimes): Points {
  try {
    if ('at' in times) {
      const { result } = instantQuery(store, query, inMillis(times.at))
      if (result.kind !== 'vector') throw new Error(`${query} is a ${result.kind}`)
      return new Map(
        result.samples.map(({ labels, value }) => [keyOf(labels), new Map([[result.at, value]])]),
      )
    }
    const { start, end, step } = times
    const { result } = rangeQuery(store, query, {
      start: inMillis(start),
      end: inMillis(end),
      step: millis(step * 1000),
    })
    if (result.kind !== 'matrix') throw new Error(`${query} is a ${result.kind}`)
    return new Map(
      result.series.map(({ labels, times, values }) => [
        keyOf(labels),
        new Map(Array.from(times, (at, i) => [at, values[i]!])),
      ]),
    )
  } catch (error) {
    if (error instanceof HodoscopeError && error.code === 'query_not_executable') return 'refused'
    throw new Error(`${query}: ${String(error)}`, { cause: error })
  }
}

function firstDifference(wanted: Points, found: Points): string | undefined {
  if (wanted === 'refused' || found === 'refused')
    return wanted === found
      ? undefined
      : `prometheus ${wanted === 'refused' ? 'refuses' : 'answers'}, we ${found === 'refused' ? 'refuse' : 'answer'}`
  for (const key of found.keys()) if (!wanted.has(key)) return `we alone have ${key}`
  for (const [key, points] of wanted) {
    const own = found.get(key)
    if (own === undefined) return `prometheus alone has ${key}`
    if (own.size !== points.size) return `${key} has ${own.size} points, not ${points.size}`
    for (const [at, value] of points)
      if (!own.has(at) || !near(value, own.get(at)!)) return `${key} at ${at} is ${own.get(at)}, not ${value}`
  }
  return undefined
}

function near(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b))
}
