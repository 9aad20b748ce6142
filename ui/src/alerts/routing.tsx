/** Routes: which alerts go to whom, looked at from the top. Edited as a whole, saved as a whole. */
import { useSignal } from '@preact/signals'
import { Check, Field } from '../parts/field.tsx'
import { Icon } from '../parts/icons.tsx'
import { Refused } from '../parts/refused.tsx'
import type { ReceiversAnswer, RoutesAnswer } from '../slo/answers.ts'
import { useChange } from '../state/change.ts'
import { param, setParams } from '../state/location.ts'
import { draftOf, faultsOf, newDraft, routeOf, type RouteDraft } from './route-draft.ts'
import { secondsText } from './matchers.ts'

interface Props {
  answer: RoutesAnswer
  receivers: ReceiversAnswer['receivers']
}

export function Routing({ answer, receivers }: Props) {
  const editing = param('routes') === 'edit' && !answer.readOnly
  return (
    <section class="routes" aria-labelledby="routes-title">
      <div class="section-head">
        <h2 id="routes-title">Routes</h2>
        {answer.readOnly && (
          <span class="muted">They stand in the configuration file and are changed there.</span>
        )}
        {!answer.readOnly && !editing && receivers.length > 0 && (
          <button
            type="button"
            class="outlined"
            onClick={() => setParams({ routes: 'edit' }, { replace: true })}
          >
            Edit routes
          </button>
        )}
      </div>
      {editing ? (
        <Editor answer={answer} receivers={receivers} />
      ) : answer.routes.length === 0 ? (
        <p class="muted">None: there is no receiver to send to.</p>
      ) : (
        <Table routes={answer.routes} />
      )}
    </section>
  )
}

const Table = ({ routes }: { routes: RoutesAnswer['routes'] }) => (
  <table>
    <thead>
      <tr>
        <th class="matchers">Alerts that match</th>
        <th class="receiver">Go to</th>
        <th class="grouped">Grouped by</th>
        <th class="number wait">Wait</th>
        <th class="number wait">Interval</th>
        <th class="number wait">Repeat</th>
        <th class="then">Then</th>
      </tr>
    </thead>
    <tbody>
      {routes.map((route, i) => (
        <tr key={i}>
          <td class="matchers mono" title={route.match.join('\n')}>
            {route.match.length === 0 ? <span class="muted">all</span> : route.match.join('  ')}
          </td>
          <td class="receiver" title={route.receiver}>
            {route.receiver}
          </td>
          <td class="grouped mono" title={route.groupBy.join(', ')}>
            {route.groupBy.join(', ')}
          </td>
          <td
            class="number wait"
            title={route.groupWaitSeconds === null ? 'pages at once, all else after 30 s' : undefined}
          >
            {route.groupWaitSeconds === null ? 'default' : secondsText(route.groupWaitSeconds)}
          </td>
          <td class="number wait">{secondsText(route.groupIntervalSeconds)}</td>
          <td class="number wait">{secondsText(route.repeatIntervalSeconds)}</td>
          <td class="then">{route.continue ? 'go on' : 'stop'}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

function Editor({ answer, receivers }: Props) {
  const drafts = useSignal<readonly RouteDraft[]>(answer.routes.map(draftOf))
  const change = useChange()
  const close = (): void => setParams({ routes: '' }, { replace: true })
  const set = (i: number, draft: RouteDraft): void => {
    drafts.value = drafts.value.map((other, k) => (k === i ? draft : other))
  }
  const move = (i: number, by: number): void => {
    const next = [...drafts.value]
    next.splice(i + by, 0, ...next.splice(i, 1))
    drafts.value = next
  }
  const sound = drafts.value.every(draft => Object.keys(faultsOf(draft)).length === 0)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (sound && (await change.run('PUT', '/api/routes', { routes: drafts.value.map(routeOf) }))) close()
  }
  const names = receivers.map(({ name }) => [name, name] as const)
  return (
    <form aria-label="Routes" onSubmit={event => void submit(event)}>
      <ol>
        {drafts.value.map((draft, i) => (
          <li class="sheet form route-form" key={draft.id}>
            <RouteFields draft={draft} names={names} set={changed => set(i, changed)} />
            <div class="buttons">
              <Check
                label="look at later routes too"
                checked={draft.continue}
                onChange={checked => set(i, { ...draft, continue: checked })}
              />
              <button type="button" disabled={i === 0} onClick={() => move(i, -1)}>
                Up
              </button>
              <button type="button" disabled={i === drafts.value.length - 1} onClick={() => move(i, 1)}>
                Down
              </button>
              <button
                type="button"
                onClick={() => (drafts.value = drafts.value.filter((_, k) => k !== i))}
                aria-label={`Remove route ${i + 1}`}
              >
                Remove
              </button>
            </div>
          </li>
        ))}
      </ol>
      <div class="buttons">
        <button
          type="button"
          class="outlined"
          onClick={() => (drafts.value = [...drafts.value, newDraft(receivers[0]!.name)])}
        >
          <Icon name="plus" />
          Route
        </button>
        <button type="submit" class="primary" disabled={change.busy || !sound}>
          Save routes
        </button>
        <button type="button" onClick={close}>
          Cancel
        </button>
        {drafts.value.length === 0 && (
          <span class="muted">Without a route, each receiver is told of everything.</span>
        )}
        <Refused failure={change.failure} />
      </div>
    </form>
  )
}

interface FieldsProps {
  draft: RouteDraft
  names: readonly (readonly [string, string])[]
  set: (draft: RouteDraft) => void
}

function RouteFields({ draft, names, set }: FieldsProps) {
  const faults = faultsOf(draft)
  return (
    <>
      <Field
        label="Alerts that match all of these, one a line"
        value={draft.match}
        onInput={match => set({ ...draft, match })}
        rows={2}
        mono
        wide="half"
        fault={faults.match}
        hint="Empty: all alerts."
      />
      <div class="field half form nested">
        <Field
          label="Go to"
          value={draft.receiver}
          onInput={receiver => set({ ...draft, receiver })}
          choices={names}
          wide="half"
        />
        <Field
          label="Grouped by"
          value={draft.groupBy}
          onInput={groupBy => set({ ...draft, groupBy })}
          mono
          wide="half"
        />
        <Field
          label="Wait"
          value={draft.groupWait}
          onInput={groupWait => set({ ...draft, groupWait })}
          fault={faults.groupWait}
          input={{ placeholder: 'pages 0s, else 30s' }}
          wide="third"
        />
        <Field
          label="Between messages"
          value={draft.groupInterval}
          onInput={groupInterval => set({ ...draft, groupInterval })}
          fault={faults.groupInterval}
          wide="third"
        />
        <Field
          label="Repeat"
          value={draft.repeatInterval}
          onInput={repeatInterval => set({ ...draft, repeatInterval })}
          fault={faults.repeatInterval}
          wide="third"
        />
      </div>
    </>
  )
}
