/**
 * Exemplars of the counted series of durations: spans that are stored still, the slowest of each slice of
 * time and bucket; those that failed have series of their own, so that each has its exemplars too.
 *
 * Counts of calls have none: which two spans were paired is not kept.
 */
import type { Filter } from '../../filter/ast.ts'
import type { Label, Labels, LabelMatcher, SeriesSelection } from '../../model/series.ts'
import { milliOfNano, nanoOfMillis, unixMillis, unixNano, type UnixNano } from '../../model/time.ts'
import {
  compileMatchers,
  matchesLabels,
  type ExemplarSpan,
  type ExemplarSpansQuery,
} from '../../store/api.ts'
import type { SeriesExemplars } from '../metrics/source.ts'
import { keyOf, METRIC_NAME } from '../promql/labels.ts'
import { boundOf } from './counters.ts'
import { FAMILIES } from './families.ts'

/** Slices of the range, each with its own exemplars. */
const COLUMNS = 30
const ERROR = 2
const NANOS_PER_SECOND = 1e9

/** 2^64 nanoseconds, beyond which no span starts. */
const LAST_MILLIS = 18_446_744_073_709

const DURATIONS = FAMILIES.find(({ as, of }) => as === 'histogram' && of === 'spans')!
const NAME: Label = [METRIC_NAME, `${DURATIONS.name}_bucket`]

export function spanExemplars(
  { matchers, from, to }: SeriesSelection,
  ask: (query: ExemplarSpansQuery) => readonly ExemplarSpan[],
): readonly SeriesExemplars[] {
  const compiled = compileMatchers(matchers)
  const ofName = compiled.filter(({ name }) => name === METRIC_NAME)
  if (from > to || !matchesLabels(ofName, [NAME])) return []
  const range = { from: nanoOf(from), to: unixNano(nanoOf(to) + 1n) }
  const found = new Map<string, { labels: Labels; exemplars: SeriesExemplars['exemplars'][number][] }>()
  for (const span of ask({ filter: filterOf(matchers), range, columns: COLUMNS })) {
    const labels = labelsOf(span)
    if (!matchesLabels(compiled, labels)) continue
    const key = keyOf(labels)
    const of = found.get(key) ?? { labels, exemplars: [] }
    of.exemplars.push({
      labels: [
        ['span_id', span.spanId],
        ['trace_id', span.traceId],
      ],
      time: milliOfNano(span.start),
      value: span.duration / NANOS_PER_SECOND,
    })
    found.set(key, of)
  }
  return [...found.values()]
}

const nanoOf = (millis: number): UnixNano =>
  nanoOfMillis(unixMillis(Math.min(LAST_MILLIS, Math.max(0, millis))))

function labelsOf(span: ExemplarSpan): Labels {
  // A code that the protocol does not know says nothing, as where spans are counted.
  const status = span.status > ERROR ? 0 : span.status
  const own = DURATIONS.labels(span, status)!
  const le: Label = ['le', boundOf(span.duration)]
  return [NAME, le, ...own].filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1))
}

/** What matchers ask for by name is looked for by name; the others are held to afterwards. */
function filterOf(matchers: readonly LabelMatcher[]): Filter {
  const of = (label: string, name: 'service' | 'name'): Filter[] =>
    matchers
      .filter(matcher => matcher.name === label && matcher.op === '=' && matcher.value !== '')
      .map(({ value }) => ({
        op: '=',
        field: { in: 'intrinsic', name },
        value: { text: value, number: Number.NaN },
      }))
  const all = [...of('service', 'service'), ...of('span_name', 'name')]
  return all.length === 0 ? { op: 'all' } : { op: 'and', of: all }
}
