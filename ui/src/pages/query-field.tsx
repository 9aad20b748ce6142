/**
 * The field of a query, the same for searches and for PromQL: its text with completions, a way to clear
 * it, and the fault of a malformed query pointed at where it stands. Enter asks.
 */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../parts/icons.tsx'
import type { Failure } from '../state/api.ts'
import { useKeys } from '../state/keys.ts'
import { param } from '../state/location.ts'
import { Choices, comboboxAria, listAria, useCompletions, type Plan } from './combobox.tsx'
import { Fault } from './query-fault.tsx'
import './query-field.css'

interface Props extends Pick<Plan, 'ask' | 'complete'> {
  label: string
  /** What is cleared: `search`. */
  noun: string
  placeholder: string
  /** Shift Enter begins a line, and the field grows with its text. */
  multiline?: boolean
  fault: Failure | undefined
  onSubmit: (text: string) => void
  /** Stands behind the field, given what submits its text. */
  action?: (submit: () => void) => ComponentChildren
}

const MOST_ROWS = 8

export function QueryField({ label, noun, placeholder, multiline, fault, onSubmit, action, ...plan }: Props) {
  const query = param('q')
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  const text = useSignal(query)
  useKeys({ f: () => field.current?.focus() })
  useEffect(() => {
    text.value = query
  }, [query])
  const submit = (): void => onSubmit(text.value.trim())
  const completions = useCompletions({
    ...plan,
    field,
    onText: typed => (text.value = typed),
    onSubmit: submit,
  })
  const shared = {
    ref: field,
    class: 'mono',
    'aria-label': label,
    'aria-invalid': fault ? ('true' as const) : undefined,
    value: text.value,
    placeholder,
    spellcheck: false,
    autocomplete: 'off' as const,
    autocapitalize: 'off' as const,
    onInput: () => {
      text.value = field.current!.value
      completions.look()
    },
    onClick: completions.look,
    onKeyDown: completions.onKeyDown,
    onBlur: completions.close,
  }
  return (
    <div class={fault ? 'query-field faulty' : 'query-field'} role="search">
      <div class="typed">
        {multiline ? (
          <textarea
            {...shared}
            rows={Math.min(MOST_ROWS, text.value.split('\n').length)}
            aria-haspopup="listbox"
            {...listAria(completions)}
          />
        ) : (
          <input {...shared} {...comboboxAria(completions)} enterkeyhint="search" />
        )}
        <Icon name="search" />
        {text.value !== '' && (
          <button
            type="button"
            class="square clear"
            aria-label={`Clear the ${noun}`}
            onClick={() => {
              text.value = ''
              submit()
              field.current?.focus()
            }}
          >
            <Icon name="close" />
          </button>
        )}
        <Choices completions={completions} />
      </div>
      {action?.(submit)}
      {fault && <Fault fault={fault} query={query} />}
    </div>
  )
}
