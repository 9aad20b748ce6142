/** An empty result: what was searched, and the nearest thing that exists. */
import { millisOfNano } from '../lib/nano.ts'
import { describeRange, isLive } from '../lib/time-range.ts'
import { Empty } from '../parts/states.tsx'
import { link, path, setParams } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { now, range, rangeText, setRange } from '../state/range.ts'
import { status } from '../state/status.ts'
import { useNearest, type Near } from './nearest.ts'

const HOUR = 3_600_000

export function NothingFound({ signal, q }: { signal: 'traces' | 'logs'; q: string }) {
  const stored = status.value?.signals[signal]
  const last = stored?.toUnixNano ? millisOfNano(stored.toUnixNano) : undefined
  const nearest = useNearest(signal, q)
  const ended = !isLive(rangeText.value) && last !== undefined && last >= range.value.to
  const outside = last !== undefined && (last < range.value.from || ended)
  return (
    <Empty title={q === '' ? `No ${signal} in this range` : `No ${signal} match`}>
      {q !== '' && (
        <p>
          Searched for <code>{q}</code>, {describeRange(rangeText.value, { utc: utc.value }, now.value)}.
        </p>
      )}
      {q === '' && outside && <p>The newest of what is stored lies outside of it.</p>}
      {nearest.value.length > 0 && <Nearest nearest={nearest.value} />}
      <p class="offers">
        {q !== '' && (
          <button type="button" class="outlined" onClick={() => setParams({ q: '' })}>
            Show all {signal}
          </button>
        )}
        <button type="button" class="outlined" onClick={() => setRange({ from: 'now-24h', to: 'now' })}>
          Look at the last 24 hours
        </button>
        {outside && (
          <button
            type="button"
            class="outlined"
            onClick={() =>
              setRange({ from: new Date(last - HOUR).toISOString(), to: new Date(last + 1000).toISOString() })
            }
          >
            Go to the newest
          </button>
        )}
      </p>
    </Empty>
  )
}

/** What exists and is written much like what was searched. */
const Nearest = ({ nearest }: { nearest: readonly Near[] }) => (
  <ul class="nearest">
    {nearest.map(({ missing, found, q }) => (
      <li key={q}>
        Nothing has <code>{missing}</code>; there is{' '}
        <a class="link mono" href={link(path.value, { q })}>
          {found}
        </a>
      </li>
    ))}
  </ul>
)
