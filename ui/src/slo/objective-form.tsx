/** The form of one objective: each field stands for a place in the YAML, and tells what is wrong there. */
import { Field } from '../parts/field.tsx'
import type { Problem } from './answers.ts'
import { PLACES, type FormFields } from './document.ts'

interface Props {
  form: FormFields
  problems: readonly Problem[]
  /** The name of one that is stored stays. */
  isNew: boolean
  set: (field: keyof FormFields, value: string) => void
}

const KINDS = [
  ['good', 'good events by a condition'],
  ['bad', 'bad events by a condition'],
  ['threshold', 'spans under a duration'],
] as const
const SIGNALS = [
  ['spans', 'spans'],
  ['logs', 'logs'],
  ['metrics', 'metrics (PromQL)'],
] as const
const WINDOWS = [
  ['7d', '7 days'],
  ['28d', '28 days'],
  ['30d', '30 days'],
  ['90d', '90 days'],
] as const
const CALENDARS = [
  ['1w', 'week'],
  ['1M', 'month'],
  ['1Q', 'quarter'],
] as const

export function ObjectiveForm({ form, problems, isNew, set }: Props) {
  const fault = (field: keyof FormFields): string | undefined =>
    problems.find(problem => PLACES[field]?.some(place => problem.field.startsWith(place)))?.message
  const field = (name: Exclude<keyof FormFields, 'calendar'>, label: string) => ({
    label,
    value: form[name],
    fault: fault(name),
    onInput: (value: string) => set(name, value),
  })
  const lengths = form.calendar ? CALENDARS : WINDOWS
  const known = lengths.some(([length]) => length === form.window)
  return (
    <div class="form">
      <Field {...field('displayName', 'Title')} wide="half" />
      <Field {...field('name', 'Name')} wide="half" mono input={{ readOnly: !isNew }} />
      <Field {...field('service', 'Service')} wide="half" />
      <Field {...field('target', 'Target, %')} wide="half" input={{ inputMode: 'decimal' }} />
      <Field {...field('kind', 'Counts')} choices={KINDS} wide="half" />
      {form.kind !== 'threshold' && <Field {...field('signal', 'Of')} choices={SIGNALS} wide="half" />}
      <Field
        {...field('events', form.signal === 'metrics' ? 'All events, PromQL' : 'All events, a search')}
        mono
      />
      <Field
        {...field(
          'condition',
          form.kind === 'threshold'
            ? `Good under${form.signal === 'metrics' ? '' : ', ms'}`
            : `${form.kind === 'good' ? 'Good' : 'Bad'} are those that match`,
        )}
        mono
      />
      <Field
        label="Window"
        value={String(form.calendar)}
        onInput={value => set('calendar', value === 'true' ? 'true' : '')}
        choices={[
          ['false', 'rolling'],
          ['true', 'calendar'],
        ]}
        wide="third"
      />
      <Field
        {...field('window', 'Length')}
        choices={known ? lengths : [...lengths, [form.window, form.window] as const]}
        wide="third"
      />
      {form.calendar && <Field {...field('timeZone', 'Time zone')} wide="third" />}
      <Field {...field('description', 'Description')} />
    </div>
  )
}
