/** What a script has loaded so far, and which of it are native histograms. */
import type { Labels, LabelMatcher, Series } from '../../src/model/series.ts'
import { keyOf, labelOf, METRIC_NAME, withLabel } from '../../src/query/promql/labels.ts'
import { MemorySeries, seriesOf, testOf } from './memory-series.ts'
import { parseSeries } from './notation.ts'
import type { Load } from './script.ts'

export class LoadedSeries {
  readonly #series = new Map<string, Series>()
  readonly #native: Labels[] = []

  /** Of a series that stands twice in a load, the last one counts; later loads go on where earlier ones ended. */
  load({ lines, stepMillis, withNative }: Load): void {
    const loaded = new Map<string, Series>()
    for (const line of lines) {
      const { labels, samples, native } = parseSeries(line)
      loaded.set(keyOf(labels), seriesOf(labels, stepMillis, samples))
      if (native) this.#native.push(labels)
      if (withNative && labelOf(labels, 'le') !== '') this.#native.push(nativeLabels(labels))
    }
    for (const [key, series] of loaded) this.#series.set(key, joined(this.#series.get(key), series))
  }

  get source(): MemorySeries {
    return new MemorySeries([...this.#series.values()])
  }

  /** The first native histogram that a selector chooses. */
  nativeChosenBy(matchers: readonly LabelMatcher[]): Labels | undefined {
    const tests = matchers.map(testOf)
    return this.#native.find(labels => tests.every(test => test(labels)))
  }
}

/** `name_bucket{le="…"}` is a bucket of `name`. */
function nativeLabels(labels: Labels): Labels {
  const name = labelOf(labels, METRIC_NAME).replace(/_bucket$/, '')
  return withLabel(withLabel(labels, 'le', ''), METRIC_NAME, name)
}

function joined(before: Series | undefined, after: Series): Series {
  if (before === undefined || before.times.length === 0) return after
  const last = before.times.at(-1)!
  const from = after.times.findIndex(at => at > last)
  if (from < 0) return before
  const both = (name: 'times' | 'values'): Float64Array =>
    Float64Array.from([...before[name], ...after[name].subarray(from)])
  return { labels: before.labels, times: both('times'), values: both('values'), stale: before.stale }
}
