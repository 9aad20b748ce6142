/** The collector about itself: what comes in, what it refused and why, lag, disk, how far back, slow queries, senders. */
import type { OverviewAnswer, SendersAnswer, StatusAnswer } from '../../../collector/src/serve/api-types.ts'
import { formatBytes, formatDuration, plural } from '../lib/format.ts'
import { url } from '../lib/routes.ts'
import { Empty, Failed, Skeleton } from '../parts/states.tsx'
import { collectorNow, offline } from '../state/api.ts'
import { useLoad } from '../state/load.ts'
import { status } from '../state/status.ts'
import { Disk } from '../status/disk.tsx'
import { Incoming, Refusals } from '../status/incoming.tsx'
import { Senders } from '../status/senders.tsx'
import { SessionLine } from '../status/session.tsx'
import { SlowQueries } from '../status/slow-queries.tsx'
import { Counted } from './counted.tsx'
import './status.css'

export function StatusPage() {
  const answer = status.value
  return (
    <div class="page status-page">
      <div class="head">
        <h1>Status</h1>
        <p class="facts" role="status">
          {answer && factsOf(answer)}
        </p>
      </div>
      {answer !== undefined && <Told of={answer} />}
      {answer === undefined && offline.value && <Empty title="The collector does not answer" />}
      {answer === undefined && !offline.value && <Skeleton rows={14} />}
    </div>
  )
}

const factsOf = ({ version, startedUnixMillis, dataFolder }: StatusAnswer): string =>
  `hodoscope ${version} · up ${formatDuration(Math.max(0, collectorNow() - startedUnixMillis) * 1e6)} · ${dataFolder}`

function Told({ of: answer }: { of: StatusAnswer }) {
  return (
    <>
      <Troubles of={answer} />
      <SessionLine />
      <section aria-labelledby="incoming">
        <h2 id="incoming">What came in since the start</h2>
        <Incoming ingest={answer.ingest} />
      </section>
      <section aria-labelledby="refused">
        <h2 id="refused">What was refused, and why</h2>
        <Refusals ingest={answer.ingest} />
      </section>
      <section aria-labelledby="stored">
        <h2 id="stored">What is stored</h2>
        <Disk of={answer} />
        <Lag of={answer} />
      </section>
      <section aria-labelledby="slow">
        <h2 id="slow">Slowest queries of the last hour</h2>
        <SlowQueries rows={answer.slowestQueries} />
      </section>
      <section aria-labelledby="senders">
        <h2 id="senders">Who sent spans in the last hour</h2>
        <SendersOfLate />
      </section>
    </>
  )
}

function Troubles({ of: { store, alerts } }: { of: StatusAnswer }) {
  const troubles = [
    store.refusing && `Nothing is taken in at present: ${store.refusing.replaceAll('_', ' ')}.`,
    store.quarantined.length > 0 &&
      `${plural(store.quarantined.length, 'partition')} damaged and set aside: ${store.quarantined.join(', ')}.`,
    alerts.state === 'stalled' && 'Alerts were not evaluated for 30 seconds.',
    alerts.state === 'down' &&
      'Alerts are not evaluated: a defect ended their thread, which is started again.',
  ].filter(trouble => typeof trouble === 'string')
  if (troubles.length === 0) return null
  return (
    <ul class="troubles" role="alert">
      {troubles.map(trouble => (
        <li key={trouble}>{trouble}</li>
      ))}
    </ul>
  )
}

/** What is acknowledged is on disk at once; blocks and counts follow. */
function Lag({ of: { store } }: { of: StatusAnswer }) {
  const { data } = useLoad<OverviewAnswer>(url('/api/overview', { from: 'now-1m', to: 'now' }))
  return (
    <>
      <p class="muted">
        {store.backlogRecords === 0
          ? 'All that came is in blocks.'
          : `${plural(store.backlogRecords, 'request')}, ${formatBytes(store.journalBytes)}, wait in the journal to become blocks; they are found all the same.`}
      </p>
      {data && <Counted of={data} />}
    </>
  )
}

function SendersOfLate() {
  const { data, failure, loading } = useLoad<SendersAnswer>(
    url('/api/senders', { from: 'now-1h', to: 'now' }),
  )
  return (
    <>
      {failure && <Failed failure={failure} old={data !== undefined} />}
      {!data && loading && <Skeleton rows={4} />}
      {data && <Senders rows={data.senders} />}
    </>
  )
}
