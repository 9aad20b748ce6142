/**
 * The search bar of a list: the text of the query, completion of keys and values as they occur in the
 * data, and the fault of a malformed query pointed at where it stands.
 */
import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { sentence } from '../lib/format.ts'
import { complete, completingAt } from '../lib/search-text.ts'
import { Icon } from '../parts/icons.tsx'
import type { Failure } from '../state/api.ts'
import { useKeys } from '../state/keys.ts'
import { param, setParams } from '../state/location.ts'
import { useSuggestions, type Choice } from './completion.ts'
import './search-bar.css'

/** A failure that belongs to the query text, and is shown at the bar. */
export const isQueryFault = (failure: Failure | undefined): failure is Failure =>
  failure?.code === 'query_malformed'

export function SearchBar({ signal, fault }: { signal: 'traces' | 'logs'; fault: Failure | undefined }) {
  const query = param('q')
  const input = useRef<HTMLInputElement>(null)
  const text = useSignal(query)
  const choices = useSignal<readonly Choice[]>([])
  const active = useSignal(-1)
  const wanted = useSignal(false)
  const list = useId()
  const open = useComputed(() => wanted.value && choices.value.length > 0)
  useKeys({ f: () => input.current?.focus() })
  useEffect(() => {
    text.value = query
  }, [query])

  const caret = (): number => input.current?.selectionStart ?? text.value.length
  const suggest = useSuggestions(signal, choices)
  const look = (): void => {
    wanted.value = true
    active.value = -1
    suggest(text.value, caret())
  }
  const submit = (): void => {
    wanted.value = false
    setParams({ q: text.value.trim() })
  }
  const choose = (choice: Choice): void => {
    const edited = complete(text.value, completingAt(text.value, caret()), choice.text)
    // At once, not after the next rendering: the next key may come before that.
    const field = input.current!
    field.value = edited.text
    field.focus()
    field.setSelectionRange(edited.caret, edited.caret)
    text.value = edited.text
    look()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const count = choices.value.length
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      if (!open.value) return look()
      active.value = ((((active.value < 0 && step < 0 ? 0 : active.value) + step) % count) + count) % count
    } else if (event.key === 'Escape') {
      if (open.value) wanted.value = false
      else input.current?.blur()
    } else if ((event.key === 'Enter' || event.key === 'Tab') && open.value && active.value >= 0) {
      event.preventDefault()
      choose(choices.value[active.value]!)
    } else if (event.key === 'Enter') submit()
  }

  return (
    <div class={fault ? 'search faulty' : 'search'} role="search">
      <Icon name="search" />
      <input
        ref={input}
        class="mono"
        role="combobox"
        aria-label={`Search ${signal}`}
        aria-expanded={open.value}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={open.value && active.value >= 0 ? `${list}-${active.value}` : undefined}
        aria-invalid={fault ? 'true' : undefined}
        value={text.value}
        placeholder={PLACEHOLDERS[signal]}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        enterkeyhint="search"
        onInput={event => {
          text.value = event.currentTarget.value
          look()
        }}
        onClick={look}
        onKeyDown={onKeyDown}
        onBlur={() => (wanted.value = false)}
      />
      {text.value !== '' && (
        <button
          type="button"
          class="square clear"
          aria-label="Clear the search"
          onClick={() => {
            text.value = ''
            submit()
            input.current?.focus()
          }}
        >
          <Icon name="close" />
        </button>
      )}
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
              <span class="clip mono">{choice.text}</span>
              <span class="muted">{choice.note}</span>
            </li>
          ))}
      </ul>
      {fault && <Fault fault={fault} query={query} />}
    </div>
  )
}

const PLACEHOLDERS = {
  traces: 'service:checkout status:error duration>300ms "timed out"',
  logs: 'severity>=warn service:checkout "timed out"',
}

/** The query once more, with a mark under the place at fault. */
function Fault({ fault, query }: { fault: Failure; query: string }) {
  const at = fault.position
  return (
    <div class="fault" role="alert">
      {at !== undefined && (
        <pre aria-hidden="true">
          {query.slice(0, at)}
          <mark>{query.slice(at, at + 1) || ' '}</mark>
          {query.slice(at + 1)}
        </pre>
      )}
      <p>
        {sentence(at === undefined ? fault.message : fault.message.replace(` at ${at}`, ''))}{' '}
        <span class="muted">{fault.hint}</span>
      </p>
    </div>
  )
}
