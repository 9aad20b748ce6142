/** The catalogue: every metric of the range with what is told of it; a click asks what one most likely wants. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { MetricJson, MetricsAnswer } from '../../../../collector/src/serve/api-types.ts'
import { formatInteger, plural } from '../../lib/format.ts'
import { rangeSteps } from '../../lib/range-steps.ts'
import { suggestQuery, windowFor } from '../../lib/suggest-query.ts'
import { Icon } from '../../parts/icons.tsx'
import { Empty, Failed, Partial, Skeleton } from '../../parts/states.tsx'
import type { Loaded } from '../../state/load.ts'
import { link, param, setParams } from '../../state/location.ts'
import { range, setRange } from '../../state/range.ts'
import './catalogue.css'

interface Props {
  answer: Loaded<MetricsAnswer>
  /** Beside a chart: narrow, two lines a metric. */
  beside: boolean
}

const TYPING_MILLIS = 120

export function Catalogue({ answer, beside }: Props) {
  const { data } = answer
  const find = param('find')
  return (
    <section class={beside ? 'catalogue beside' : 'catalogue'} aria-label="Metrics">
      <Find />
      <p class="muted count" role="status">
        {data && told(data, find)}
      </p>
      <Partial answer={data} />
      {answer.failure && <Failed failure={answer.failure} old={data !== undefined} />}
      {!data && answer.loading && <Skeleton rows={beside ? 10 : 14} />}
      {data?.found === 0 && <None find={find} />}
      {data && data.found > 0 && (
        <div class={answer.loading ? 'stale' : ''}>
          {!beside && <Head />}
          <ul>
            {data.metrics.map(metric => (
              <Metric key={`${metric.name} ${metric.type}`} metric={metric} />
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}

/** What is typed is looked for a moment later. */
function Find() {
  const find = param('find')
  const text = useSignal(find)
  const timer = useRef<number | undefined>(undefined)
  useEffect(() => {
    text.value = find
    return () => clearTimeout(timer.current)
  }, [find])
  return (
    <div class="seek">
      <Icon name="search" />
      <input
        type="search"
        aria-label="Find a metric"
        placeholder="find a metric"
        value={text.value}
        spellcheck={false}
        onInput={event => {
          text.value = event.currentTarget.value
          clearTimeout(timer.current)
          timer.current = setTimeout(
            () => setParams({ find: text.value.trim() }, { replace: true }),
            TYPING_MILLIS,
          ) as unknown as number
        }}
      />
    </div>
  )
}

function told({ found, metrics, series }: MetricsAnswer, find: string): string {
  const first = found > metrics.length ? `, the first ${formatInteger(metrics.length)} by name` : ''
  return find === ''
    ? `${plural(found, 'metric')}, ${plural(series, 'series', 'series')}${first}`
    : `${formatInteger(found)} found${first}`
}

const Head = () => (
  <div class="columns" aria-hidden="true">
    <span>Metric</span>
    <span>Type</span>
    <span>Unit</span>
    <span class="number">Series</span>
    <span>Description</span>
  </div>
)

function Metric({ metric }: { metric: MetricJson }) {
  const { name, type, unit, description, series } = metric
  const query = suggestQuery(metric, windowFor(rangeSteps(range.value).step))
  const chosen = param('q') === query
  return (
    <li data-row>
      <a
        href={link('/query', { q: query, find: param('find'), view: param('view') })}
        aria-current={chosen ? 'true' : undefined}
        title={[name, description, query].filter(Boolean).join('\n')}
      >
        <span class="clip mono name">{name}</span>
        <span class="type">{type}</span>
        <span class="unit clip">{unit}</span>
        <span class="number">{formatInteger(series)}</span>
        <span class="clip help">{description}</span>
      </a>
    </li>
  )
}

const None = ({ find }: { find: string }) => (
  <Empty title={find === '' ? 'No metrics in this range' : 'No metric is called so'}>
    {find !== '' && (
      <p>
        Looked for <code>{find}</code> in names and descriptions.
      </p>
    )}
    <p class="offers">
      {find !== '' && (
        <button type="button" class="outlined" onClick={() => setParams({ find: '' })}>
          Show all metrics
        </button>
      )}
      <button type="button" class="outlined" onClick={() => setRange({ from: 'now-24h', to: 'now' })}>
        Look at the last 24 hours
      </button>
    </p>
  </Empty>
)
