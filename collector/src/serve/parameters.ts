/**
 * The parameters of the API as zod schemas: what routes parse by and what the OpenAPI description
 * is made from. A parameter that does not exist, or stands twice, is a fault: a filter that is
 * silently ignored answers a question nobody asked.
 */
import { z } from 'zod'
import { didYouMean } from '../config/suggest.ts'
import { HodoscopeError } from '../model/errors.ts'
import type { UnixMillis, UnixNano } from '../model/time.ts'
import type { TimeRange } from '../store/api.ts'
import { parseTime } from './time-parameter.ts'

const TIME = 'RFC 3339, Unix milliseconds, or relative as in `now-1h`.'

/** Times stay text here: what `now` is belongs to the request, not to the schema. */
export const from = z.string().default('now-1h').describe(`Start of the range, included. ${TIME}`)
export const to = z.string().default('now').describe(`End of the range, not included. ${TIME}`)

const number = (min: number, max: number) =>
  z.coerce
    .number(`expected a whole number from ${min} to ${max}`)
    .int(`expected a whole number from ${min} to ${max}`)
    .min(min, `expected a whole number from ${min} to ${max}`)
    .max(max, `expected a whole number from ${min} to ${max}`)
const whole = (min: number, max: number, fallback: number) => number(min, max).default(fallback)

export const limit = (fallback: number) => whole(1, 1_000, fallback).describe('How many at most.')
export const buckets = whole(1, 500, 60).describe('Number of buckets of equal width.')
export const lasting = number(0, Number.MAX_SAFE_INTEGER)
export const search = z.string().max(8_192).default('').describe('Search; empty finds everything.')
export const cursor = z.string().max(512).optional().describe('`cursor` of the page before.')
export const after = z
  .string()
  .max(64)
  .optional()
  .describe(
    '`id` of the record that arrived last: what came behind it is sent first. Without it, the tail begins now.',
  )
export const logId = z.string().max(64).describe('`id` of a log record.')
export const facetKeys = z
  .string()
  .max(4_096)
  .default('service,severity')
  .describe('Attribute keys or intrinsics, separated by commas; at most 16.')
  .transform(text => text.split(',').filter(key => key !== ''))
  .refine(keys => keys.length >= 1 && keys.length <= 16, 'expected 1 to 16 keys')
export const lines = (fallback: number) => whole(0, 500, fallback).describe('How many lines at most.')
export const stream = z
  .enum(['0', '1'])
  .default('0')
  .describe('`1` answers with lines of JSON while the search goes on: progress, what is found, the answer.')
export const service = z.string().max(1_024).optional().describe('Only this service.')
export const version = z.string().min(1).max(1_024).describe('A `service.version`.')
export const isNew = z
  .enum(['0', '1'])
  .default('0')
  .describe('`1`: only what is new since the last deploy of a service in which it came.')
export const fingerprint = z
  .string()
  .regex(/^(?:[\da-f]{16}|other)$/, 'expected 16 hex digits, or `other`')
  .describe('Of a group of errors.')
export const prefix = z.string().max(1_024).default('').describe('Only what begins so.')
export const find = z
  .string()
  .max(1_024)
  .default('')
  .describe('Only what has this in its name or description, in any case.')
export const signal = z.enum(['traces', 'logs']).default('traces').describe('Which signal.')
export const traceId = z
  .string()
  .regex(/^[\da-f]{32}$/i, 'expected a trace id of 32 hex digits')
  .transform(id => id.toLowerCase())
  .describe('A trace id: 32 hex digits.')
export const spanId = z
  .string()
  .regex(/^[\da-f]{16}$/i, 'expected a span id of 16 hex digits')
  .transform(id => id.toLowerCase())
  .optional()
  .describe('Only this span and what stands below it.')
const MOST_ROWS = 100_000
export const row = whole(0, 1e9, 0).describe(
  'The first row, counted from 0: `window.nextRow` of the page before.',
)
export const rows = whole(1, MOST_ROWS, MOST_ROWS).describe('How many rows at most.')
export const depth = number(0, 1e9)
  .optional()
  .describe('Deepest level that is shown: roots, or the span `under` which the rows are, are level 0.')
/** Nanoseconds. */
export const offset = number(0, Number.MAX_SAFE_INTEGER).optional()
export const anyId = z.string().min(1).max(1_024).describe('A trace id, a span id or a correlation id.')
export const attributeKey = z.string().min(1).max(1_024).describe('An attribute key, or an intrinsic.')

/**
 * @param path  values of the parameters in the path, decoded
 * @throws HodoscopeError parameter_invalid that names the first parameter at fault
 */
export function parseParameters<S extends z.ZodObject>(
  schema: S,
  query: URLSearchParams,
  path: Readonly<Record<string, string>> = {},
): z.output<S> {
  const given: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [name, value] of query) {
    if (name in path || !Object.hasOwn(schema.shape, name)) throw unknown(name, schema)
    if (name in given) throw new HodoscopeError('parameter_invalid', `${name}: stands twice`)
    given[name] = value
  }
  const result = schema.safeParse({ ...given, ...path })
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  throw new HodoscopeError('parameter_invalid', `${issue.path.join('.')}: ${issue.message}`)
}

function unknown(name: string, schema: z.ZodObject): HodoscopeError {
  const hint = didYouMean(name, Object.keys(schema.shape))
  return new HodoscopeError('parameter_invalid', `${name.slice(0, 100)}: unknown parameter${hint}`)
}

/** @throws HodoscopeError parameter_invalid where one is no time, or the range is empty */
export function parseRange(given: { from: string; to: string }, now: UnixMillis): TimeRange {
  const range = { from: instant('from', given.from, now), to: instant('to', given.to, now) }
  if (range.from < range.to) return range
  throw new HodoscopeError('parameter_invalid', 'from: must lie before `to`')
}

function instant(name: string, text: string, now: UnixMillis): UnixNano {
  const time = parseTime(text, now)
  if (time !== undefined) return time
  throw new HodoscopeError(
    'parameter_invalid',
    `${name}: expected a time (${TIME}), got ${JSON.stringify(text)}`,
  )
}
