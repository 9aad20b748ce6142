/**
 * Series for the comparison with Prometheus 2.42, made so that what changed since does not show:
 * - samples never lie on the edge of a window: they lie between 0.2 and 0.8 s after a whole second,
 *   queries 0.037 s after one (windows were closed on the left, and are open now);
 * - counters begin high, so that none is extrapolated down to zero (which was computed differently).
 */
import type { Labels, Series } from '../../src/model/series.ts'
import { labelOf, METRIC_NAME, sortLabels } from '../../src/query/promql/labels.ts'
import type { Random } from '../support/random.ts'

export const FIRST_SECOND = 1_700_000_000
export const LAST_SECOND = FIRST_SECOND + 3600
const INTERVAL_SECONDS = 15

export function generateSeries(random: Random): Series[] {
  const all: Series[] = []
  const add = (
    labels: Record<string, string>,
    next: (before: number) => number,
    first: number,
    gaps = 0,
  ): void => {
    all.push(oneSeries(sortLabels(Object.entries(labels)), random, first, next, gaps))
  }
  for (const job of ['api', 'web', 'db'])
    for (const instance of ['a', 'b', 'c']) {
      const place = { job, instance }
      add({ __name__: 'up', ...place }, () => 1, 1)
      add({ __name__: 'build_info', ...place, version: random.pick(['v1', 'v2']) }, () => 1, 1)
      add({ __name__: 'memory_bytes', ...place }, () => 1e6 * (1 + random.next()), 1e6, 0.02)
      for (const zone of ['x', 'y'])
        add(
          { __name__: 'temperature', ...place, zone },
          () => 40 * random.next() - 10,
          20,
          zone === 'x' ? 0.004 : 0,
        )
      for (const code of ['200', '404', '500'])
        add({ __name__: 'requests_total', ...place, code }, counter(random), 1e5 * (1 + random.next()))
      addHistogram(add, place, random)
    }
  return all
}

type Add = (labels: Record<string, string>, next: (before: number) => number, first: number) => void

/** Grows, and now and then begins anew, high. */
function counter(random: Random): (before: number) => number {
  return before => (random.chance(0.01) ? 5e4 * (1 + random.next()) : before + 100 * random.next())
}

/** Cumulative buckets: each grows by what the one below grows by, and more. */
function addHistogram(add: Add, place: Record<string, string>, random: Random): void {
  const samples = sampleCount()
  let below = new Float64Array(samples + 1)
  for (const le of ['0.1', '0.5', '1', '5', '+Inf']) {
    const own = below.slice()
    for (let i = 0, sum = 1e5; i <= samples; sum += 1 + random.below(20), i++) own[i]! += sum
    let at = 0
    add({ __name__: 'latency_seconds_bucket', ...place, le }, () => own[++at]!, own[0]!)
    below = own
  }
}

const sampleCount = (): number => (LAST_SECOND - FIRST_SECOND) / INTERVAL_SECONDS

/** @param gaps chance of six minutes without a sample */
function oneSeries(
  labels: Labels,
  random: Random,
  first: number,
  next: (before: number) => number,
  gaps: number,
): Series {
  const times: number[] = []
  const values: number[] = []
  let value = first
  let silentUntil = 0
  for (let i = 0; i < sampleCount(); i++) {
    const at = (FIRST_SECOND + i * INTERVAL_SECONDS) * 1000 + 200 + random.below(600)
    if (i > 0) value = next(value)
    if (random.chance(gaps)) silentUntil = at + 360_000
    if (at < silentUntil) continue
    times.push(at)
    values.push(value)
  }
  return { labels, times: Float64Array.from(times), values: Float64Array.from(values), stale: undefined }
}

/** Families stand together; times are in seconds. */
export function openMetricsOf(all: readonly Series[]): string {
  const lines = all.flatMap(({ labels, times, values }) => {
    const list = labels.filter(([name]) => name !== METRIC_NAME).map(([name, value]) => `${name}="${value}"`)
    const name = labelOf(labels, METRIC_NAME)
    return Array.from(times, (at, i) => `${name}{${list.join(',')}} ${values[i]!} ${at / 1000}`)
  })
  const family = (line: string): string => line.slice(0, line.indexOf('{'))
  lines.sort((a, b) => (family(a) < family(b) ? -1 : family(a) > family(b) ? 1 : 0))
  return `${lines.join('\n')}\n# EOF\n`
}
