/**
 * How fields are named in the search language.
 *
 * ```
 * service              an intrinsic, or one of its other names
 * http.route           an attribute, wherever it stands
 * resource.host.name   an attribute in that one place
 * "service"            quoted: an attribute key as it is, never an intrinsic or a place
 * resource."a b"
 * ```
 * A name that is an intrinsic of the other signal alone is an attribute: `duration` of a log.
 */
import type { Field, Intrinsic } from '../../filter/ast.ts'
import { INTRINSICS } from '../../filter/intrinsics.ts'
import type { Signal } from '../../model/telemetry.ts'

type Place = Exclude<Field['in'], 'intrinsic' | 'any'>

const PLACES = ['span', 'log', 'event', 'link', 'scope', 'resource'] as const satisfies readonly Place[]

const OTHER_NAMES: Readonly<Record<Intrinsic, readonly string[]>> = {
  service: ['service.name'],
  name: ['operation', 'span.name'],
  kind: ['span.kind'],
  status: ['span.status'],
  statusMessage: ['status.message', 'status_message'],
  duration: ['span.duration'],
  root: [],
  traceId: ['trace', 'trace_id', 'trace.id'],
  spanId: ['span', 'span_id', 'span.id'],
  parentId: ['parent', 'parent_id', 'parent.id', 'parentSpanId'],
  scope: ['scope.name'],
  event: ['event.name'],
  severity: ['level', 'log.level', 'log.severity'],
  body: ['message', 'msg', 'log.body'],
}

const BY_NAME: ReadonlyMap<string, Intrinsic> = new Map(
  (Object.keys(OTHER_NAMES) as Intrinsic[]).flatMap(name =>
    [name, ...OTHER_NAMES[name]].map(other => [other.toLowerCase(), name] as const),
  ),
)

/** Attributes of the conventions that begin like a place. */
const WHOLE_KEYS = /^log\.(?:file\.|record\.|iostream$)/

/** Reads a name that was typed without quotes. */
export function fieldOfName(name: string, signal: Signal | undefined): Field {
  const intrinsic = BY_NAME.get(name.toLowerCase())
  if (intrinsic !== undefined && (signal === undefined || INTRINSICS[intrinsic].includes(signal)))
    return { in: 'intrinsic', name: intrinsic }
  const place = WHOLE_KEYS.test(name) ? undefined : PLACES.find(p => name.startsWith(`${p}.`))
  if (place === undefined || name.length === place.length + 1) return { in: 'any', key: name }
  return { in: place, key: name.slice(place.length + 1) }
}

/** @returns the place that a name such as `resource.` points to, for a quoted key to follow */
export function placeOfPrefix(prefix: string): Place | undefined {
  return PLACES.find(place => prefix === `${place}.`)
}

/** Nothing in it means something else to the scanner. */
const PLAIN_KEY = /^[^\s()"'\\:=<>!~*-][^\s()"\\:=<>!~]*$/

/** A name that `fieldOfName` reads as this field again, quoted where it must be. */
export function nameOfField(field: Field, signal: Signal | undefined): string {
  if (field.in === 'intrinsic') return field.name
  const prefix = field.in === 'any' ? '' : `${field.in}.`
  const name = prefix + field.key
  return PLAIN_KEY.test(name) && isField(fieldOfName(name, signal), field) ? name : prefix + quote(field.key)
}

function isField(read: Field, field: Field): boolean {
  return read.in === field.in && 'key' in read && 'key' in field && read.key === field.key
}

/** A text in quotes, as the scanner reads it back. */
export function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

/** The names under which fields that every record has are offered. */
export function intrinsicNames(signal: Signal): readonly Intrinsic[] {
  return (Object.keys(INTRINSICS) as Intrinsic[]).filter(name => INTRINSICS[name].includes(signal))
}
