/** Objectives: how each stands, the one in most trouble first. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { formatDuration, formatInteger, plural } from '../lib/format.ts'
import { sloEditorPath, sloPath } from '../lib/routes.ts'
import { Service } from '../parts/service.tsx'
import { Empty, Failed, Progress, Skeleton, Stopped } from '../parts/states.tsx'
import type { Objective, Problem, SlosAnswer } from '../slo/answers.ts'
import { Backfill, isCounting, useBackfill } from '../slo/backfill.tsx'
import { BudgetBar, Health } from '../slo/health.tsx'
import {
  byUrgency,
  formatAchieved,
  formatBurn,
  formatTarget,
  HEALTH_WORDS,
  HEALTHS,
  presentBurn,
  windowWords,
} from '../slo/words.ts'
import { useLoad } from '../state/load.ts'
import { link, navigate, param, setParams } from '../state/location.ts'
import { useRowKeys } from './row-keys.ts'
import './slos.css'

export function SlosPage() {
  const answer = useLoad<SlosAnswer>('/api/slos')
  const all = (answer.data?.objectives ?? []).toSorted(byUrgency)
  const health = HEALTHS.find(name => name === param('health'))
  const shown = health === undefined ? all : all.filter(objective => objective.health === health)
  useBackfill(
    all.map(({ backfilled }) => backfilled),
    answer.loading,
  )
  return (
    <div class="page">
      <div class="head">
        <h1>Objectives</h1>
        <p class="facts" role="status">
          {all.length > 0 && formatInteger(all.length)}
        </p>
        <div class="actions">
          <a class="button outlined" href={link(sloEditorPath(undefined))}>
            New objective
          </a>
        </div>
      </div>
      {all.length > 0 && <HealthFilter all={all} chosen={health} />}
      <Progress loading={answer.loading} stop={answer.stop} />
      {answer.failure && <Failed failure={answer.failure} old={answer.data !== undefined} />}
      {answer.stopped && <Stopped />}
      {!answer.data && answer.loading && <Skeleton rows={8} />}
      {answer.data && <Faulty answer={answer.data} />}
      {answer.data && all.length === 0 && answer.data.faulty.length === 0 && <NoObjectives />}
      {answer.data && all.length > 0 && shown.length === 0 && (
        <Empty title={`No objective is ${HEALTH_WORDS[health!]}`} />
      )}
      {shown.length > 0 && <Table objectives={shown} />}
    </div>
  )
}

const NoObjectives = () => (
  <Empty title="No objective is set">
    An objective says how many of an operation's requests must be good, and pages somebody when too many are
    not.
    <p class="offers">
      <a class="button outlined" href={link('/services')}>
        Choose an operation
      </a>
      <a class="button outlined" href={link(sloEditorPath(undefined))}>
        Write one
      </a>
    </p>
  </Empty>
)

function HealthFilter({ all, chosen }: { all: readonly Objective[]; chosen: string | undefined }) {
  const counts = Map.groupBy(all, ({ health }) => health)
  return (
    <div class="health-filter" role="group" aria-label="Health">
      {HEALTHS.filter(health => counts.has(health)).map(health => (
        <button
          type="button"
          key={health}
          aria-pressed={health === chosen}
          onClick={() => setParams({ health: health === chosen ? '' : health }, { replace: true })}
        >
          <Health health={health} /> {counts.get(health)!.length}
        </button>
      ))}
    </div>
  )
}

/** What is wrong in documents and files, by field. */
function Faulty({ answer: { faulty, problems } }: { answer: SlosAnswer }) {
  if (faulty.length === 0 && problems.length === 0) return null
  const groups = [...Map.groupBy(problems, ({ file }) => file ?? 'documents')]
  return (
    <details class="partial" open>
      <summary>{plural(faulty.length + groups.length, 'document')} with faults</summary>
      <ul>
        {faulty.map(({ name, file, problems: own, inForce }) => (
          <li key={name}>
            {file === null ? (
              <a class="link" href={link(sloEditorPath(name))}>
                {name}
              </a>
            ) : (
              <>
                <b>{name}</b> in {file}
              </>
            )}
            <p>{inForce ? 'Evaluated as it was before.' : 'Not evaluated.'}</p>
            <Problems problems={own} />
          </li>
        ))}
        {groups.map(([file, own]) => (
          <li key={file}>
            <b>{file}</b>
            <Problems problems={own} />
          </li>
        ))}
      </ul>
    </details>
  )
}

const Problems = ({ problems }: { problems: readonly Problem[] }) =>
  problems.map(({ object, field, message }) => (
    <p key={`${object} ${field} ${message}`}>
      <code>{field === '' ? object : field}</code> {message}
    </p>
  ))

function Table({ objectives }: { objectives: readonly Objective[] }) {
  const box = useRef<HTMLTableElement>(null)
  const chosen = useSignal(-1)
  useRowKeys(chosen, objectives.length, box, row => navigate(link(sloPath(objectives[row]!.name))))
  return (
    <table class="slos" ref={box}>
      <thead>
        <tr>
          <th class="name">Objective</th>
          <th class="service-column">Service</th>
          <th class="health-column">Health</th>
          <th class="number target">Target</th>
          <th class="number reached">Reached</th>
          <th class="window">Over</th>
          <th class="left">Budget left</th>
          <th class="number burning" title="Burn rate over the long window of the fastest pair">
            Burn
          </th>
          <th class="number ends">Spent in</th>
        </tr>
      </thead>
      <tbody>
        {objectives.map((objective, i) => (
          <Row key={objective.name} objective={objective} chosen={i === chosen.value} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ objective, chosen }: { objective: Objective; chosen: boolean }) {
  const { name, displayName, service, health, target, ratio, window, exhaustedInMillis, backfilled } =
    objective
  const burn = presentBurn(objective)
  return (
    <tr data-row aria-selected={chosen}>
      <td class="name" title={displayName === name ? name : `${displayName} (${name})`}>
        <a href={link(sloPath(name))}>{displayName}</a>
      </td>
      <td class="service-column">{service !== '' && <Service name={service} />}</td>
      <td class="health-column">
        {isCounting(backfilled) ? <Backfill share={backfilled} brief /> : <Health health={health} />}
      </td>
      <td class="number target">{formatTarget(target)}</td>
      <td class="number reached">{formatAchieved(ratio, target)}</td>
      <td class="window" title={windowWords(window)}>
        {windowWords(window)}
      </td>
      <td class="left">
        <BudgetBar objective={objective} />
      </td>
      <td class="number burning">
        <span class={(burn ?? 0) > (objective.rows[0]?.factor ?? Infinity) ? 'bad' : ''}>
          {formatBurn(burn)}
        </span>
      </td>
      <td class="number ends">{exhaustedInMillis === null ? '' : ends(exhaustedInMillis)}</td>
    </tr>
  )
}

const ends = (millis: number): string => (millis === 0 ? 'spent' : formatDuration(millis * 1e6))
