/** Receivers: where messages go. Secrets are written and never shown; a test says what came back. */
import { useSignal } from '@preact/signals'
import { plural } from '../lib/format.ts'
import { Empty } from '../parts/states.tsx'
import type { ReceiversAnswer, TestAnswer } from '../slo/answers.ts'
import { useChange } from '../state/change.ts'
import { param, setParams } from '../state/location.ts'
import { ReceiverForm } from './receiver-form.tsx'

export type Receiver = ReceiversAnswer['receivers'][number]

/** The address of the form for a new receiver; no receiver has this name. */
const NEW = '+'

export function Receivers({ answer }: { answer: ReceiversAnswer }) {
  const edited = param('receiver')
  const known = answer.receivers.find(({ name }) => name === edited)
  const close = (): void => setParams({ receiver: '' }, { replace: true })
  return (
    <section class="receivers" aria-labelledby="receivers-title">
      <div class="section-head">
        <h2 id="receivers-title">Receivers</h2>
        <button
          type="button"
          class="outlined"
          onClick={() => setParams({ receiver: NEW }, { replace: true })}
        >
          New receiver
        </button>
      </div>
      {(edited === NEW || known) && <ReceiverForm key={edited} known={known} close={close} />}
      {answer.receivers.length === 0 && edited === '' && (
        <Empty title="Nobody is told">
          A receiver is the address of a webhook: a pager, a chat room, an Alertmanager. Without a route, each
          receiver is told of everything.
        </Empty>
      )}
      {answer.receivers.length > 0 && (
        <table>
          <thead>
            <tr>
              <th class="receiver">Name</th>
              <th class="format">Format</th>
              <th class="url">Address</th>
              <th class="kept">Signing and headers</th>
              <th class="outcome">State</th>
              <th class="acts" aria-label="Actions" />
            </tr>
          </thead>
          <tbody>
            {answer.receivers.map(receiver => (
              <Row key={receiver.name} receiver={receiver} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Row({ receiver }: { receiver: Receiver }) {
  const { name, format, url, secrets, headers, readOnly, disabled, sendResolved } = receiver
  const change = useChange()
  const tested = useSignal<TestAnswer | undefined>(undefined)
  const removing = useSignal(false)
  const path = `/api/receivers/${encodeURIComponent(name)}`
  const kept = [
    secrets === 0 ? 'not signed' : plural(secrets, 'signing secret'),
    ...headers.map(header => `${header} header`),
    ...(sendResolved ? [] : ['no resolved']),
  ].join(', ')
  return (
    <tr>
      <td class="receiver" title={name}>
        {name}
      </td>
      <td class="format">{format}</td>
      <td class="url mono" title={url}>
        {url}
      </td>
      <td class="kept" title={kept}>
        {kept}
      </td>
      <td
        class="outcome"
        role="status"
        title={change.failure?.message ?? disabled ?? tested.value?.error ?? ''}
      >
        {outcomeOf(tested.value, disabled, change.failure?.message)}
      </td>
      <td class="acts">
        <button
          type="button"
          disabled={change.busy}
          onClick={() =>
            void change.run<TestAnswer>('POST', `${path}/test`).then(answer => (tested.value = answer))
          }
        >
          Test
        </button>
        {readOnly ? (
          <span class="muted" title="It stands in the configuration file and is changed there">
            in the file
          </span>
        ) : (
          <>
            <button type="button" onClick={() => setParams({ receiver: name }, { replace: true })}>
              Edit
            </button>
            <button
              type="button"
              class={removing.value ? 'danger' : ''}
              disabled={change.busy}
              onBlur={() => (removing.value = false)}
              onClick={() => (removing.value ? void change.run('DELETE', path) : (removing.value = true))}
            >
              {removing.value ? 'Really remove' : 'Remove'}
            </button>
          </>
        )}
      </td>
    </tr>
  )
}

function outcomeOf(tested: TestAnswer | undefined, disabled: string | null, refused: string | undefined) {
  if (refused !== undefined) return <span class="bad">{refused}</span>
  if (tested !== undefined)
    return tested.error === null ? (
      <span>took the test: {tested.status}</span>
    ) : (
      <span class="bad">{tested.error}</span>
    )
  return disabled === null ? <span class="muted">in use</span> : <span class="bad">disabled: {disabled}</span>
}
