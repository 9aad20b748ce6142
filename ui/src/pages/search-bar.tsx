/**
 * The search bar of a list: the text of the query, completion of keys and values as they occur in the
 * data, and the fault of a malformed query pointed at where it stands.
 */
import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { AttributeKeysAnswer, AttributeValuesAnswer } from '../../../collector/src/serve/api-types.ts'
import { formatCount } from '../lib/format.ts'
import { url } from '../lib/routes.ts'
import { complete, completingAt } from '../lib/search-text.ts'
import { Icon } from '../parts/icons.tsx'
import { get, type Failure } from '../state/api.ts'
import { useKeys } from '../state/keys.ts'
import { param, setParams } from '../state/location.ts'
import { range } from '../state/range.ts'
import './search-bar.css'

interface Choice {
  readonly text: string
  readonly note: string
}
const MOST_CHOICES = 12
const TYPING_MILLIS = 80

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
    text.value = edited.text
    requestAnimationFrame(() => {
      input.current?.focus()
      input.current?.setSelectionRange(edited.caret, edited.caret)
      look()
    })
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
        {fault.message} <span class="muted">{fault.hint}</span>
      </p>
    </div>
  )
}

/** Asks for completions a moment after the last key; an answer that comes too late is dropped. */
function useSuggestions(signal: 'traces' | 'logs', choices: { value: readonly Choice[] }) {
  const pending = useRef<{ timer: number; controller: AbortController } | undefined>(undefined)
  const forget = (): void => {
    clearTimeout(pending.current?.timer)
    pending.current?.controller.abort()
  }
  useEffect(() => forget, [])
  return (text: string, caret: number): void => {
    forget()
    const controller = new AbortController()
    const ask = async (): Promise<void> => {
      try {
        choices.value = await fetchChoices(signal, text, caret, controller.signal)
      } catch {
        // No completion is no fault worth a word: the search itself will tell.
        if (!controller.signal.aborted) choices.value = []
      }
    }
    pending.current = { timer: setTimeout(() => void ask(), TYPING_MILLIS) as unknown as number, controller }
  }
}

async function fetchChoices(
  signal: 'traces' | 'logs',
  text: string,
  caret: number,
  abort: AbortSignal,
): Promise<readonly Choice[]> {
  const at = completingAt(text, caret)
  const asked = {
    signal,
    prefix: at.prefix,
    from: Math.floor(range.value.from),
    to: Math.ceil(range.value.to),
  }
  if (at.what === 'value') {
    const path = `/api/attributes/${encodeURIComponent(at.key)}/values`
    const { values } = await get<AttributeValuesAnswer>(url(path, asked), abort)
    return values
      .filter(({ value }) => value !== at.prefix)
      .slice(0, MOST_CHOICES)
      .map(({ value, count }) => ({ text: value, note: formatCount(count) }))
  }
  const { keys } = await get<AttributeKeysAnswer>(url('/api/attributes', asked), abort)
  const seen = new Map<string, Choice>()
  for (const { key, in: where } of keys)
    if (!seen.has(key))
      seen.set(key, { text: key, note: where === 'intrinsic' || where === 'record' ? '' : where })
  return [...seen.values()].slice(0, MOST_CHOICES)
}
