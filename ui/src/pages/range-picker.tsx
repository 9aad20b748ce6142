/** Chooses the range of time: presets, or two instants as typed. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { describeRange, PRESETS, readInstant, resolveInstant, writeInstant } from '../lib/time-range.ts'
import { Icon } from '../parts/icons.tsx'
import { utc } from '../state/preferences.ts'
import { isChosen, now, range, rangeText, setRange } from '../state/range.ts'

export function RangePicker() {
  const open = useSignal(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open.value) return undefined
    const onPointer = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) open.value = false
    }
    document.addEventListener('pointerdown', onPointer)
    return () => document.removeEventListener('pointerdown', onPointer)
  }, [open.value])
  const close = (): void => {
    open.value = false
    box.current?.querySelector('button')?.focus()
  }
  return (
    <div
      class="range"
      ref={box}
      onKeyDown={event => {
        if (event.key !== 'Escape' || !open.value) return
        event.preventDefault()
        close()
      }}
    >
      <button
        type="button"
        aria-expanded={open.value}
        aria-haspopup="dialog"
        title={isChosen.value ? undefined : 'Holds all there is, up to 1 hour, until you choose'}
        onClick={() => (open.value = !open.value)}
      >
        <Icon name="clock" />
        <span>{describeRange(rangeText.value, { utc: utc.value }, now.value)}</span>
        <Icon name="down" />
      </button>
      {open.value && <Choices close={close} />}
    </div>
  )
}

function Choices({ close }: { close: () => void }) {
  const zone = { utc: utc.value }
  const from = useSignal(writeInstant(range.value.from, zone))
  const to = useSignal(rangeText.value.to === 'now' ? 'now' : writeInstant(range.value.to, zone))
  const fault = useSignal('')
  const apply = (event: Event): void => {
    event.preventDefault()
    const [first, last] = [from.value, to.value].map(text => readInstant(text, zone, now.value))
    if (first === undefined || last === undefined)
      fault.value = `“${first === undefined ? from.value : to.value}” is no time; write 2026-11-22 12:03, 12:03:04 or now-3h.`
    else if (resolveInstant(first, now.value)! >= resolveInstant(last, now.value)!)
      fault.value = 'The range ends before it begins.'
    else {
      setRange({ from: first, to: last })
      close()
    }
  }
  return (
    <div class="floating" role="dialog" aria-label="Range of time">
      <div class="presets">
        {PRESETS.map(preset => (
          <button
            type="button"
            key={preset.from}
            aria-current={
              preset.from === rangeText.value.from && rangeText.value.to === 'now' ? 'true' : undefined
            }
            onClick={() => {
              setRange(preset)
              close()
            }}
          >
            {preset.label}
          </button>
        ))}
      </div>
      <form onSubmit={apply}>
        <label for="range-from">From</label>
        <input
          id="range-from"
          class="mono"
          value={from.value}
          onInput={event => (from.value = event.currentTarget.value)}
        />
        <label for="range-to">To</label>
        <input
          id="range-to"
          class="mono"
          value={to.value}
          onInput={event => (to.value = event.currentTarget.value)}
        />
        <div class="foot">
          <span class={fault.value ? 'bad' : 'muted'} role={fault.value ? 'alert' : undefined}>
            {fault.value || (zone.utc ? 'Times are UTC.' : 'Times are local.')}
          </span>
          <button type="submit" class="primary">
            Apply
          </button>
        </div>
      </form>
    </div>
  )
}
