/** As what one is signed in, and the way out; nothing where nobody is asked. */
import type { SessionAnswer } from '../../../collector/src/serve/api-types.ts'
import { locked, send } from '../state/api.ts'
import { useLoad } from '../state/load.ts'

export function SessionLine() {
  const { data } = useLoad<SessionAnswer>('/api/session')
  if (data === undefined || !data.asks || data.scope === null) return null
  const signOut = async (): Promise<void> => {
    await send<SessionAnswer>('DELETE', '/api/session')
    locked.value = true
  }
  return (
    <p class="muted session">
      Signed in as {data.scope}.{' '}
      <button type="button" class="link" onClick={() => void signOut()}>
        Sign out
      </button>
    </p>
  )
}
