/** From burn to cause: what sets the bad events of the range apart, and the events themselves. */
import type { TraceRow } from '../../../collector/src/serve/api-types.ts'
import { formatInteger } from '../lib/format.ts'
import { tracePath, url } from '../lib/routes.ts'
import { Partial, Failed, Progress, Skeleton } from '../parts/states.tsx'
import type { BadEventsAnswer } from '../slo/answers.ts'
import { Differences } from '../slo/differences.tsx'
import type { Told } from '../slo/indicator.ts'
import { useLoad } from '../state/load.ts'
import { link, param, setParams } from '../state/location.ts'
import { range } from '../state/range.ts'
import { TraceTable } from './trace-table.tsx'

const TRACES = 10

export function BadEvents({ name, told }: { name: string; told: Told | undefined }) {
  const { from, to } = range.value
  const overMetrics = told !== undefined && !told.searchable
  const answer = useLoad<BadEventsAnswer>(
    overMetrics ? null : url(`/api/slos/${encodeURIComponent(name)}/bad-events`, { from, to, limit: TRACES }),
    name,
  )
  const { data } = answer
  const signal = told?.signal ?? 'traces'
  return (
    <>
      <section class="cause" aria-labelledby="cause-title">
        <h2 id="cause-title">What sets the bad events apart</h2>
        <Progress loading={answer.loading} stop={answer.stop} />
        {answer.failure && <Failed failure={answer.failure} old={data !== undefined} />}
        {overMetrics && <p class="muted">It counts a metric: no single events are behind it.</p>}
        {!data && answer.loading && <Skeleton rows={6} />}
        {data && <Partial answer={data} />}
        {data?.badCount === 0 && <p class="muted">No event was bad in this range.</p>}
        {data && data.badCount > 0 && (
          <Differences
            answer={data}
            signal={signal}
            all={param('differences') === 'all'}
            onAll={() => setParams({ differences: 'all' }, { replace: true })}
          />
        )}
      </section>
      {data && data.badCount > 0 && (
        <section class="offenders" aria-labelledby="offenders-title">
          <h2 id="offenders-title">
            Bad events{' '}
            <a class="link" href={link(`/${signal}`, { q: data.query })}>
              all {formatInteger(data.badCount)}
            </a>
          </h2>
          {data.traces.length > 0 && (
            // The rows are those of a search for traces; the description of this answer says so too.
            <TraceTable traces={data.traces as unknown as readonly TraceRow[]} chosen={-1} />
          )}
          {data.traceIds.map(id => (
            <p key={id}>
              <a class="link mono" href={link(tracePath(id))}>
                {id}
              </a>
            </p>
          ))}
        </section>
      )}
    </>
  )
}
