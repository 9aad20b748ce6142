/** What a draft would have told of in the last week of what is stored. */
import { useSignal } from '@preact/signals'
import { formatInstant } from '../lib/clock.ts'
import { formatDuration, plural } from '../lib/format.ts'
import { Refused } from '../parts/refused.tsx'
import { ApiError, send, type Failure } from '../state/api.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'
import type { BacktestAnswer } from './answers.ts'

const SHOWN = 20

export function Backtest({ yaml, sound }: { yaml: string; sound: boolean }) {
  const busy = useSignal(false)
  const told = useSignal<{ readonly yaml: string; readonly answer: BacktestAnswer } | undefined>(undefined)
  const failure = useSignal<Failure | undefined>(undefined)
  const run = async (): Promise<void> => {
    busy.value = true
    failure.value = undefined
    try {
      told.value = { yaml, answer: await send<BacktestAnswer>('POST', '/api/slos/backtest', { slo: yaml }) }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      failure.value = error.failure
    } finally {
      busy.value = false
    }
  }
  return (
    <section class="backtest" aria-label="Back-test">
      <button type="button" class="outlined" disabled={busy.value || !sound} onClick={() => void run()}>
        {busy.value ? 'Reading what is stored' : 'Back-test on the last 7 days'}
      </button>
      <Refused failure={failure.value} />
      {told.value && (
        <div class={told.value.yaml === yaml ? '' : 'stale'} role="status">
          <p>
            It would have <b>{times('paged', told.value.answer.page)}</b>, and{' '}
            {times('opened a ticket', told.value.answer.ticket)}.
          </p>
          <ul>
            {told.value.answer.pages.slice(0, SHOWN).map(page => (
              <li key={`${page.objective} ${page.severity} ${page.start}`}>
                <span class="mono">
                  {formatInstant(Date.parse(page.start), { utc: utc.value }, now.value, 'minute')}
                </span>{' '}
                {page.severity}, {page.rows.join(', ')}
                {page.end === null
                  ? ', fires on'
                  : `, ${formatDuration((Date.parse(page.end) - Date.parse(page.start)) * 1e6)}`}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}

/** `paged twice, for 11 m`. */
function times(verb: string, { count, minutes }: BacktestAnswer['page']): string {
  if (count === 0) return `never ${verb}`
  const often = count === 1 ? 'once' : count === 2 ? 'twice' : plural(count, 'time')
  return `${verb} ${often}, for ${formatDuration(minutes * 60e9)}`
}
