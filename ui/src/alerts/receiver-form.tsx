/** The form of a receiver. What is kept secret is not shown: left empty, it stays as it is. */
import { useSignal } from '@preact/signals'
import { Check, Field } from '../parts/field.tsx'
import { SheetForm } from '../parts/sheet-form.tsx'
import { useChange } from '../state/change.ts'
import { linesOf } from './matchers.ts'
import type { Receiver } from './receivers.tsx'

const FORMATS = [
  ['webhook', 'Alertmanager webhook, JSON'],
  ['slack', 'Slack and what takes its messages'],
  ['template', 'a template'],
  ['alertmanager', 'a real Alertmanager'],
] as const

export function ReceiverForm({ known, close }: { known: Receiver | undefined; close: () => void }) {
  const name = useSignal(known?.name ?? '')
  const url = useSignal('')
  const format = useSignal(known?.format ?? 'webhook')
  const template = useSignal(known?.template ?? '')
  const contentType = useSignal(known?.contentType ?? 'application/json')
  const secrets = useSignal('')
  const headers = useSignal('')
  const sendResolved = useSignal(known?.sendResolved ?? true)
  const change = useChange()
  const typed = url.value.trim()
  const parsed = headersOf(headers.value)
  const submit = async (): Promise<void> => {
    if (parsed === undefined) return
    const saved = await change.run('PUT', `/api/receivers/${encodeURIComponent(name.value.trim())}`, {
      format: format.value,
      contentType: contentType.value,
      sendResolved: sendResolved.value,
      ...(format.value === 'template' && { template: template.value }),
      ...((typed !== '' || !known) && { url: typed }),
      ...(secrets.value.trim() !== '' && { secrets: linesOf(secrets.value) }),
      ...(headers.value.trim() !== '' && { headers: parsed }),
    })
    if (saved) close()
  }
  const stays = known && typed === '' ? 'Left empty, what is kept stays.' : undefined
  return (
    <SheetForm
      label={known ? `Receiver ${known.name}` : 'New receiver'}
      does="Save"
      {...{ change, submit, close }}
      aside={
        <Check
          label="Tell also when an alert resolves"
          checked={sendResolved.value}
          onChange={checked => (sendResolved.value = checked)}
        />
      }
    >
      <Field
        label="Name"
        value={name.value}
        onInput={value => (name.value = value)}
        wide="third"
        input={{ required: true, readOnly: known !== undefined, maxLength: 64 }}
      />
      <Field
        label="Format"
        value={format.value}
        onInput={value => (format.value = value)}
        choices={FORMATS}
        wide="third"
      />
      <Field
        label="Content type"
        value={contentType.value}
        onInput={value => (contentType.value = value)}
        wide="third"
      />
      <Field
        label="Address"
        value={url.value}
        onInput={value => (url.value = value)}
        mono
        input={{
          type: 'url',
          required: known === undefined,
          placeholder: known ? known.url : 'https://…',
        }}
        hint={
          known &&
          (typed === ''
            ? 'Left empty, the address stays, and its secrets with it.'
            : 'With a new address, secrets and headers are to be given anew.')
        }
      />
      {format.value === 'template' && (
        <Field
          label="Template of the body"
          value={template.value}
          onInput={value => (template.value = value)}
          rows={5}
          mono
          hint={
            <>
              <code>{'{{ .status }}'}</code> and the like are filled in.
            </>
          }
        />
      )}
      <Field
        label="Signing secrets, the newest first, one a line"
        value={secrets.value}
        onInput={value => (secrets.value = value)}
        rows={2}
        mono
        wide="half"
        hint={stays ?? 'whsec_ and 24 to 64 bytes in base64; never shown again.'}
      />
      <Field
        label="Headers, one a line"
        value={headers.value}
        onInput={value => (headers.value = value)}
        rows={2}
        mono
        wide="half"
        fault={parsed === undefined ? 'A header is written Name: value.' : undefined}
        hint={stays ?? 'Authorization: Bearer …; never shown again.'}
      />
    </SheetForm>
  )
}

/** `Name: value` a line; undefined where a line is none. */
export function headersOf(text: string): Readonly<Record<string, string>> | undefined {
  const rows = linesOf(text).map(line => /^([^:\s]+):\s*(.*)$/.exec(line))
  if (rows.some(row => row === null)) return undefined
  return Object.fromEntries(rows.map(row => [row![1]!, row![2]!]))
}
