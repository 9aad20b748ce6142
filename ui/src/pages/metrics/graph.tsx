/** The series of an answer: the chart, the labels they share, and the legend under it. */
import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { LineChart } from '../../chart/line-chart.tsx'
import type { ExemplarLayer } from '../../chart/exemplar-dots.tsx'
import { readPalette } from '../../chart/palette.ts'
import { plural } from '../../lib/format.ts'
import { readExemplars, type ExemplarRows } from '../../lib/exemplars.ts'
import { nameOf, namingOf, selectorText, type Matrix } from '../../lib/matrix.ts'
import { metricsOf, tokensOf } from '../../lib/promql-text.ts'
import { formatQuantity, quantityOf } from '../../lib/quantity.ts'
import { rangeSteps } from '../../lib/range-steps.ts'
import { url } from '../../lib/routes.ts'
import { strokesOf } from '../../lib/series-hues.ts'
import { useLoad } from '../../state/load.ts'
import { param } from '../../state/location.ts'
import { dark } from '../../state/preferences.ts'
import { range, zoomTo } from '../../state/range.ts'
import { Legend, sortSeries } from './legend.tsx'

export function Graph({ q, matrix, stale }: { q: string; matrix: Matrix; stale: boolean }) {
  const looked = useSignal<string | undefined>(undefined)
  const palette = useMemo(() => readPalette(document.documentElement), [dark.value])
  const naming = useMemo(() => namingOf(matrix.series), [matrix])
  const strokes = useMemo(() => strokesOf(matrix.series, naming), [matrix])
  const hidden = new Set(param('hide').split(',').filter(Boolean))
  const quantity = quantityOf(q)
  const exemplars = useExemplars(q)
  const sorted = sortSeries(matrix.series, naming)
  const lines = sorted
    .filter(({ key }) => !hidden.has(key))
    .map(one => ({ key: one.key, name: nameOf(one, naming), values: one.values, ...strokes.get(one.key)! }))
  const largest = Math.max(...matrix.series.map(({ max }) => max).filter(Number.isFinite))
  return (
    <>
      <LineChart
        lines={lines}
        grid={matrix}
        stacked={param('view') === 'stacked'}
        quantity={quantity}
        range={range.value}
        palette={palette}
        exemplars={exemplars}
        stale={stale}
        looked={looked.value}
        label={`${plural(lines.length, 'series', 'series')} over time, at most ${formatQuantity(largest, quantity)}; the arrow keys tell the values`}
        onZoom={zoomTo}
      />
      <p class="shared muted">
        {matrix.series.length > 1 && naming.shared.length > 0 && (
          <>
            all have <span class="mono">{selectorText(Object.fromEntries(naming.shared))}</span>
          </>
        )}
        {exemplars && exemplars.exemplars.length > 0 && (
          <span class="key">
            <i aria-hidden="true" /> an exemplar: opens its trace (<kbd>e</kbd> walks them)
          </span>
        )}
      </p>
      <Legend
        series={sorted}
        naming={naming}
        strokes={strokes}
        quantity={quantity}
        hidden={hidden}
        looked={looked}
      />
    </>
  )
}

/** Those of the series that the query selects. Quantiles are of the exemplars' own kind, a rate or a sum is not. */
function useExemplars(q: string): ExemplarLayer | undefined {
  const { start, end } = rangeSteps(range.value)
  const answer = useLoad<{ data: ExemplarRows }>(
    url('/api/v1/query_exemplars', { query: q, start: start / 1000, end: end / 1000 }),
    q,
  )
  const exemplars = useMemo(() => readExemplars(answer.data?.data ?? []), [answer.data])
  if (exemplars.length === 0) return undefined
  const [metric = ''] = metricsOf(tokensOf(q))
  const quantity = quantityOf(metric.replace(/_(bucket|count|sum)$/, ''))
  const isRate = /\b(i?rate|increase|count)\s*\(/.test(q) && !q.includes('histogram_quantile')
  return { exemplars, quantity, onScale: !isRate && param('view') !== 'stacked' }
}
