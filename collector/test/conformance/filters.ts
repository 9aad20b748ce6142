/**
 * Filter trees in few words. A field is written as in the search box: `service` is an intrinsic,
 * `any.key`, `span.key`, `resource.key` … an attribute.
 */
import type { Comparison, Field, Filter, Intrinsic } from '../../src/filter/ast.ts'

export const all: Filter = { op: 'all' }
export const and = (...of: readonly Filter[]): Filter => ({ op: 'and', of })
export const or = (...of: readonly Filter[]): Filter => ({ op: 'or', of })
export const not = (of: Filter): Filter => ({ op: 'not', of })
export const text = (words: string): Filter => ({ op: 'text', text: words })
export const exists = (name: string): Filter => ({ op: 'exists', field: field(name) })
export const wildcard = (name: string, pattern: string): Filter => byPattern('wildcard', name, pattern)
export const contains = (name: string, pattern: string): Filter => byPattern('contains', name, pattern)
export const regex = (name: string, pattern: string): Filter => byPattern('regex', name, pattern)
export const eq = (name: string, value: string | number): Filter => compare('=', name, value)

export function compare(op: Comparison, name: string, value: string | number): Filter {
  const number = typeof value === 'number' || value.trim() !== '' ? Number(value) : Number.NaN
  return { op, field: field(name), value: { text: String(value), number } }
}

function byPattern(op: 'wildcard' | 'contains' | 'regex', name: string, pattern: string): Filter {
  return { op, field: field(name), pattern }
}

const PLACES = ['any', 'span', 'log', 'event', 'link', 'scope', 'resource'] as const

export function field(name: string): Field {
  const dot = name.indexOf('.')
  const place = PLACES.find(known => known === name.slice(0, Math.max(dot, 0)))
  if (place === undefined) return { in: 'intrinsic', name: name as Intrinsic }
  return { in: place, key: name.slice(dot + 1) }
}
