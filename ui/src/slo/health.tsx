/** How an objective stands: a dot and a word, and a bar of what is left of its budget. */
import type { Objective } from './answers.ts'
import { formatBudget, HEALTH_WORDS, type Health as HealthName } from './words.ts'
import './health.css'

export const Health = ({ health }: { health: HealthName }) => (
  <span class={`health ${health}`}>
    <i aria-hidden="true" />
    {HEALTH_WORDS[health]}
  </span>
)

/** To the right what is left, to the left what is overdrawn, on a scale of one whole budget each way. */
export function BudgetBar({ objective: { budget } }: { objective: Objective }) {
  const remaining = budget.remaining
  const share = remaining === null ? 0 : Math.max(-1, Math.min(1, remaining))
  return (
    <span class="budget" title={`${formatBudget(remaining)} of the budget is left`}>
      <span class={share < 0 ? 'bad' : ''}>{formatBudget(remaining)}</span>
      <span class="budget-bar" aria-hidden="true">
        {remaining !== null && (
          <i
            class={share < 0 ? 'overdrawn' : ''}
            style={
              share < 0
                ? { right: '50%', width: `${-share * 50}%` }
                : { left: '50%', width: `${share * 50}%` }
            }
          />
        )}
      </span>
    </span>
  )
}
