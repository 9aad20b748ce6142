/**
 * What a span's name leaves out: the path and the host of a call that is named after its method alone,
 * the text of a query, the queue of a message. Instrumentations name client spans `GET` because a path
 * is no operation; a reader who looks at eight of them wants to know which is which.
 *
 * Attribute names are those of OpenTelemetry's semantic conventions, the stable ones before the ones
 * that they replaced. Everything here came from a service: text, never markup.
 */
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import { attributeOf, attributeText, oneLine } from './attribute-text.ts'

type Named = Pick<SpanJson, 'name' | 'kind' | 'attributes'>

const LONGEST = 120
const BARE_METHOD = /^(?:HTTP\s+)?(?:[A-Z]{3,10}|_OTHER|HTTP)$/i

/** What to show, muted, behind the name; '' where the name says it all. At most 120 characters. */
export function spanTarget(span: Named): string {
  const text = httpTarget(span) || queryTarget(span) || partnerTarget(span)
  return oneLine(text.replaceAll(/\s+/g, ' ').trim(), LONGEST)
}

function httpTarget(span: Named): string {
  const method = first(span, 'http.request.method', 'http.method')
  if (method === '') return ''
  const full = first(span, 'url.full', 'http.url')
  const url = URL.canParse(full) ? new URL(full) : undefined
  const path = url?.pathname || first(span, 'url.path', 'http.target').replace(/[?#].*$/s, '')
  const shown = BARE_METHOD.test(span.name) ? path : ''
  if (span.kind !== 'client') return shown
  const host = url?.host || authority(span)
  return [shown, span.name.split(/[\s/]+/).includes(host) ? '' : host].filter(part => part !== '').join(' · ')
}

/** Only where the name has the operation alone, and the text more than that. */
function queryTarget(span: Named): string {
  const text = first(span, 'db.query.text', 'db.statement')
  if (text === '' || text.toLowerCase() === span.name.toLowerCase()) return ''
  const bare = /^\S+$/.test(span.name) || span.name === first(span, 'db.namespace', 'db.name')
  return bare ? text : ''
}

/** The other end of a message or of a remote call, unless the name has it. */
function partnerTarget(span: Named): string {
  const partner =
    first(span, 'messaging.destination.name', 'messaging.destination') ||
    [first(span, 'rpc.service'), first(span, 'rpc.method')].filter(part => part !== '').join('/')
  return span.name.includes(partner) ? '' : partner
}

function authority(span: Named): string {
  const address = first(span, 'server.address', 'net.peer.name')
  const port = first(span, 'server.port', 'net.peer.port')
  return address === '' || port === ''
    ? address
    : `${address.includes(':') ? `[${address}]` : address}:${port}`
}

/** The first of the attributes that is there, as text. */
function first({ attributes }: Named, ...keys: string[]): string {
  for (const key of keys) {
    const value = attributeOf(attributes, key)
    if (value !== undefined && value !== null && value !== '') return attributeText(value)
  }
  return ''
}
