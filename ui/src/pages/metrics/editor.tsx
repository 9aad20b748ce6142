/** The query: its text over as many lines as it has, completed while it is typed; Enter runs it. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Failure } from '../../state/api.ts'
import { useKeys } from '../../state/keys.ts'
import { param, setParams } from '../../state/location.ts'
import { Icon } from '../../parts/icons.tsx'
import { Choices, listAria, useCompletions } from '../combobox.tsx'
import { Fault } from '../query-fault.tsx'
import '../search-bar.css'
import './editor.css'
import { completePromql, promqlChoices, type Known } from './promql-choices.ts'

export function Editor({ fault, known }: { fault: Failure | undefined; known: Known }) {
  const query = param('q')
  const field = useRef<HTMLTextAreaElement>(null)
  const text = useSignal(query)
  useKeys({ f: () => field.current?.focus() })
  useEffect(() => {
    text.value = query
  }, [query])

  const run = (): void => setParams({ q: text.value.trim(), hide: '' })
  const completions = useCompletions({
    field,
    ask: (typed, caret, abort) => promqlChoices(typed, caret, known, abort),
    complete: completePromql,
    onText: typed => (text.value = typed),
    onSubmit: run,
  })
  const lines = text.value.split('\n').length
  return (
    <div class={fault ? 'search promql faulty' : 'search promql'} role="search">
      <textarea
        ref={field}
        class="mono"
        rows={Math.min(8, lines)}
        aria-haspopup="listbox"
        {...listAria(completions)}
        aria-label="PromQL query"
        aria-invalid={fault ? 'true' : undefined}
        value={text.value}
        placeholder='rate(http_server_request_duration_seconds_count{job="checkout"}[5m])'
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
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
          aria-label="Clear the query"
          onClick={() => {
            text.value = ''
            run()
            field.current?.focus()
          }}
        >
          <Icon name="close" />
        </button>
      )}
      <button
        type="button"
        class="primary run"
        title="Enter runs it, Shift Enter begins a line"
        onClick={run}
      >
        Run
      </button>
      <Choices completions={completions} />
      {fault && <Fault fault={fault} query={query} />}
    </div>
  )
}
