/**
 * Metrics: a query, its series over the range, their figures, and beside them the catalogue of what
 * there is to ask for. Without a query the catalogue is the page.
 */
import { useEffect, useMemo } from 'preact/hooks'
import type { PrometheusAnswer, QueryData } from '../../../../collector/src/query/metrics/answers.ts'
import type { MetricsAnswer } from '../../../../collector/src/serve/api-types.ts'
import { formatInteger, plural } from '../../lib/format.ts'
import { NO_MATRIX, readMatrix } from '../../lib/matrix.ts'
import { readFault } from '../../lib/promql-text.ts'
import { rangeSteps } from '../../lib/range-steps.ts'
import { url } from '../../lib/routes.ts'
import { describeRange } from '../../lib/time-range.ts'
import { Order } from '../../parts/list-states.tsx'
import { Empty, Failed, Progress, Skeleton, Stopped } from '../../parts/states.tsx'
import type { Failure } from '../../state/api.ts'
import { useLoad } from '../../state/load.ts'
import { param, setParams } from '../../state/location.ts'
import { utc } from '../../state/preferences.ts'
import { now, range, rangeText, refresh, setRange } from '../../state/range.ts'
import { firstStart } from '../../state/status.ts'
import { FirstStart } from '../first-start.tsx'
import { Catalogue } from './catalogue.tsx'
import { Editor } from './editor.tsx'
import { Graph } from './graph.tsx'
import './page.css'

/** More lines are a carpet; `topk` finds those that matter. */
const MOST_SERIES = 200
const EAGER_MILLIS = 1500

export function MetricsPage() {
  const q = param('q')
  const { start, end, step } = rangeSteps(range.value)
  const { from, to } = range.value
  const catalogue = useLoad<MetricsAnswer>(url('/api/metrics', { find: param('find'), from, to }))
  const asked = { query: q, start: start / 1000, end: end / 1000, step: step / 1000, limit: MOST_SERIES }
  const answer = useLoad<PrometheusAnswer<QueryData>>(q === '' ? null : url('/api/v1/query_range', asked))
  const matrix = useMemo(() => (answer.data ? readMatrix(answer.data.data) : NO_MATRIX), [answer.data])
  const metrics = useMemo(
    () =>
      new Map((catalogue.data?.metrics ?? []).flatMap(one => one.names.map(name => [name, one] as const))),
    [catalogue.data],
  )
  const fault = faultOf(answer.failure, q)
  if (firstStart.value === true && catalogue.data?.series === 0) return <Waiting />
  return (
    <div class="page metrics">
      <div class="head">
        <h1>Metrics</h1>
        <p class="facts" role="status">
          {q !== '' &&
            answer.data &&
            matrix.series.length > 0 &&
            `${plural(matrix.series.length, 'series', 'series')} · a value each ${describeStep(step)}`}
        </p>
        {matrix.series.length > 0 && (
          <div class="actions">
            <Order
              choices={['lines', 'stacked']}
              chosen={param('view') === 'stacked' ? 'stacked' : 'lines'}
              onChoose={view => setParams({ view: view === 'lines' ? '' : view })}
            />
          </div>
        )}
      </div>
      <Editor fault={fault} known={{ range: range.value, metrics }} />
      {q === '' ? (
        <Catalogue answer={catalogue} beside={false} />
      ) : (
        <div class="split">
          <div class="evidence">
            <Notes answer={answer.data} />
            <Progress loading={answer.loading} stop={answer.stop} />
            {answer.failure && !fault && <Failed failure={answer.failure} old={answer.data !== undefined} />}
            {answer.stopped && <Stopped />}
            {!answer.data && answer.loading && <ChartSpace />}
            {answer.data && matrix.series.length === 0 && !fault && <NoSeries q={q} />}
            {matrix.series.length > 0 && (
              <Graph q={q} matrix={matrix} stale={answer.loading || fault !== undefined} />
            )}
          </div>
          <Catalogue answer={catalogue} beside />
        </div>
      )}
    </div>
  )
}

/** As large as what comes. */
const ChartSpace = () => (
  <>
    <div class="chart-space" />
    <Skeleton rows={5} />
  </>
)

const describeStep = (millis: number): string =>
  millis < 60_000
    ? `${millis / 1000} s`
    : millis < 3_600_000
      ? `${millis / 60_000} min`
      : `${formatInteger(millis / 3_600_000)} h`

/** A query that is not understood is shown where it stands, without Prometheus' preamble. */
function faultOf(failure: Failure | undefined, q: string): Failure | undefined {
  if (failure?.code !== 'bad_data') return undefined
  const { message, position } = readFault(failure.message, q)
  return { ...failure, message, position }
}

/** What the collector remarks on an answer. */
function Notes({ answer }: { answer: PrometheusAnswer<QueryData> | undefined }) {
  const { warnings = [], infos = [] } = answer ?? {}
  if (warnings.length + infos.length === 0) return null
  return (
    <ul class="notes" aria-label="Remarks on the answer">
      {warnings.map(text => (
        <li key={text} class="warning">
          {text === 'results truncated due to limit'
            ? `Only the first ${MOST_SERIES} series are shown. topk(10, …) finds the largest.`
            : text}
        </li>
      ))}
      {infos.map(text => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  )
}

const NoSeries = ({ q }: { q: string }) => (
  <Empty title="The query has no series in this range">
    <p>
      Asked for <code>{q}</code>, {describeRange(rangeText.value, { utc: utc.value }, now.value)}.{' '}
      {q.includes('[') && 'What is computed over a window needs two samples in it. '}
      The catalogue holds the metrics that have samples here.
    </p>
    <p class="offers">
      <button type="button" class="outlined" onClick={() => setRange({ from: 'now-24h', to: 'now' })}>
        Look at the last 24 hours
      </button>
    </p>
  </Empty>
)

/** The status knows of traces and logs alone: metrics may be what arrives first. */
function Waiting() {
  useEffect(() => {
    const timer = setInterval(refresh, EAGER_MILLIS)
    return () => clearInterval(timer)
  }, [])
  return <FirstStart arrived={false} />
}
