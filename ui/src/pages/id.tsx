/** Everything that carries an id, whatever its form. One trace and nothing else opens at once. */
import { useEffect } from 'preact/hooks'
import type { CorrelationAnswer } from '../../../collector/src/serve/api-types.ts'
import { useSignal } from '@preact/signals'
import { plural } from '../lib/format.ts'
import { tracePath } from '../lib/routes.ts'
import { Copy } from '../parts/copy.tsx'
import { Empty, Failed, Partial, Progress, Skeleton } from '../parts/states.tsx'
import { useLoad } from '../state/load.ts'
import { link, navigate, param, setParams } from '../state/location.ts'
import { Marks } from './lazy-marks.ts'
import { LogList } from './log-list.tsx'
import { TraceTable } from './trace-table.tsx'

export function IdPage({ id }: { id: string }) {
  const answer = useLoad<CorrelationAnswer>(`/api/correlations/${encodeURIComponent(id)}`, id)
  const { data } = answer
  const only = data?.traces.length === 1 && param('all') === '' ? data.traces[0] : undefined
  useEffect(() => {
    if (only) navigate(link(tracePath(only.traceId), { span: spanOf(id, data) }), { replace: true })
  }, [only])
  if (only) return null
  return (
    <div class="page">
      <div class="head">
        <h1 class="clip the-id" title={id}>
          {id}
        </h1>
        <Copy text={id} what="the id" />
        <p class="facts" role="status">
          {data &&
            [
              plural(data.traces.length, 'trace'),
              plural(data.logs.length, 'log line'),
              plural(data.metrics.length, 'series', 'series'),
            ].join(' · ')}
        </p>
      </div>
      <Partial answer={data} />
      <Progress loading={answer.loading} stop={answer.stop} />
      {answer.failure && answer.failure.status !== 404 && (
        <Failed failure={answer.failure} old={data !== undefined} />
      )}
      {!data && answer.loading && <Skeleton rows={6} />}
      {(answer.failure?.status === 404 || (data && isEmpty(data))) && <Unknown id={id} />}
      {data && data.traces.length > 0 && <TraceTable traces={data.traces} chosen={-1} />}
      {data && data.logs.length > 0 && <Lines answer={data} />}
      {data && data.metrics.length > 0 && (
        <section class="id-part">
          <h2>Metrics that these traces left a mark on</h2>
          <Marks metrics={data.metrics} />
        </section>
      )}
    </div>
  )
}

const isEmpty = ({ traces, logs, metrics }: CorrelationAnswer): boolean =>
  traces.length + logs.length + metrics.length === 0

/** A span id, or a traceparent, opens its span. */
function spanOf(id: string, data: CorrelationAnswer | undefined): string | undefined {
  if (!data?.readAs.includes('span')) return undefined
  const parts = id.toLowerCase().match(/[0-9a-f]{16,}/g)
  return parts?.find(part => part.length === 16)
}

function Lines({ answer }: { answer: CorrelationAnswer }) {
  const open = useSignal(param('log'))
  return (
    <section class="id-part">
      <h2>Log lines</h2>
      <LogList
        entries={answer.logs.map(log => ({ log, resource: answer.resources[log.resource] }))}
        chosen={-1}
        open={open.value}
        onToggle={log => {
          open.value = log === open.value ? '' : log
          setParams({ log: open.value }, { replace: true })
        }}
      />
    </section>
  )
}

const Unknown = ({ id }: { id: string }) => (
  <Empty title="Nothing stored carries this id">
    <p>
      Looked for <code>{id}</code> as a trace id, a span id, a <code>traceparent</code>, and a correlation id.
      It may not have arrived yet, or be older than what is kept.
    </p>
    <p class="offers">
      <a class="button outlined" href={link('/logs', { q: id })}>
        Search the logs for it
      </a>
      <a class="button outlined" href={link('/traces', { q: id })}>
        Search the traces for it
      </a>
    </p>
  </Empty>
)
