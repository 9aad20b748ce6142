/**
 * Attributes as two columns. Each value can be copied and made a filter, for or against; one that is an
 * http(s) address can be followed. Everything is text: nothing a service sends is ever markup.
 */
import { useSignal } from '@preact/signals'
import type { AttributeList, AttributeValue } from '../../../collector/src/serve/api-types.ts'
import { attributeText, linkOf } from '../lib/attribute-text.ts'
import { formatInteger } from '../lib/format.ts'
import { attributeTerm, withTerm } from '../lib/search-text.ts'
import { Copy } from '../parts/copy.tsx'
import { Icon } from '../parts/icons.tsx'
import { link, param, route } from '../state/location.ts'
import './attributes.css'

const LONGEST = 500

interface Props {
  list: AttributeList
  dropped?: number
  /** Which list a filter leads to. */
  signal: 'traces' | 'logs'
}

export function Attributes({ list, dropped = 0, signal }: Props) {
  return (
    <>
      {list.length > 0 && (
        <dl class="attributes">
          {list.map(({ key, value }, i) => (
            <Attribute key={i} name={key} value={value} signal={signal} />
          ))}
        </dl>
      )}
      {list.length === 0 && dropped === 0 && <p class="muted none">none</p>}
      {dropped > 0 && <p class="muted none">{formatInteger(dropped)} more were dropped by the sender</p>}
    </>
  )
}

/** A list's own search is added to; from elsewhere a filter begins a new one. */
function filterLink(signal: 'traces' | 'logs', name: string, text: string, negated: boolean): string {
  const present = route.value.page === signal ? param('q') : ''
  return link(`/${signal}`, { q: withTerm(present, attributeTerm(name, text, negated)) })
}

function Attribute({
  name,
  value,
  signal,
}: {
  name: string
  value: AttributeValue
  signal: 'traces' | 'logs'
}) {
  const text = attributeText(value)
  const filters = value !== null && typeof value !== 'object' && text.length <= LONGEST
  return (
    <div class="attribute">
      <dt class="clip" title={name}>
        {name}
      </dt>
      <dd>
        <Value text={text} />
        <span class="acts">
          {filters && (
            <>
              <a
                href={filterLink(signal, name, text, false)}
                title="Only with this value"
                aria-label={`Only with ${name} ${text}`}
              >
                <Icon name="plus" />
              </a>
              <a
                href={filterLink(signal, name, text, true)}
                title="Only without this value"
                aria-label={`Only without ${name} ${text}`}
              >
                <Icon name="minus" />
              </a>
            </>
          )}
          <Copy text={text} what={`the value of ${name}`} />
        </span>
      </dd>
    </div>
  )
}

export function Value({ text }: { text: string }) {
  const all = useSignal(false)
  const href = linkOf(text)
  if (href)
    return (
      <a class="link mono" href={href} target="_blank" rel="noopener noreferrer">
        {text}
      </a>
    )
  const cut = text.length > LONGEST && !all.value
  return (
    <span class="mono">
      {cut ? text.slice(0, LONGEST) : text}
      {cut && (
        <button type="button" class="bare link" onClick={() => (all.value = true)}>
          … all {formatInteger(text.length)} characters
        </button>
      )}
    </span>
  )
}
