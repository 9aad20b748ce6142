/** How an objective stands, in one sentence whose parts lead to what they count. */
import { formatDuration, formatInteger } from '../lib/format.ts'
import { link } from '../state/location.ts'
import type { Objective } from '../slo/answers.ts'
import type { Told } from '../slo/indicator.ts'
import {
  formatAchieved,
  formatBudget,
  formatBurn,
  formatTarget,
  presentBurn,
  windowWords,
} from '../slo/words.ts'

export function SloSentence({ objective, told }: { objective: Objective; told: Told | undefined }) {
  const { target, ratio, good, bad, window, budget, exhaustedInMillis, coverage, description } = objective
  const burn = presentBurn(objective)
  return (
    <>
      <p class="sentence" role="status">
        <Aim objective={objective} told={told} />:{' '}
        <b title={`${formatInteger(good)} good, ${formatInteger(bad)} bad`}>
          {formatAchieved(ratio, target)}
        </b>{' '}
        over {windowWords(window)}, budget{' '}
        <b class={(budget.remaining ?? 0) < 0 ? 'bad' : ''}>{formatBudget(budget.remaining)}</b>
        {burn !== null && (
          <>
            , burning{' '}
            <b class={burn > (objective.rows[0]?.factor ?? Infinity) ? 'bad' : ''}>{formatBurn(burn)}</b>
          </>
        )}
        {exhaustedInMillis !== null && exhaustedInMillis > 0 && (
          <>, spent in {formatDuration(exhaustedInMillis * 1e6)}</>
        )}
        .
      </p>
      {description !== '' && <p class="muted">{description}</p>}
      {coverage < 1 && (
        <p class="muted">
          {Math.floor(coverage * 100)}&nbsp;% of the minutes that should have been counted were; the rest is
          unknown.
        </p>
      )}
    </>
  )
}

function Aim({ objective: { target, method }, told }: { objective: Objective; told: Told | undefined }) {
  const unit = method === 'Occurrences' ? '' : 'of the time, '
  if (told === undefined)
    return (
      <>
        {formatTarget(target)} {unit === '' ? 'good' : 'of the time good'}
      </>
    )
  return (
    <>
      {formatTarget(target)} {unit === '' ? 'of' : unit}{' '}
      {told.searchable ? (
        <a class="link" href={link(`/${told.signal}`, { q: told.events })}>
          <code>{told.events}</code>
        </a>
      ) : (
        <code>{told.events}</code>
      )}{' '}
      {told.counted === 'threshold' ? (
        told.condition
      ) : (
        <>
          {told.counted === 'good' ? 'are' : 'are not'} <code>{told.condition}</code>
        </>
      )}
    </>
  )
}
