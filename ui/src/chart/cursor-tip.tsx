/** What stands at the step under the cursor: the largest values first, as many as are read at a glance. */
import { formatInstant } from '../lib/clock.ts'
import { formatInteger } from '../lib/format.ts'
import { formatQuantity, type Quantity } from '../lib/quantity.ts'
import { utc } from '../state/preferences.ts'
import './over.css'

/** A line as it is told of. */
export interface ToldLine {
  readonly key: string
  readonly name: string
  readonly values: Float64Array
  /** Of twelve. */
  readonly hue: number
}

interface Props {
  lines: readonly ToldLine[]
  step: number
  /** Unix milliseconds. */
  at: number
  /** Whether seconds matter. */
  precise: boolean
  x: number
  width: number
  quantity: Quantity
}

const MOST_ROWS = 10
const WIDE = 320

export function CursorTip({ lines, step, at, precise, x, width, quantity }: Props) {
  const there = lines
    .filter(({ values }) => !Number.isNaN(values[step]!))
    .sort((a, b) => b.values[step]! - a.values[step]!)
  const side = x + WIDE + 16 > width && x > WIDE ? { right: `${width - x + 12}px` } : { left: `${x + 12}px` }
  return (
    <div class="floating tip" role="status" style={{ ...side, top: '8px' }}>
      <p>{formatInstant(at, { utc: utc.value }, Date.now(), precise ? 'second' : 'minute')}</p>
      {there.length === 0 && <p class="muted">no value</p>}
      {there.slice(0, MOST_ROWS).map(({ key, name, hue, values }) => (
        <p key={key} class="value">
          <i style={{ background: `var(--service-${hue})` }} aria-hidden="true" />
          <span class="clip" title={name}>
            {name}
          </span>
          <b>{formatQuantity(values[step]!, quantity)}</b>
        </p>
      ))}
      {there.length > MOST_ROWS && (
        <p class="muted">and {formatInteger(there.length - MOST_ROWS)} smaller ones</p>
      )}
    </div>
  )
}
