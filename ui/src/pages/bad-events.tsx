/** From burn to cause: what sets the bad events of the range apart, and the events themselves. */
import type { TraceRow } from '../../../collector/src/serve/api-types.ts'
import { formatInteger } from '../lib/format.ts'
import { tracePath, url } from '../lib/routes.ts'
import { Partial, Failed, Progress, Skeleton } from '../parts/states.tsx'
import type { BadEventsAnswer } from '../slo/answers.ts'
import { Differences } from '../slo/differences.tsx'
import { useLoad } from '../state/load.ts'
import { link, param, setParams } from '../state/location.ts'
import { range } from '../state/range.ts'
import { TraceTable } from './trace-table.tsx'

const TRACES = 10

export function BadEvents({ name }: { name: string }) {
  const { from, to } = range.value
  const answer = useLoad<BadEventsAnswer>(
    url(`/api/slos/${encodeURIComponent(name)}/bad-events`, { from, to, limit: TRACES }),
    name,
  )
  const { data } = answer
  return (
    <>
      <section class="cause" aria-labelledby="cause-title">
        <h2 id="cause-title">What sets the bad events apart</h2>
        <Progress loading={answer.loading} stop={answer.stop} />
        {answer.failure && <Failed failure={answer.failure} old={data !== undefined} />}
        {!data && answer.loading && <Skeleton rows={6} />}
        {data && <Partial answer={data} />}
        {data && <Cause answer={data} />}
      </section>
      {data && data.badCount > 0 && <Offenders answer={data} />}
    </>
  )
}

function Cause({ answer }: { answer: BadEventsAnswer }) {
  const { badCount, signal, query, traces, compared } = answer
  if (badCount === 0) return <p class="muted">No event was bad in this range.</p>
  if (signal === 'metrics' || query === null || compared === null)
    return (
      <p class="muted">
        It counts a metric, which knows no single events
        {traces.length > 0 ? ': the traces below are those of its exemplars.' : ' and has no exemplars here.'}
      </p>
    )
  return (
    <Differences
      {...{ answer, compared, signal, query }}
      all={param('differences') === 'all'}
      onAll={() => setParams({ differences: 'all' }, { replace: true })}
    />
  )
}

function Offenders({ answer: { signal, query, badCount, traces, traceIds } }: { answer: BadEventsAnswer }) {
  if (query === null && traces.length === 0) return null
  return (
    <section class="offenders" aria-labelledby="offenders-title">
      <h2 id="offenders-title">
        {query === null ? 'Exemplars of bad events' : 'Bad events'}{' '}
        {query !== null && (
          <a class="link" href={link(`/${signal}`, { q: query })}>
            all {formatInteger(badCount)}
          </a>
        )}
      </h2>
      {traces.length > 0 && (
        // The rows are those of a search for traces; the description of this answer says so too.
        <TraceTable traces={traces as unknown as readonly TraceRow[]} chosen={-1} />
      )}
      {traceIds.map(id => (
        <p key={id}>
          <a class="link mono" href={link(tracePath(id))}>
            {id}
          </a>
        </p>
      ))}
    </section>
  )
}
