/** Silences: made in two clicks from an alert, with an end chosen by default; ended with one. */
import { useSignal } from '@preact/signals'
import { formatInstant } from '../lib/clock.ts'
import { Field } from '../parts/field.tsx'
import { Refused } from '../parts/refused.tsx'
import { SheetForm } from '../parts/sheet-form.tsx'
import { Empty } from '../parts/states.tsx'
import type { SilencesAnswer } from '../slo/answers.ts'
import { collectorNow } from '../state/api.ts'
import { useChange } from '../state/change.ts'
import { setParams } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'
import { linesOf } from './matchers.ts'

const HOUR = 3_600_000
const LENGTHS = [
  ['1', '1 hour'],
  ['2', '2 hours'],
  ['8', '8 hours'],
  ['24', '1 day'],
  ['168', '7 days'],
] as const

export function NewSilence({ matchers }: { matchers: string }) {
  const text = useSignal(matchers)
  const hours = useSignal('2')
  const comment = useSignal('')
  const change = useChange()
  const close = (): void => setParams({ silence: '' })
  const length = LENGTHS.find(([value]) => value === hours.value)![1]
  const submit = async (): Promise<void> => {
    const begin = collectorNow()
    const made = await change.run<{ id: string }>('POST', '/api/silences', {
      matchers: linesOf(text.value),
      startsAt: new Date(begin).toISOString(),
      endsAt: new Date(begin + Number(hours.value) * HOUR).toISOString(),
      comment: comment.value,
    })
    if (made) setParams({ silence: '', tab: 'silences' })
  }
  return (
    <SheetForm label="New silence" does={`Silence for ${length}`} {...{ change, submit, close }}>
      <Field
        label="Alerts that match all of these, one a line"
        value={text.value}
        onInput={value => (text.value = value)}
        rows={Math.max(2, Math.min(8, linesOf(text.value).length))}
        mono
        wide="half"
        hint={
          <>
            <code>name="value"</code>, also <code>!=</code>, <code>=~</code>, <code>!~</code>
          </>
        }
      />
      <div class="field half form nested">
        <Field
          label="For"
          value={hours.value}
          onInput={value => (hours.value = value)}
          choices={LENGTHS}
          wide="third"
        />
        <Field
          label="Why"
          value={comment.value}
          onInput={value => (comment.value = value)}
          input={{ maxLength: 4096 }}
        />
      </div>
    </SheetForm>
  )
}

export function Silences({ answer }: { answer: SilencesAnswer }) {
  const order = ['active', 'pending', 'expired']
  const rows = answer.silences.toSorted(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.endsAt.localeCompare(a.endsAt),
  )
  return (
    <>
      <p class="tab-actions">
        <button type="button" class="outlined" onClick={() => setParams({ silence: 'severity="ticket"' })}>
          New silence
        </button>
      </p>
      {rows.length === 0 ? <Empty title="No alert is silenced" /> : <Table rows={rows} />}
    </>
  )
}

function Table({ rows }: { rows: SilencesAnswer['silences'] }) {
  const change = useChange()
  const instant = (text: string): string =>
    formatInstant(Date.parse(text), { utc: utc.value }, now.value, 'minute')
  return (
    <>
      <Refused failure={change.failure} />
      <table class="silences">
        <thead>
          <tr>
            <th class="state">State</th>
            <th class="matchers">Alerts that match</th>
            <th class="began">From</th>
            <th class="began">To</th>
            <th class="why">Why</th>
            <th class="act" aria-label="Actions" />
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, state, matchers, startsAt, endsAt, comment, createdBy }) => (
            <tr key={id}>
              <td class="state">
                <span class={state === 'active' ? '' : 'muted'}>{state}</span>
              </td>
              <td class="matchers mono" title={matchers.join('\n')}>
                {matchers.join('  ')}
              </td>
              <td class="began mono" title={startsAt}>
                {instant(startsAt)}
              </td>
              <td class="began mono" title={endsAt}>
                {instant(endsAt)}
              </td>
              <td class="why" title={comment}>
                {comment} {createdBy !== '' && <span class="muted">{createdBy}</span>}
              </td>
              <td class="act">
                {state !== 'expired' && (
                  <button
                    type="button"
                    disabled={change.busy}
                    onClick={() => void change.run('DELETE', `/api/silences/${encodeURIComponent(id)}`)}
                  >
                    End now
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
