/**
 * The metrics of a range as people know them: families with what is told of them and how many series
 * each has. What nothing is told of stands under its series' own name, as `unknown`.
 */
import { milliOfNano } from '../model/time.ts'
import type { Cancellation, Snapshot, TimeRange } from '../store/api.ts'
import type { Answer, MetricJson, MetricsAnswer } from './answers/index.ts'
import { attributeList } from './containers.ts'

export interface MetricCatalogueParams {
  readonly range: TimeRange
  /** Part of a name or a description, in any case; '' is all. */
  readonly find: string
  readonly limit: number
}

/** What a family's series are called besides it: Prometheus' histograms and summaries, and OTLP's extremes. */
const PARTS = ['', '_bucket', '_count', '_sum', '_min', '_max']
const UNTOLD = { type: 'unknown', unit: '', description: '', attributes: [] }
const HAS_PARTS: ReadonlySet<string> = new Set(['histogram', 'summary', 'gaugehistogram'])

export function metricCatalogue(
  snapshot: Snapshot,
  { range, find, limit }: MetricCatalogueParams,
  cancel: Cancellation,
): Answer<MetricsAnswer> {
  const view = snapshot.metrics(cancel)
  const selection = { matchers: [], from: milliOfNano(range.from), to: milliOfNano(range.to) }
  const left = new Map(view.seriesByMetric(selection))
  const series = left.values().reduce((sum, count) => sum + count, 0)
  const rows: MetricJson[] = []
  for (const { name, type, unit, help: description, attributes } of mostTellingFirst(view.metadata())) {
    const names = (HAS_PARTS.has(type) ? PARTS : ['']).map(part => name + part).filter(one => left.has(one))
    if (names.length === 0) continue
    const count = names.reduce((sum, one) => sum + left.get(one)!, 0)
    for (const one of names) left.delete(one)
    rows.push({ name, type, unit, description, attributes: attributeList(attributes), series: count, names })
  }
  for (const [name, count] of left) rows.push({ ...UNTOLD, name, series: count, names: [name] })
  const wanted = find.toLowerCase()
  const found = rows
    .filter(row => `${row.name} ${row.description}`.toLowerCase().includes(wanted))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return { series, found: found.length, metrics: found.slice(0, limit) }
}

/** Of what is told twice of one name, that which says more comes first. */
function mostTellingFirst(metadata: ReturnType<ReturnType<Snapshot['metrics']>['metadata']>) {
  const saying = ({ type, help }: { type: string; help: string }): number =>
    (type === 'unknown' || type === '' ? 0 : 2) + (help === '' ? 0 : 1)
  return metadata.toSorted((a, b) => saying(b) - saying(a))
}
