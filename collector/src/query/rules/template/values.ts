/** What a template computes with. Integers are bigints, so that they stay apart from floats, as in Go. */
import { TemplateError } from './ast.ts'
import { formatG } from './format.ts'

export type Value =
  string | number | bigint | boolean | null | readonly Value[] | ReadonlyMap<string, Value> | Struct

/** Has exactly these fields; a map has '' where nothing is. */
export class Struct {
  readonly fields: ReadonlyMap<string, Value>

  constructor(fields: Readonly<Record<string, Value>>) {
    this.fields = new Map(Object.entries(fields))
  }
}

export const isMap = (value: Value): value is ReadonlyMap<string, Value> => value instanceof Map

export function fieldOf(value: Value, name: string): Value {
  if (value instanceof Struct) {
    const field = value.fields.get(name)
    if (field !== undefined) return field
  }
  if (isMap(value)) return value.get(name) ?? ''
  throw new TemplateError(`can't evaluate field ${name}`)
}

/** As Go's templates see it: whatever is not zero and not empty. */
export function isTrue(value: Value): boolean {
  if (value === null || value instanceof Struct) return value !== null
  if (Array.isArray(value)) return value.length > 0
  if (isMap(value)) return value.size > 0
  // NaN is not zero.
  return typeof value === 'number' ? value !== 0 : Boolean(value)
}

/** Go's `%v`. */
export function textOf(value: Value): string {
  if (value === null) return '<no value>'
  if (typeof value === 'number') return formatG(value)
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(textOf).join(' ')}]`
  if (isMap(value)) return `map[${entriesText(value)}]`
  return `{${[...(value as Struct).fields.values()].map(textOf).join(' ')}}`
}

const entriesText = (map: ReadonlyMap<string, Value>): string =>
  [...map]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}:${textOf(value)}`)
    .join(' ')

export function numberOf(value: Value): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'string') {
    const number = value.trim() === value && value !== '' ? parseFloatGo(value) : Number.NaN
    if (!Number.isNaN(number) || /^nan$/i.test(value)) return number
  }
  throw new TemplateError(`can't convert ${textOf(value)} to float`)
}

function parseFloatGo(text: string): number {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return Number(text)
}

export function textArgument(value: Value): string {
  if (typeof value === 'string') return value
  throw new TemplateError(`expected a string, got ${textOf(value)}`)
}
