/**
 * What a page shows instead of data, or beside it: a skeleton on the first load, an empty result, a
 * failure, a partial answer. Sizes are reserved, so nothing jumps when data comes.
 */
import type { ComponentChildren } from 'preact'
import type { Answered } from '../../../collector/src/serve/api-types.ts'
import { plural, sentence } from '../lib/format.ts'
import type { Failure } from '../state/api.ts'
import { refresh } from '../state/range.ts'
import './states.css'

export function Skeleton({ rows }: { rows: number }) {
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, i) => (
        <div key={i}>
          <i />
          <i style={{ width: `${24 + ((i * 37) % 40)}%` }} />
        </div>
      ))}
    </div>
  )
}

/** A person stopped the loading. */
export const Stopped = () => <p class="muted">Stopped before the answer came. Refresh to ask again.</p>

export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <h2>{title}</h2>
    <div class="muted">{children}</div>
  </div>
)

interface FailedProps {
  failure: Failure
  /** There is data on the page from before. */
  old: boolean
  /** Asks again; without it, the whole page does. */
  retry?: () => void
}

/** What failed, what still holds, what to do. */
export function Failed({ failure, old, retry = refresh }: FailedProps) {
  return (
    <div class={old ? 'failure slim' : 'failure'} role="alert">
      <div>
        <strong>{sentence(failure.message)}</strong>
        <span class="muted">
          {' '}
          {failure.hint}
          {old ? ' What you see is the last answer.' : ''}
        </span>
        {failure.code !== 'offline' && <code>{failure.code}</code>}
      </div>
      <button type="button" class="outlined" onClick={retry}>
        Try again
      </button>
    </div>
  )
}

/** A quiet line where an answer is not whole. */
export function Partial({ answer }: { answer: Answered | undefined }) {
  if (!answer || answer.partial.length === 0) return null
  const first = answer.partial[0]!
  return (
    <details class="partial">
      <summary>
        Not everything was read: {first.what}, {first.reason}
        {answer.partial.length > 1 ? `, and ${plural(answer.partial.length - 1, 'more')}` : ''}
      </summary>
      <ul>
        {answer.partial.map((part, i) => (
          <li key={i}>
            <code>{part.what}</code> {part.reason}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** A thin line at the top of what is loading, with a way to stop what takes long. */
export function Progress({ loading, stop }: { loading: boolean; stop: () => void }) {
  return (
    <div class={loading ? 'progress busy' : 'progress'}>
      {loading && (
        <button type="button" onClick={stop}>
          Stop
        </button>
      )}
    </div>
  )
}
