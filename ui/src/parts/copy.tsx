/** A button that copies a text and says that it did. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Icon } from './icons.tsx'

const SHOWN_MILLIS = 1200

export function Copy({ text, what, label }: { text: string; what: string; label?: string }) {
  const copied = useSignal(false)
  useEffect(() => {
    if (!copied.value) return undefined
    const timer = setTimeout(() => (copied.value = false), SHOWN_MILLIS)
    return () => clearTimeout(timer)
  }, [copied.value])
  const copy = (event: Event): void => {
    event.stopPropagation()
    void copyText(text).then(done => (copied.value = done))
  }
  return (
    <button type="button" class="copy" onClick={copy} title={`Copy ${what}`} aria-label={`Copy ${what}`}>
      <Icon name={copied.value ? 'check' : 'copy'} />
      {label && <span>{copied.value ? 'Copied' : label}</span>}
      <span class="unseen" role="status">
        {copied.value ? 'Copied' : ''}
      </span>
    </button>
  )
}

/** The clipboard is there on https and on loopback; elsewhere an old way is tried. */
async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => copyBySelection(text),
    )
  }
  return copyBySelection(text)
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  return done
}
