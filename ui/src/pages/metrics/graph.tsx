/** The series of an answer: the chart, the labels they share, and the legend under it. */
import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { CursorTip } from '../../chart/cursor-tip.tsx'
import { useDeployMarks } from '../../chart/deploy-marks.ts'
import { ExemplarDots, exemplarTop, type ExemplarLayer } from '../../chart/exemplar-dots.tsx'
import { LineChart } from '../../chart/line-chart.tsx'
import { extremes } from '../../chart/stacked-areas.ts'
import { plural } from '../../lib/format.ts'
import { readExemplars, type ExemplarRows } from '../../lib/exemplars.ts'
import { nameOf, namingOf, selectorText, type Matrix } from '../../lib/matrix.ts'
import { metricsOf, tokensOf } from '../../lib/promql-text.ts'
import { formatQuantity, quantityOf } from '../../lib/quantity.ts'
import { rangeSteps } from '../../lib/range-steps.ts'
import { url } from '../../lib/routes.ts'
import { strokesOf } from '../../lib/series-hues.ts'
import { valueAxis } from '../../lib/value-axis.ts'
import { useLoad } from '../../state/load.ts'
import { param } from '../../state/location.ts'
import { range } from '../../state/range.ts'
import { layersOf } from './layers.ts'
import { Legend, sortSeries } from './legend.tsx'

/** By the jobs of its series, which are namespace and name. */
const servicesOf = ({ series }: Matrix): string[] => [
  ...new Set(series.flatMap(({ labels }) => labels['job']?.split('/').at(-1) ?? [])),
]

const HEIGHT = 260
const GUTTER = 64
const MOST_TICKS = 5

export function Graph({ q, matrix, stale }: { q: string; matrix: Matrix; stale: boolean }) {
  const looked = useSignal<string | undefined>(undefined)
  const naming = useMemo(() => namingOf(matrix.series), [matrix])
  const strokes = useMemo(() => strokesOf(matrix.series, naming), [matrix])
  const hidden = new Set(param('hide').split(',').filter(Boolean))
  const quantity = quantityOf(q)
  const exemplars = useExemplars(q)
  const marks = useDeployMarks(servicesOf(matrix))
  const sorted = sortSeries(matrix.series, naming)
  const shown = sorted.filter(({ key }) => !hidden.has(key))
  const layers = layersOf(shown, strokes, param('view') === 'stacked', looked.value)
  const { low, high } = extremes(layers)
  const told = shown.map(one => ({ ...one, name: nameOf(one, naming), hue: strokes.get(one.key)!.hue }))
  const largest = Math.max(...matrix.series.map(({ max }) => max).filter(Number.isFinite))
  return (
    <>
      <LineChart
        range={range.value}
        grid={matrix}
        layers={layers}
        axis={valueAxis(low, exemplarTop(high, exemplars), MOST_TICKS, quantity)}
        height={HEIGHT}
        gutter={GUTTER}
        stale={stale}
        marks={marks}
        label={`${plural(shown.length, 'series', 'series')} over time, at most ${formatQuantity(largest, quantity)}; the arrow keys tell the values`}
      >
        {over => (
          <>
            {over.at !== undefined && (
              <CursorTip
                lines={told}
                step={over.at}
                at={matrix.start + over.at * matrix.step}
                precise={matrix.step < 60_000}
                x={over.x(matrix.start + over.at * matrix.step)}
                width={over.width}
                quantity={quantity}
              />
            )}
            {exemplars && <ExemplarDots layer={exemplars} over={over} />}
          </>
        )}
      </LineChart>
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
