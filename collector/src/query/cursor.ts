/**
 * Cursors: where a page ends, as an opaque text.
 *
 * base64url of a JSON list that begins with the version and the list it belongs to, so that the
 * cursor of one list is never taken for a place in another.
 */
import { HodoscopeError } from '../model/errors.ts'
import { unixNano } from '../model/time.ts'
import type { LogSearch, TraceSearch } from '../store/api.ts'

const VERSION = 1
const TRACE_ID = /^[0-9a-f]{32}$/
const UNSIGNED = /^\d{1,20}$/

type TraceKey = NonNullable<TraceSearch['after']>
type LogKey = NonNullable<LogSearch['after']>

export function traceCursor(sort: TraceSearch['sort'], { key, traceId }: TraceKey): string {
  return encode(['traces', sort, String(key), traceId])
}

/** @throws HodoscopeError `cursor_invalid` when it is no cursor of this list in this order */
export function readTraceCursor(cursor: string, sort: TraceSearch['sort']): TraceKey {
  const [key, traceId] = decode(cursor, ['traces', sort], [isUnsigned, isTraceId])
  return { key: BigInt(key as string), traceId: traceId as string }
}

export function logCursor(order: LogSearch['order'], { time, ordinal }: LogKey): string {
  return encode(['logs', order, String(time), ordinal.sequence, ordinal.row])
}

/** @throws HodoscopeError `cursor_invalid` when it is no cursor of this list in this order */
export function readLogCursor(cursor: string, order: LogSearch['order']): LogKey {
  const [time, sequence, row] = decode(cursor, ['logs', order], [isUnsigned, isCount, isCount])
  return {
    time: unixNano(BigInt(time as string)),
    ordinal: { sequence: sequence as number, row: row as number },
  }
}

export interface ErrorKey {
  /** By which the list is ordered. */
  readonly key: number
  readonly fingerprint: string
}

export function errorCursor(order: string, { key, fingerprint }: ErrorKey): string {
  return encode(['errors', order, key, fingerprint])
}

/** @throws HodoscopeError `cursor_invalid` when it is no cursor of this list in this order */
export function readErrorCursor(cursor: string, order: string): ErrorKey {
  const [key, fingerprint] = decode(cursor, ['errors', order], [isCount, isFingerprint])
  return { key: key as number, fingerprint: fingerprint as string }
}

function encode(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([VERSION, ...parts])).toString('base64url')
}

type Check = (part: unknown) => boolean

const isUnsigned: Check = part => typeof part === 'string' && UNSIGNED.test(part)
const isTraceId: Check = part => typeof part === 'string' && TRACE_ID.test(part)
const isFingerprint: Check = part => typeof part === 'string' && part.length <= 16
const isCount: Check = part => Number.isSafeInteger(part) && (part as number) >= 0

function decode(
  cursor: string,
  list: readonly [string, string],
  checks: readonly Check[],
): readonly unknown[] {
  const parts = parse(cursor)
  if (!Array.isArray(parts) || parts[0] !== VERSION || parts.length !== 3 + checks.length)
    throw new HodoscopeError('cursor_invalid', 'the cursor is not one of ours')
  if (parts[1] !== list[0] || parts[2] !== list[1])
    throw new HodoscopeError(
      'cursor_invalid',
      `the cursor belongs to another list than the ${list[1]} ${list[0]}`,
    )
  const place = parts.slice(3)
  if (!checks.every((check, n) => check(place[n])))
    throw new HodoscopeError('cursor_invalid', 'the cursor points to no place')
  return place
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
