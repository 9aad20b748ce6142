/** Alerts: what fires now and what did, what is silenced, what was sent to whom, and who is told. */
import type { ComponentChildren } from 'preact'
import { Active, History } from '../alerts/active.tsx'
import { Deliveries, PAGE } from '../alerts/deliveries.tsx'
import { Receivers } from '../alerts/receivers.tsx'
import { Routing } from '../alerts/routing.tsx'
import { NewSilence, Silences } from '../alerts/silences.tsx'
import { url } from '../lib/routes.ts'
import { Failed, Progress, Skeleton, Stopped } from '../parts/states.tsx'
import type {
  AlertsAnswer,
  DeliveriesAnswer,
  ReceiversAnswer,
  RoutesAnswer,
  SilencesAnswer,
} from '../slo/answers.ts'
import { useLoad, type Loaded } from '../state/load.ts'
import { link, param } from '../state/location.ts'
import { range } from '../state/range.ts'
import './alerts.css'

const TABS = [
  ['', 'Firing'],
  ['history', 'History'],
  ['silences', 'Silences'],
  ['deliveries', 'Deliveries'],
  ['receivers', 'Receivers'],
] as const

export function AlertsPage() {
  const tab = TABS.find(([name]) => name === param('tab'))?.[0] ?? ''
  const alerts = useLoad<AlertsAnswer>('/api/alerts')
  const firing = alerts.data?.active.filter(({ state }) => state === 'firing').length
  const silence = param('silence')
  return (
    <div class="page alerts">
      <div class="head">
        <h1>Alerts</h1>
        <p class="facts" role="status">
          {firing !== undefined && (firing === 0 ? 'none fires' : <b class="bad">{firing} firing</b>)}
        </p>
        <nav class="segments actions" aria-label="Alerts">
          {TABS.map(([name, label]) => (
            <a
              class="button"
              key={name}
              href={link('/alerts', { tab: name })}
              aria-current={name === tab ? 'page' : undefined}
            >
              {label}
            </a>
          ))}
        </nav>
      </div>
      {silence !== '' && <NewSilence key={silence} matchers={silence} />}
      {tab === '' && <Asked of={alerts}>{data => <Active answer={data} />}</Asked>}
      {tab === 'history' && (
        <Asked of={alerts}>{data => <History answer={data} range={range.value} />}</Asked>
      )}
      {tab === 'silences' && <SilencesTab />}
      {tab === 'deliveries' && <DeliveriesTab />}
      {tab === 'receivers' && <ReceiversTab />}
    </div>
  )
}

function SilencesTab() {
  const answer = useLoad<SilencesAnswer>('/api/silences')
  return <Asked of={answer}>{data => <Silences answer={data} />}</Asked>
}

function DeliveriesTab() {
  const answer = useLoad<DeliveriesAnswer>(url('/api/deliveries', { limit: PAGE, before: param('before') }))
  return <Asked of={answer}>{data => <Deliveries answer={data} />}</Asked>
}

function ReceiversTab() {
  const receivers = useLoad<ReceiversAnswer>('/api/receivers')
  const routes = useLoad<RoutesAnswer>('/api/routes')
  return (
    <Asked of={receivers}>
      {data => (
        <>
          <Receivers answer={data} />
          {routes.failure && <Failed failure={routes.failure} old={routes.data !== undefined} />}
          {routes.data && <Routing answer={routes.data} receivers={data.receivers} />}
        </>
      )}
    </Asked>
  )
}

interface AskedProps<T> {
  of: Loaded<T>
  children: (data: T) => ComponentChildren
}

/** What was asked for, in each of its states. */
function Asked<T>({ of: answer, children }: AskedProps<T>) {
  return (
    <>
      <Progress loading={answer.loading} stop={answer.stop} />
      {answer.failure && <Failed failure={answer.failure} old={answer.data !== undefined} />}
      {answer.stopped && <Stopped />}
      {answer.data === undefined && answer.loading && <Skeleton rows={8} />}
      {answer.data !== undefined && children(answer.data)}
    </>
  )
}
