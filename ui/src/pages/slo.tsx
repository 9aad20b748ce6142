/**
 * An objective: how it stands in one sentence, how fast its budget burns against the thresholds, what
 * sets the bad events apart; under it the budget, the events themselves and the alerts fired.
 */
import type { Shade } from '../chart/axes.tsx'
import { useDeployMarks } from '../chart/deploy-marks.ts'
import type { Mark } from '../chart/marks.ts'
import { servicePath, sloEditorPath, url } from '../lib/routes.ts'
import type { Range } from '../lib/time-range.ts'
import { Service } from '../parts/service.tsx'
import { Empty, Failed, Progress, Skeleton, Stopped } from '../parts/states.tsx'
import type { AlertsAnswer, BurnAnswer, Episode, Objective, SloAnswer, SlosAnswer } from '../slo/answers.ts'
import { gridOf } from '../slo/at.ts'
import { Backfill, useBackfill } from '../slo/backfill.tsx'
import { BudgetPlot, CountsPlot } from '../slo/budget-plots.tsx'
import { BurnPanel } from '../slo/burn-panel.tsx'
import { Episodes } from '../slo/episodes.tsx'
import { Health } from '../slo/health.tsx'
import { toldOf } from '../slo/indicator.ts'
import { minutesText, windowRange } from '../slo/words.ts'
import { useLoad } from '../state/load.ts'
import { link } from '../state/location.ts'
import { range, rangeText, setRange } from '../state/range.ts'
import { BadEvents } from './bad-events.tsx'
import { SloSentence } from './slo-sentence.tsx'
import './slo.css'

const POINTS = 360

export function SloPage({ name }: { name: string }) {
  const list = useLoad<SlosAnswer>('/api/slos')
  const objective = list.data?.objectives.find(candidate => candidate.name === name)
  useBackfill(objective ? [objective.backfilled] : [], list.loading)
  return (
    <div class="page slo">
      <Progress loading={list.loading} stop={list.stop} />
      {list.failure && <Failed failure={list.failure} old={list.data !== undefined} />}
      {list.stopped && <Stopped />}
      {!list.data && list.loading && <Skeleton rows={12} />}
      {list.data && !objective && <NoSuchObjective name={name} answer={list.data} />}
      {objective && <Fault objective={objective} answer={list.data!} />}
      {objective && <Standing objective={objective} all={list.data!.objectives} />}
    </div>
  )
}

function NoSuchObjective({ name, answer }: { name: string; answer: SlosAnswer }) {
  const faulty = answer.faulty.find(slo => slo.name === name)
  return (
    <Empty title={faulty ? 'This objective has faults and is not evaluated' : 'There is no such objective'}>
      {faulty?.problems.map(({ field, message }) => (
        <p key={`${field} ${message}`}>
          <code>{field}</code> {message}
        </p>
      ))}
      {!faulty && <code>{name}</code>}
      <p class="offers">
        {faulty && faulty.file === null && (
          <a class="button outlined" href={link(sloEditorPath(name))}>
            Mend it
          </a>
        )}
        <a class="button outlined" href={link('/slos')}>
          All objectives
        </a>
      </p>
    </Empty>
  )
}

/** A file that was edited badly keeps what it said before. */
function Fault({ objective, answer }: { objective: Objective; answer: SlosAnswer }) {
  const faulty = answer.faulty.find(({ name }) => name === objective.slo)
  if (faulty === undefined) return null
  return (
    <p class="partial">
      {faulty.file ?? 'Its document'} has a fault, and is evaluated as it was before:{' '}
      {faulty.problems.map(({ field, message }) => `${field} ${message}`).join('; ')}.
    </p>
  )
}

function Standing({ objective, all }: { objective: Objective; all: readonly Objective[] }) {
  const { name, slo, service } = objective
  const { from, to } = range.value
  const burn = useLoad<BurnAnswer>(
    url(`/api/slos/${encodeURIComponent(name)}/burn`, { from, to, points: POINTS }),
    name,
  )
  const document = useLoad<SloAnswer>(`/api/slos/${encodeURIComponent(slo)}`, slo)
  const alerts = useLoad<AlertsAnswer>('/api/alerts')
  const marks = useDeployMarks(service === '' ? [] : [service])
  const place = all.filter(other => other.slo === slo).findIndex(other => other.name === name)
  const told = document.data && toldOf(document.data.yaml, place)
  const episodes = alerts.data?.history.filter(({ labels }) => labels['slo'] === name) ?? []
  return (
    <>
      <Head objective={objective} editable={document.data?.file === null} />
      <SloSentence objective={objective} told={told} />
      <div class="top">
        <section class="burns" aria-label="Burn rates and budget">
          {burn.failure && <Failed failure={burn.failure} old={burn.data !== undefined} />}
          {!burn.data && burn.loading && <Skeleton rows={8} />}
          {burn.data && (
            <Panels burn={burn.data} episodes={episodes} marks={marks} window={objective.window} />
          )}
          {objective.rows.length === 0 && <p class="muted">No pair of windows can alert on this target.</p>}
          {objective.omittedRows.map(row => (
            <p class="omitted muted" key={row.name}>
              {row.name} is left out: {row.reason}.
            </p>
          ))}
        </section>
        <BadEvents name={name} />
      </div>
      <section class="fired" aria-labelledby="fired-title">
        <h2 id="fired-title">Alerts</h2>
        {alerts.failure && <Failed failure={alerts.failure} old={alerts.data !== undefined} />}
        {alerts.data && episodes.length === 0 && <p class="muted">None has fired.</p>}
        {episodes.length > 0 && <Episodes episodes={episodes} range={range.value} named={false} />}
      </section>
    </>
  )
}

function Head({ objective, editable }: { objective: Objective; editable: boolean }) {
  const { displayName, service, health, slo, backfilled, window } = objective
  const whole = windowRange(window)
  return (
    <div class="head">
      <h1
        class="clip"
        title={displayName === objective.name ? displayName : `${displayName} (${objective.name})`}
      >
        {displayName}
      </h1>
      <p class="facts">
        <Health health={health} />
        {service !== '' && (
          <a href={link(servicePath(service))}>
            <Service name={service} />
          </a>
        )}
        <Backfill share={backfilled} />
      </p>
      <div class="actions">
        {whole !== undefined && rangeText.value.from !== whole && (
          <button type="button" onClick={() => setRange({ from: whole, to: 'now' })}>
            Show the whole window
          </button>
        )}
        <a class="button" href={link('/alerts', { silence: `slo="${objective.name}"` })}>
          Silence
        </a>
        <a class="button" href={link(sloEditorPath(slo))}>
          {editable ? 'Edit' : 'YAML'}
        </a>
      </div>
    </div>
  )
}

interface PanelsProps {
  burn: BurnAnswer
  window: string
  episodes: readonly Episode[]
  marks: readonly Mark[]
}

/** Under each other, so that an instant stands at one place in all of them. */
const Panels = ({ burn, episodes, marks, window }: PanelsProps) => (
  <div class="panels">
    {burn.rows.map(row => (
      <BurnPanel
        key={`${row.longMinutes} ${row.shortMinutes} ${row.factor}`}
        row={row}
        times={burn.times}
        grid={gridOf(burn)}
        range={range.value}
        fired={firedIn(episodes, row, range.value)}
        deploys={marks}
      />
    ))}
    <BudgetPlot burn={burn} range={range.value} deploys={marks} window={window} />
    <CountsPlot burn={burn} range={range.value} deploys={marks} />
  </div>
)

/** Alerts carry the names of their windows as a label. */
function firedIn(
  episodes: readonly Episode[],
  row: BurnAnswer['rows'][number],
  shown: Range,
): Pick<Shade, 'from' | 'to'>[] {
  const name = `${minutesText(row.longMinutes)}/${minutesText(row.shortMinutes)}`
  return episodes
    .filter(({ labels }) => labels['window'] === name)
    .map(({ startsAt, endsAt }) => ({
      from: Date.parse(startsAt),
      to: endsAt === null ? shown.to : Date.parse(endsAt),
    }))
    .filter(({ from, to }) => to >= shown.from && from <= shown.to)
}
