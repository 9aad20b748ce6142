/** A field of a form: its label, what is typed, a hint, and what is wrong with it. */
import type { ComponentChildren, InputHTMLAttributes } from 'preact'
import { useId } from 'preact/hooks'
import './form.css'

interface FieldProps {
  label: string
  value: string
  onInput: (value: string) => void
  fault?: string | undefined
  hint?: ComponentChildren
  wide?: 'half' | 'third'
  mono?: boolean
  /** Further attributes of the input itself. */
  input?: InputHTMLAttributes
  /** One of these, instead of free text. */
  choices?: readonly (readonly [value: string, label: string])[]
  /** Several lines of text. */
  rows?: number
}

export function Field(props: FieldProps) {
  const { label, value, onInput, fault, hint, wide = '', mono = false, input, choices, rows } = props
  const id = useId()
  const shared = {
    id,
    class: mono ? 'mono' : '',
    'aria-invalid': fault !== undefined,
    'aria-describedby': `${id}-more`,
  }
  return (
    <div class={`field ${wide}`}>
      <label for={id}>{label}</label>
      {choices ? (
        <select
          {...shared}
          value={value}
          disabled={input?.disabled}
          onChange={event => onInput(event.currentTarget.value)}
        >
          {choices.map(([choice, text]) => (
            <option key={choice} value={choice}>
              {text}
            </option>
          ))}
        </select>
      ) : rows ? (
        <textarea
          {...shared}
          rows={rows}
          value={value}
          spellcheck={false}
          onInput={event => onInput(event.currentTarget.value)}
        />
      ) : (
        <input
          {...shared}
          spellcheck={false}
          autocomplete="off"
          {...input}
          value={value}
          onInput={event => onInput(event.currentTarget.value)}
        />
      )}
      <div id={`${id}-more`} class={fault === undefined ? 'hint' : 'fault'}>
        {fault ?? hint}
      </div>
    </div>
  )
}

export const Check = ({
  label,
  checked,
  onChange,
}: {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
}) => (
  <label class="check">
    <input type="checkbox" checked={checked} onChange={event => onChange(event.currentTarget.checked)} />
    {label}
  </label>
)
