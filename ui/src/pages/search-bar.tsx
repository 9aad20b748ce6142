/**
 * The search bar of a list: the text of the query, completion of keys and values as they occur in the
 * data, and the fault of a malformed query pointed at where it stands.
 */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { complete, completingAt } from '../lib/search-text.ts'
import { Icon } from '../parts/icons.tsx'
import type { Failure } from '../state/api.ts'
import { useKeys } from '../state/keys.ts'
import { param, setParams } from '../state/location.ts'
import { Choices, comboboxAria, useCompletions } from './combobox.tsx'
import { searchChoices } from './completion.ts'
import { Fault } from './query-fault.tsx'
import './search-bar.css'

/** A failure that belongs to the query text, and is shown at the bar. */
export const isQueryFault = (failure: Failure | undefined): failure is Failure =>
  failure?.code === 'query_malformed'

export function SearchBar({ signal, fault }: { signal: 'traces' | 'logs'; fault: Failure | undefined }) {
  const query = param('q')
  const input = useRef<HTMLInputElement>(null)
  const text = useSignal(query)
  useKeys({ f: () => input.current?.focus() })
  useEffect(() => {
    text.value = query
  }, [query])

  const submit = (): void => setParams({ q: text.value.trim() })
  const completions = useCompletions({
    field: input,
    ask: (typed, caret, abort) => searchChoices(signal, typed, caret, abort),
    complete: (typed, caret, choice) => complete(typed, completingAt(typed, caret), choice.text),
    onText: typed => (text.value = typed),
    onSubmit: submit,
  })

  return (
    <div class={fault ? 'search faulty' : 'search'} role="search">
      <Icon name="search" />
      <input
        ref={input}
        class="mono"
        {...comboboxAria(completions)}
        aria-label={`Search ${signal}`}
        aria-invalid={fault ? 'true' : undefined}
        value={text.value}
        placeholder={PLACEHOLDERS[signal]}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        enterkeyhint="search"
        onInput={event => {
          text.value = event.currentTarget.value
          completions.look()
        }}
        onClick={completions.look}
        onKeyDown={completions.onKeyDown}
        onBlur={completions.close}
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
      <Choices completions={completions} />
      {fault && <Fault fault={fault} query={query} />}
    </div>
  )
}

const PLACEHOLDERS = {
  traces: 'service:checkout status:error duration>300ms "timed out"',
  logs: 'severity>=warn service:checkout "timed out"',
}
