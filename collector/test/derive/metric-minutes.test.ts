/** What objectives over metrics count: minute by minute, over resets, gaps and any interval of samples. */
import { describe, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { MetricCounting, type AskMinutes } from '../../src/derive/metric-counting.ts'
import type { ToDerive } from '../../src/derive/messages.ts'
import type { Labels, Series } from '../../src/model/series.ts'
import { unixMinute } from '../../src/model/time.ts'
import {
  checkCounted,
  checkThreshold,
  metricMinutes,
  type MetricRatio,
  type MetricThreshold,
} from '../../src/query/metric-minutes.ts'
import type { Snapshot } from '../../src/store/api.ts'
import { patient } from '../conformance/scene.ts'
import { MemoryMetrics } from '../promql/memory-metrics.ts'

const MINUTE = 60_000

const series = (labels: Labels, samples: readonly (readonly [at: number, value: number])[]): Series => ({
  labels,
  times: Float64Array.from(samples, ([at]) => at),
  values: Float64Array.from(samples, ([, value]) => value),
  stale: undefined,
})
const requests = (code: string, samples: readonly (readonly [number, number])[]): Series =>
  series(
    [
      ['__name__', 'requests_total'],
      ['code', code],
    ],
    samples,
  )

function minutesOf(all: readonly Series[], params: Partial<MetricRatio & { from: number; to: number }>) {
  const source = new MemoryMetrics(all, [], [])
  const snapshot = { metrics: () => source } as unknown as Snapshot
  return metricMinutes(
    snapshot,
    {
      part: 'requests_total{code!="500"}',
      total: 'requests_total',
      counted: 'good',
      counter: true,
      from: 100,
      to: 104,
      ...params,
    },
    patient,
  )
}
const at = (minute: number, seconds = 0): number => minute * MINUTE + seconds * 1_000

describe('a ratio of counters', () => {
  const stored = [
    requests('200', [
      [at(99, 30), 5],
      [at(100, 0), 10],
      [at(100, 30), 12],
      [at(101, 59), 20],
      // It began anew, and had counted 3 since.
      [at(102, 30), 3],
    ]),
    requests('500', [
      [at(100, 10), 7],
      [at(102, 10), 8],
    ]),
  ]

  it('counts each increase in the minute in which it is seen, and goes on over a reset', () => {
    expect(minutesOf(stored, {})).toEqual({ good: [7, 8, 3, 0], bad: [0, 0, 1, 0] })
  })

  it.each([
    ['bad events', { part: 'requests_total{code="500"}', counted: 'bad' as const }],
    ['the sum of counters', { total: 'sum(requests_total)' }],
    ['a sum by parts', { total: 'requests_total{code="200"} + requests_total{code="500"}' }],
    ['a difference', { part: 'sum(requests_total) - sum(requests_total{code="500"})' }],
    [
      "OpenSLO v1alpha's window",
      {
        counter: false,
        part: 'sum(rate(requests_total{code!="500"}[{{.window}}]))',
        total: 'sum(rate(requests_total[{{ .window }}]))',
      },
    ],
  ])('may be written as %s', (_, params) => {
    expect(minutesOf(stored, params)).toEqual({ good: [7, 8, 3, 0], bad: [0, 0, 1, 0] })
  })

  it('counts the same in pieces as in one, whatever came before', () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
    const random = new Random(seed)
    for (let round = 0; round < 300; round++) {
      let [value, time] = [0, at(90)]
      const events = new Array<number>(40).fill(0)
      const samples: [number, number][] = [[time, 0]]
      while (time < at(139)) {
        time += 1_000 * (1 + random.below(150))
        const more = random.below(5)
        value = random.below(10) === 0 ? more : value + more
        const isReset = value === more && samples.at(-1)![1] > more
        const increase = value >= samples.at(-1)![1] ? value - samples.at(-1)![1] : isReset ? more : 0
        const minute = Math.floor(time / MINUTE) - 100
        if (minute >= 0 && minute < 40) events[minute]! += increase
        samples.push([time, value])
      }
      const stored = [requests('200', samples)]
      const cut = 101 + random.below(38)
      const whole = minutesOf(stored, { from: 100, to: 140 })
      const pieces = [
        minutesOf(stored, { from: 100, to: cut }),
        minutesOf(stored, { from: cut, to: 140 }),
      ].flatMap(({ good }) => good)
      expect([seed, whole.good]).toEqual([seed, events])
      expect([seed, pieces]).toEqual([seed, events])
    }
  })
})

it('an expression that is no counter is each minute’s count at its end', () => {
  const gauge = (name: string, values: readonly number[]) =>
    series(
      [['__name__', name]],
      values.map((value, i) => [at(100 + i, 20), value] as const),
    )
  const stored = [gauge('jobs_ok', [3, 0, 2, 5]), gauge('jobs', [4, 0, 2, 5])]
  expect(minutesOf(stored, { counter: false, part: 'jobs_ok', total: 'sum(jobs)' })).toEqual({
    good: [3, 0, 2, 5],
    bad: [1, 0, 0, 0],
  })
})

describe('a threshold', () => {
  const queue = (name: string, values: readonly number[]) =>
    series(
      [
        ['__name__', 'queue'],
        ['name', name],
      ],
      values.map((value, i) => [at(100 + i, 20), value] as const),
    )
  const judged = (all: readonly Series[], op: MetricThreshold['op'], query = 'queue') => {
    const snapshot = { metrics: () => new MemoryMetrics(all, [], []) } as unknown as Snapshot
    return metricMinutes(snapshot, { query, op, value: 2, from: 99, to: 104 }, patient)
  }
  const stored = [queue('a', [1, 2, 3, NaN]), queue('b', [2, 2, 9, Infinity])]

  it('is held against each value that the query has in a minute; without any there is no event', () => {
    expect(judged(stored, '<')).toEqual({ good: [0, 1, 0, 0, 0], bad: [0, 1, 2, 2, 1] })
    expect(judged(stored, '<=')).toEqual({ good: [0, 2, 2, 0, 0], bad: [0, 0, 0, 2, 1] })
    expect(judged(stored, '>=', 'max(queue)')).toEqual({ good: [0, 1, 1, 1, 1], bad: [0, 0, 0, 0, 0] })
    expect(judged([], '<')).toEqual({ good: [0, 0, 0, 0, 0], bad: [0, 0, 0, 0, 0] })
  })

  it.each([
    ['queue[5m]', 'expected an expression that has numbers'],
    ['"text"', 'expected an expression that has numbers'],
    ['queue >', 'ends where'],
  ])('on %s is refused', (query, message) => {
    expect(() => checkThreshold(query)).toThrow(message)
  })
})

it.each([
  ['max(requests_total)', true, 'expected counters'],
  ['requests_total offset 5m', true, 'expected counters'],
  ['sum(rate(a[{{.window}}])) / sum(rate(b[{{.window}}]))', false, 'expected counters'],
  ['sum(', false, 'ends where'],
])('%s (counter: %s) is refused', (query, counter, message) => {
  expect(() => checkCounted(query, counter)).toThrow(message)
})

describe('live counting', () => {
  it('asks for a day after a start and then for what may come late, and tells what changed', async () => {
    const asked: [number, number][] = []
    const told: ToDerive[] = []
    let events = 1
    const ask: AskMinutes = ({ from, to }) => {
      asked.push([from, to])
      const good = Array.from({ length: to - from }, (_, i) => (from + i === 9_999 ? events : 0))
      return Promise.resolve({ good, bad: good.map(() => 0) })
    }
    const counting = new MetricCounting(ask, message => told.push(message))
    const definition = JSON.stringify({
      signal: 'metrics',
      part: 'a',
      total: 'b',
      counted: 'good',
      counter: true,
    })
    const row = (id: number, liveFrom: number) => ({
      id,
      objective: 'x',
      generation: 1,
      definition,
      liveFrom,
    })
    const records = { ...row(3, 0), definition: JSON.stringify({ signal: 'traces' }) }
    const round = () => counting.round([row(1, 5_000), row(2, 9_998), records], unixMinute(10_000))
    await round()
    await round()
    events = 2
    await round()
    expect(asked).toEqual([
      [8_561, 10_001],
      [9_999, 10_001],
      [9_991, 10_001],
      [9_999, 10_001],
      [9_991, 10_001],
      [9_999, 10_001],
    ])
    const counts = told.flatMap(message =>
      'replace' in message
        ? [[message.replace.indicator, message.replace.minutes.get(unixMinute(9_999))]]
        : [],
    )
    expect(counts).toEqual([
      [1, { good: 1, bad: 0 }],
      [2, { good: 1, bad: 0 }],
      [1, { good: 1, bad: 0 }],
      [1, { good: 2, bad: 0 }],
      [2, { good: 2, bad: 0 }],
    ])
  })
})
