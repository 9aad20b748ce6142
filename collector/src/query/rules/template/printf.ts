/** Go's `fmt.Sprintf`, of the verbs that texts for people need. Source: pkg.go.dev/fmt. */
import { formatE, formatF, formatG } from './format.ts'
import { textOf, type Value } from './values.ts'

const VERB = /%([-+# 0]*)(\d+)?(?:\.(\d+)?)?([a-zA-Z%])/g

export function printf(format: string, values: readonly Value[]): string {
  let next = 0
  const text = format.replaceAll(VERB, (whole, flags: string, width, precision, verb: string) => {
    if (verb === '%') return '%'
    if (next >= values.length) return `%!${verb}(MISSING)`
    const hasPrecision = whole.includes('.')
    const value = values[next++]!
    const digits = hasPrecision ? Number(precision ?? 0) : undefined
    return padded(withSign(verbText(verb, value, digits), flags, value), flags, Number(width ?? 0), value)
  })
  return next < values.length ? `${text}%!(EXTRA ${values.slice(next).map(extra).join(', ')})` : text
}

function verbText(verb: string, value: Value, digits: number | undefined): string {
  const cut = (text: string): string =>
    digits === undefined ? text : Array.from(text).slice(0, digits).join('')
  if (verb === 'v' && typeof value === 'number') return formatG(value, digits)
  if (verb === 'v') return cut(textOf(value))
  if (verb === 't' && typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return floatText(verb, value, digits) ?? wrong(verb, value)
  if (typeof value === 'bigint') return integerText(verb, value) ?? wrong(verb, value)
  if (typeof value === 'string' && verb === 's') return cut(value)
  if (typeof value === 'string' && verb === 'q') return JSON.stringify(cut(value))
  if (typeof value === 'object' && value !== null && verb === 's') return textOf(value)
  return wrong(verb, value)
}

function floatText(verb: string, value: number, digits: number | undefined): string | undefined {
  if (verb === 'f' || verb === 'F') return formatF(value, digits)
  if (verb === 'e') return formatE(value, digits)
  if (verb === 'E') return formatE(value, digits).toUpperCase()
  if (verb === 'g') return formatG(value, digits)
  return verb === 'G' ? formatG(value, digits).toUpperCase() : undefined
}

function integerText(verb: string, value: bigint): string | undefined {
  if (verb === 'd') return String(value)
  if (verb === 'c') return String.fromCodePoint(Number(value))
  const base = { x: 16, X: 16, o: 8, b: 2 }[verb]
  const text = base === undefined ? undefined : value.toString(base)
  return verb === 'X' ? text?.toUpperCase() : text
}

function withSign(text: string, flags: string, value: Value): string {
  if ((typeof value !== 'number' && typeof value !== 'bigint') || /^[+-]|^%/.test(text)) return text
  if (flags.includes('+')) return `+${text}`
  return flags.includes(' ') ? ` ${text}` : text
}

function padded(text: string, flags: string, width: number, value: Value): string {
  if (flags.includes('-')) return text.padEnd(width)
  const zeros = flags.includes('0') && (typeof value === 'bigint' || Number.isFinite(value))
  if (!zeros) return text.padStart(width)
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  return sign + text.slice(sign.length).padStart(width - sign.length, '0')
}

const TYPES: Readonly<Record<string, string>> = {
  number: 'float64',
  bigint: 'int',
  string: 'string',
  boolean: 'bool',
}
const typeName = (value: Value): string => TYPES[typeof value] ?? 'value'
const wrong = (verb: string, value: Value): string => `%!${verb}(${typeName(value)}=${textOf(value)})`
const extra = (value: Value): string => `${typeName(value)}=${textOf(value)}`
