/** Where the collector asks for a token: it is exchanged for a session, and kept nowhere else. */
import { useSignal } from '@preact/signals'
import type { SessionAnswer } from '../../../collector/src/serve/api-types.ts'
import { sentence } from '../lib/format.ts'
import { Field } from '../parts/field.tsx'
import { ApiError, locked, send, type Failure } from '../state/api.ts'
import { refresh } from '../state/range.ts'
import './sign-in.css'

export function SignIn() {
  const token = useSignal('')
  const failure = useSignal<Failure | undefined>(undefined)
  const busy = useSignal(false)
  const signIn = async (event: Event): Promise<void> => {
    event.preventDefault()
    busy.value = true
    failure.value = undefined
    try {
      await send<SessionAnswer>('POST', '/api/session', { token: token.value.trim() })
      locked.value = false
      refresh()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      failure.value = error.failure
    } finally {
      busy.value = false
    }
  }
  return (
    <div class="page sign-in">
      <h1>Sign in</h1>
      <p class="muted">
        This collector asks for a token. The link that it printed when it started signs in, too.
      </p>
      <form class="form" onSubmit={event => void signIn(event)}>
        <Field
          label="Token"
          value={token.value}
          onInput={value => (token.value = value)}
          fault={failure.value && `${sentence(failure.value.message)} ${failure.value.hint}`}
          mono
          input={{ type: 'password', autocomplete: 'current-password', autofocus: true, required: true }}
        />
        <button type="submit" class="primary" disabled={busy.value || token.value.trim() === ''}>
          Sign in
        </button>
      </form>
      <p class="muted">
        <code>hodoscope token add NAME --scope viewer</code> makes one, where the collector runs.
      </p>
    </div>
  )
}
