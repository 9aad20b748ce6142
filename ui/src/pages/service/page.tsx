/** A service: the requests that enter it, its operations, errors and deploys, and how its processes run. */
import type { ServiceAnswer } from '../../../../collector/src/serve/api-types.ts'
import { LinePanel } from '../../chart/line-panel.tsx'
import type { Mark } from '../../chart/marks.ts'
import { formatDuration, formatInteger, formatRate, formatRatio } from '../../lib/format.ts'
import { millisOfNano } from '../../lib/nano.ts'
import { servicePath, url } from '../../lib/routes.ts'
import { filterTerm } from '../../lib/search-text.ts'
import { Dot } from '../../parts/service.tsx'
import { Empty, Failed, Progress, Skeleton, Stopped } from '../../parts/states.tsx'
import { useLoad } from '../../state/load.ts'
import { link } from '../../state/location.ts'
import { range, setRange } from '../../state/range.ts'
import { Counted } from '../counted.tsx'
import { changeWords } from '../overview-words.ts'
import { Dependencies } from './dependencies.tsx'
import { Deploys } from './deploys.tsx'
import { ErrorsOf } from './errors-of.tsx'
import { Operations } from './operations.tsx'
import { Runtime } from './runtime.tsx'
import './service.css'

export function ServicePage({ service }: { service: string }) {
  const { from, to } = range.value
  const answer = useLoad<ServiceAnswer>(url(`/api${servicePath(service)}`, { from, to }), service)
  const { data } = answer
  return (
    <div class="page service-page">
      <Head service={service} data={data} />
      <Progress loading={answer.loading} stop={answer.stop} />
      {answer.failure?.code === 'not_found' ? (
        <Empty title="No span ever came of this service" />
      ) : (
        answer.failure && <Failed failure={answer.failure} old={data !== undefined} />
      )}
      {answer.stopped && <Stopped />}
      {!data && answer.loading && <Skeleton rows={10} />}
      {data && data.entry === null && data.operations.length === 0 && <NothingCame />}
      {data && (data.entry !== null || data.operations.length > 0) && (
        <Evidence data={data} stale={answer.loading} />
      )}
      {data && <Counted of={data} />}
      {data && <Runtime service={service} marks={marksOf(data)} />}
    </div>
  )
}

function Head({ service, data }: { service: string; data: ServiceAnswer | undefined }) {
  const q = filterTerm('service', service)
  const entry = data?.entry
  const change = entry && changeWords(entry)
  return (
    <div class="head">
      <h1 class="clip" title={service}>
        <Dot service={service} /> {service}
      </h1>
      <p class="facts" role="status">
        {entry &&
          `${formatRate(entry.rate)} · ${formatRatio(entry.errorRatio)} errors · p95 ${entry.p95Nano === null ? '–' : formatDuration(entry.p95Nano)}`}
        {change && <span class={change.isWorse ? 'change bad' : 'change'}>{change.words}</span>}
      </p>
      <div class="actions">
        <a class="button" href={link('/traces', { q })}>
          Traces
        </a>
        <a class="button" href={link('/logs', { q })}>
          Logs
        </a>
        <a class="button" href={link('/errors', { service })}>
          Errors
        </a>
      </div>
    </div>
  )
}

const NothingCame = () => (
  <Empty title="It sent no spans in this range">
    <p class="offers">
      <button type="button" class="outlined" onClick={() => setRange({ from: 'now-24h', to: 'now' })}>
        Look at the last 24 hours
      </button>
    </p>
  </Empty>
)

const marksOf = ({ deploys }: ServiceAnswer): Mark[] =>
  deploys.map(({ version, timeUnixNano }) => ({ at: millisOfNano(timeUnixNano), label: version }))

function Evidence({ data, stale }: { data: ServiceAnswer; stale: boolean }) {
  return (
    <div class={stale ? 'stale' : ''}>
      {data.entry && <Requests data={data} entry={data.entry} />}
      <Operations service={data.service} rows={data.operations} />
      <Dependencies service={data.service} />
      <div class="beside">
        <ErrorsOf service={data.service} />
        <Deploys service={data.service} deploys={data.deploys} />
      </div>
    </div>
  )
}

function Requests({ data, entry }: { data: ServiceAnswer; entry: NonNullable<ServiceAnswer['entry']> }) {
  const { lines } = entry
  const shared = {
    start: millisOfNano(data.fromUnixNano),
    step: data.stepSeconds * 1_000,
    range: range.value,
    marks: marksOf(data),
  }
  const seconds = (values: readonly (number | null)[]) =>
    values.map(value => (value === null ? null : value / 1e9))
  return (
    <div class="requests" title={`${formatInteger(entry.requestCount)} requests`}>
      <LinePanel
        {...shared}
        title="Requests"
        quantity="per second"
        lines={[{ name: 'rate', values: lines.rate, color: 'accent', filled: true }]}
      />
      <LinePanel
        {...shared}
        title="Errors"
        quantity="ratio"
        lines={[{ name: 'failed', values: lines.errorRatio, color: 'bad', filled: true }]}
      />
      <LinePanel
        {...shared}
        title="Duration"
        quantity="seconds"
        lines={[
          { name: 'p99', values: seconds(lines.p99Nano), color: 'muted' },
          { name: 'p95', values: seconds(lines.p95Nano), color: 'accent' },
          { name: 'p50', values: seconds(lines.p50Nano), color: 'ok' },
        ]}
      />
    </div>
  )
}
