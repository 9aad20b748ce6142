/** A form that opens on its page: its fields, then what is done with them, and why that was refused. */
import type { ComponentChildren } from 'preact'
import type { Change } from '../state/change.ts'
import { Refused } from './refused.tsx'
import './form.css'

interface Props {
  label: string
  /** What the button says that submits it. */
  does: string
  change: Change
  submit: () => Promise<void>
  close: () => void
  /** Beside the buttons. */
  aside?: ComponentChildren
  children: ComponentChildren
}

export function SheetForm({ label, does, change, submit, close, aside, children }: Props) {
  const onSubmit = (event: Event): void => {
    event.preventDefault()
    void submit()
  }
  return (
    <form class="sheet form" aria-label={label} onSubmit={onSubmit}>
      <h2>{label}</h2>
      {children}
      <div class="buttons">
        <button type="submit" class="primary" disabled={change.busy}>
          {does}
        </button>
        <button type="button" onClick={close}>
          Cancel
        </button>
        {aside}
        <Refused failure={change.failure} />
      </div>
    </form>
  )
}
