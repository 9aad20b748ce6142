/**
 * Which keys and which texts of values one record holds, each told once.
 */
import { INTRINSICS, KIND_NAMES, STATUS_NAMES } from '../../filter/intrinsics.ts'
import { severityClass } from '../../filter/severity.ts'
import type { Intrinsic } from '../../filter/ast.ts'
import type { Attributes } from '../../model/attributes.ts'
import { serviceName, type LogRecord, type Span } from '../../model/telemetry.ts'
import { valueText } from '../../model/value-text.ts'
import type { KeyPlace } from '../shared/counts.ts'

type KeysByPlace = readonly (readonly [KeyPlace, ReadonlySet<string>])[]

export function keysOfSpan(span: Span): KeysByPlace {
  return [
    ['record', keysOf(span.attributes)],
    ['event', keysOf(span.events.flatMap(event => event.attributes))],
    ['scope', keysOf(span.scope.attributes)],
    ['resource', keysOf(span.resource.attributes)],
  ]
}

export function keysOfLog(log: LogRecord): KeysByPlace {
  return [
    ['record', keysOf(log.attributes)],
    ['scope', keysOf(log.scope.attributes)],
    ['resource', keysOf(log.resource.attributes)],
  ]
}

const keysOf = (attributes: Attributes): Set<string> => new Set(attributes.map(entry => entry.key))

/** The intrinsics whose values can be listed. */
const LISTED: ReadonlySet<string> = new Set<Intrinsic>(['service', 'name', 'kind', 'status', 'severity'])

function isListed(key: string, signal: 'traces' | 'logs'): boolean {
  return LISTED.has(key) && INTRINSICS[key as Intrinsic].includes(signal)
}

export function valuesOfSpan(span: Span, key: string): ReadonlySet<string> {
  if (isListed(key, 'traces')) return present(spanIntrinsic(span, key))
  return textsOf(key, [
    span.attributes,
    ...span.events.map(event => event.attributes),
    span.scope.attributes,
    span.resource.attributes,
  ])
}

export function valuesOfLog(log: LogRecord, key: string): ReadonlySet<string> {
  if (isListed(key, 'logs'))
    return present(key === 'service' ? serviceName(log.resource) : severityClass(log.severityNumber))
  return textsOf(key, [log.attributes, log.scope.attributes, log.resource.attributes])
}

function spanIntrinsic(span: Span, key: string): string {
  switch (key) {
    case 'service':
      return serviceName(span.resource)
    case 'kind':
      return KIND_NAMES[span.kind]
    case 'status':
      return STATUS_NAMES[span.status.code]
    default:
      return span.name
  }
}

const present = (value: string): Set<string> => new Set(value === '' ? [] : [value])

function textsOf(key: string, places: readonly Attributes[]): Set<string> {
  const texts = new Set<string>()
  for (const attributes of places)
    for (const entry of attributes) {
      const text = entry.key === key ? valueText(entry.value) : undefined
      if (text !== undefined) texts.add(text)
    }
  return texts
}
