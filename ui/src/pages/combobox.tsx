/**
 * A field with completions, the same for every query: asked for a moment after the last key, chosen by
 * arrow keys and Enter or Tab, or by the pointer.
 */
import { useComputed, useSignal, type ReadonlySignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

export interface Choice {
  readonly text: string
  readonly note: string
  /** What is put in where that is not the text itself. */
  readonly insert?: string
}

export interface Plan {
  field: RefObject<HTMLInputElement | HTMLTextAreaElement | null>
  ask: (text: string, caret: number, abort: AbortSignal) => Promise<readonly Choice[]>
  /** The text with what completes it at the caret. */
  complete: (text: string, caret: number, choice: Choice) => { text: string; caret: number }
  onText: (text: string) => void
  onSubmit: () => void
}

export interface Completions {
  readonly open: ReadonlySignal<boolean>
  readonly choices: ReadonlySignal<readonly Choice[]>
  readonly active: ReadonlySignal<number>
  readonly list: string
  readonly look: () => void
  readonly close: () => void
  readonly choose: (choice: Choice) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

const TYPING_MILLIS = 80

export function useCompletions({ field, ask, complete, onText, onSubmit }: Plan): Completions {
  const choices = useSignal<readonly Choice[]>([])
  const active = useSignal(-1)
  const wanted = useSignal(false)
  const list = useId()
  const open = useComputed(() => wanted.value && choices.value.length > 0)
  const suggest = useSuggestions(ask, choices)

  const look = (): void => {
    const { value, selectionStart } = field.current!
    wanted.value = true
    active.value = -1
    suggest(value, selectionStart ?? value.length)
  }
  const close = (): void => {
    wanted.value = false
  }
  const choose = (choice: Choice): void => {
    const box = field.current!
    const edited = complete(box.value, box.selectionStart ?? box.value.length, choice)
    // At once, not after the next rendering: the next key may come before that.
    box.value = edited.text
    box.focus()
    box.setSelectionRange(edited.caret, edited.caret)
    onText(edited.text)
    look()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const count = choices.value.length
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && (open.value || !field.current!.value.includes('\n'))) {
      event.preventDefault()
      if (!open.value) return look()
      active.value = ((((active.value < 0 && step < 0 ? 0 : active.value) + step) % count) + count) % count
    } else if (event.key === 'Escape') {
      if (open.value) close()
      else field.current?.blur()
    } else if ((event.key === 'Enter' || event.key === 'Tab') && open.value && active.value >= 0) {
      event.preventDefault()
      choose(choices.value[active.value]!)
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      close()
      onSubmit()
    }
  }
  return { open, choices, active, list, look, close, choose, onKeyDown }
}

/** Asks a moment after the last key; an answer that comes too late is dropped. */
function useSuggestions(ask: Plan['ask'], choices: { value: readonly Choice[] }) {
  const pending = useRef<{ timer: number; controller: AbortController } | undefined>(undefined)
  const forget = (): void => {
    clearTimeout(pending.current?.timer)
    pending.current?.controller.abort()
  }
  useEffect(() => forget, [])
  return (text: string, caret: number): void => {
    forget()
    const controller = new AbortController()
    const tell = async (): Promise<void> => {
      try {
        choices.value = await ask(text, caret, controller.signal)
      } catch {
        // No completion is no fault worth a word: the query itself will tell.
        if (!controller.signal.aborted) choices.value = []
      }
    }
    pending.current = { timer: setTimeout(() => void tell(), TYPING_MILLIS) as unknown as number, controller }
  }
}

/** What a field of several lines says of its list; ARIA has no combobox of them. */
export const listAria = ({ open, active, list }: Completions) => ({
  'aria-controls': list,
  'aria-autocomplete': 'list' as const,
  'aria-activedescendant': open.value && active.value >= 0 ? `${list}-${active.value}` : undefined,
})

/** What a field of one line says of its list. */
export const comboboxAria = (completions: Completions) => ({
  role: 'combobox' as const,
  'aria-expanded': completions.open.value,
  ...listAria(completions),
})

export function Choices({ completions }: { completions: Completions }) {
  const { open, choices, active, list, choose } = completions
  return (
    <ul class="floating choices" id={list} role="listbox" aria-label="Completions" hidden={!open.value}>
      {open.value &&
        choices.value.map((choice, i) => (
          <li
            key={choice.text}
            id={`${list}-${i}`}
            role="option"
            aria-selected={i === active.value}
            onPointerDown={event => {
              event.preventDefault()
              choose(choice)
            }}
          >
            <span class="clip mono" title={choice.text}>
              {choice.text}
            </span>
            <span class="muted">{choice.note}</span>
          </li>
        ))}
    </ul>
  )
}
