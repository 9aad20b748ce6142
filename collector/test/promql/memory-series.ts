/** Series in plain arrays: the simplest thing that PromQL can be asked over. */
import { compileRegex } from '../../src/filter/pattern.ts'
import type { LabelMatcher, Labels, Series, SeriesSelection, SeriesSource } from '../../src/model/series.ts'

export class MemorySeries implements SeriesSource {
  readonly all: readonly Series[]

  constructor(all: readonly Series[]) {
    this.all = all
  }

  select({ matchers, from, to }: SeriesSelection): readonly Series[] {
    const tests = matchers.map(testOf)
    return this.all
      .filter(({ labels }) => tests.every(test => test(labels)))
      .map(series => between(series, from, to))
      .filter(({ times }) => times.length > 0)
  }
}

export const NO_SERIES = new MemorySeries([])

export function testOf({ name, op, value }: LabelMatcher): (labels: Labels) => boolean {
  const matches =
    op === '=' || op === '!=' ? (text: string) => text === value : compileRegex(`^(?s:${value})$`)
  const wanted = op === '=' || op === '=~'
  return labels => matches(labels.find(([key]) => key === name)?.[1] ?? '') === wanted
}

function between({ labels, times, values, stale }: Series, from: number, to: number): Series {
  const first = indexAfter(times, from - 1)
  const end = indexAfter(times, to)
  return {
    labels,
    times: times.subarray(first, end),
    values: values.subarray(first, end),
    stale: stale?.subarray(first, end),
  }
}

/** Of the first whole millisecond after `at`. */
function indexAfter(times: Float64Array, at: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! <= at) low = middle + 1
    else high = middle
  }
  return low
}

/** @param samples undefined where there is none, 'stale' for a marker; one each step from 0 on */
export function seriesOf(
  labels: Labels,
  stepMillis: number,
  samples: readonly (number | 'stale' | undefined)[],
): Series {
  const here = samples.flatMap((value, index) =>
    value === undefined ? [] : [{ at: index * stepMillis, value }],
  )
  const anyStale = here.some(({ value }) => value === 'stale')
  return {
    labels,
    times: Float64Array.from(here, ({ at }) => at),
    values: Float64Array.from(here, ({ value }) => (value === 'stale' ? Number.NaN : value)),
    stale: anyStale ? Uint8Array.from(here, ({ value }) => (value === 'stale' ? 1 : 0)) : undefined,
  }
}
