/**
 * Times as people write them in a URL: RFC 3339 (to the nanosecond), Unix milliseconds, or
 * relative to now (`now`, `now-1h`, `now+5m`).
 *
 * `now` is the end of the present millisecond, so that what was acknowledged a moment ago lies
 * before it.
 */
import { parseDuration } from '../config/units.ts'
import { nanoOfMillis, unixMillis, unixNano, type UnixMillis, type UnixNano } from '../model/time.ts'

const MAX_NANO = 2n ** 64n - 1n

/** @returns undefined when the text is no time, or lies before 1970 or beyond 2^64 ns */
export function parseTime(text: string, now: UnixMillis): UnixNano | undefined {
  const time = relative(text, now) ?? milliseconds(text) ?? rfc3339(text)
  return time === undefined || time < 0n || time > MAX_NANO ? undefined : time
}

function relative(text: string, now: UnixMillis): UnixNano | undefined {
  const match = /^now(?:([+-])(\w+))?$/.exec(text)
  if (!match) return undefined
  const end = Math.floor(now) + 1
  if (match[1] === undefined) return nanoOfMillis(unixMillis(end))
  const distance = parseDuration(match[2]!)
  if (distance === undefined) return undefined
  return nanoOfMillis(unixMillis(match[1] === '-' ? end - distance : end + distance))
}

function milliseconds(text: string): UnixNano | undefined {
  return /^\d{1,14}(\.\d{1,6})?$/.test(text) ? nanoOfMillis(unixMillis(Number(text))) : undefined
}

function rfc3339(text: string): UnixNano | undefined {
  const match = /^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/.exec(text)
  if (!match) return undefined
  const seconds = Date.parse(match[1]!.replace(' ', 'T').toUpperCase() + match[3]!.toUpperCase())
  if (Number.isNaN(seconds)) return undefined
  return unixNano(BigInt(seconds) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0')))
}
