/**
 * The functions that a template may call: Go's own and Prometheus's.
 * Source: prometheus.io/docs/prometheus/latest/configuration/template_reference; pkg.go.dev/text/template.
 */
import { RE2JS } from 're2js'
import { parseDuration } from '../../promql/duration.ts'
import { replaceAll } from '../../promql/go-regexp.ts'
import { TemplateError } from './ast.ts'
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
} from './humanize.ts'
import { printf } from './printf.ts'
import { fieldOf, isMap, isTrue, numberOf, Struct, textArgument, textOf, type Value } from './values.ts'

export type Call = (...values: readonly Value[]) => Value

/** What the world outside a template answers. */
export interface Surroundings {
  /** An instant query at the time of evaluation; throws what the query throws. */
  query(text: string): readonly { readonly labels: ReadonlyMap<string, string>; readonly value: number }[]
  readonly externalUrl: string
}

const text =
  (make: (text: string) => Value): Call =>
  value =>
    make(textArgument(value ?? ''))
const figure =
  (make: (value: number) => string): Call =>
  value =>
    make(numberOf(value))

const GO: Readonly<Record<string, Call>> = {
  not: value => !isTrue(value),
  len: value => BigInt(sizeOf(value)),
  index: (value, ...keys) => keys.reduce<Value>(itemOf, value),
  slice: (value, from, to) =>
    (value as string | readonly Value[]).slice(
      from === undefined ? 0 : numberOf(from),
      to === undefined ? undefined : numberOf(to),
    ),
  print: (...values) => values.map(textOf).join(''),
  println: (...values) => `${values.map(textOf).join(' ')}\n`,
  printf: (format, ...values) => printf(textArgument(format), values),
  html: value => escapedHtml(textOf(value)),
  js: value => JSON.stringify(textOf(value)).slice(1, -1),
  urlquery: value => escapedQuery(textOf(value)),
  eq: (value, ...others) => others.some(other => compare(value, other) === 0),
  ne: (a, b) => compare(a, b) !== 0,
  lt: (a, b) => compare(a, b) < 0,
  le: (a, b) => compare(a, b) <= 0,
  gt: (a, b) => compare(a, b) > 0,
  ge: (a, b) => compare(a, b) >= 0,
}

const PROMETHEUS: Readonly<Record<string, Call>> = {
  first: value => {
    const [first] = value as readonly Value[]
    if (first === undefined) throw new TemplateError('first() called on vector with no elements')
    return first
  },
  label: (name, sample) => fieldOf(fieldOf(sample, 'Labels'), textArgument(name)),
  value: sample => fieldOf(sample, 'Value'),
  strvalue: sample => fieldOf(fieldOf(sample, 'Labels'), '__value__'),
  args: (...values) => new Map(values.map((value, i) => [`arg${i}`, value])),
  sortByLabel: (name, samples) =>
    (samples as readonly Value[]).toSorted((a, b) => {
      const of = (sample: Value) => textOf(fieldOf(fieldOf(sample, 'Labels'), textArgument(name)))
      return of(a) < of(b) ? -1 : 1
    }),
  reReplaceAll: (pattern, replacement, value) =>
    replaceAll(regex(pattern), textArgument(value), textArgument(replacement)),
  match: (pattern, value) => regex(pattern).matcher(textArgument(value)).find(),
  title: text(value => value.replaceAll(/(?<![\p{L}\p{N}_'])\p{L}/gu, letter => letter.toUpperCase())),
  toUpper: text(value => value.toUpperCase()),
  toLower: text(value => value.toLowerCase()),
  safeHtml: text(value => value),
  urlQueryEscape: text(escapedQuery),
  graphLink: text(expr => `/graph?g0.expr=${escapedQuery(expr)}&g0.tab=0`),
  tableLink: text(expr => `/graph?g0.expr=${escapedQuery(expr)}&g0.tab=1`),
  stripPort: text(value => splitPort(value)?.host ?? value),
  stripDomain: text(stripDomain),
  humanize: figure(humanize),
  humanize1024: figure(humanize1024),
  humanizeDuration: figure(humanizeDuration),
  humanizePercentage: figure(humanizePercentage),
  humanizeTimestamp: figure(humanizeTimestamp),
  toTime: figure(humanizeTimestamp),
  parseDuration: text(value => {
    const length = parseDuration(value)
    if (length === undefined) throw new TemplateError(`not a valid duration string: ${JSON.stringify(value)}`)
    return length / 1_000
  }),
}

const OUTSIDE = ['query', 'externalURL', 'pathPrefix'] as const
/** The run knows these: they stop early, or run another template. */
export const OWN_OF_RUN = ['and', 'or', 'tmpl'] as const

export const FUNCTION_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(GO),
  ...Object.keys(PROMETHEUS),
  ...OUTSIDE,
  ...OWN_OF_RUN,
])

export function functionsOf(surroundings: Surroundings): ReadonlyMap<string, Call> {
  const { externalUrl } = surroundings
  const outside: Record<(typeof OUTSIDE)[number], Call> = {
    query: expr =>
      surroundings
        .query(textArgument(expr))
        .map(({ labels, value }) => new Struct({ Labels: labels, Value: value })),
    externalURL: () => externalUrl,
    pathPrefix: () => (externalUrl === '' ? '' : new URL(externalUrl).pathname.replace(/\/$/, '')),
  }
  return new Map(Object.entries({ ...GO, ...PROMETHEUS, ...outside }))
}

function regex(pattern: Value): RE2JS {
  try {
    return RE2JS.compile(textArgument(pattern))
  } catch (error) {
    throw new TemplateError(`error parsing regexp: ${(error as Error).message}`)
  }
}

function sizeOf(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.length
  if (isMap(value)) return value.size
  throw new TemplateError(`len of ${textOf(value)}`)
}

function itemOf(value: Value, key: Value): Value {
  if (isMap(value)) return value.get(textArgument(key)) ?? ''
  const at = numberOf(key)
  const item = Array.isArray(value) ? (value as readonly Value[])[at] : undefined
  if (item === undefined) throw new TemplateError(`index out of range: ${at}`)
  return item
}

function compare(a: Value, b: Value): number {
  const isBasic = (value: Value): boolean => value === null || typeof value !== 'object'
  if (typeof a !== typeof b || !isBasic(a)) throw new TemplateError('incompatible types for comparison')
  if (typeof a === 'number' && Number.isNaN(a)) return Number.NaN
  return a === b ? 0 : a! < b! ? -1 : a! > b! ? 1 : Number.NaN
}

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}
const escapedHtml = (value: string): string => value.replaceAll(/[&<>"']/g, found => HTML[found]!)

/** Go's url.QueryEscape. */
function escapedQuery(value: string): string {
  return encodeURIComponent(value)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, found => `%${found.charCodeAt(0).toString(16).toUpperCase()}`)
}

function splitPort(value: string): { readonly host: string; readonly port: string } | undefined {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(value)
  return match === null ? undefined : { host: match[1] ?? match[2]!, port: match[3]! }
}

function stripDomain(value: string): string {
  const { host, port } = splitPort(value) ?? { host: value, port: '' }
  if (/^\d+\.\d+\.\d+\.\d+$|:/.test(host)) return value
  const first = host.split('.')[0]!
  return port === '' ? first : `${first}:${port}`
}
