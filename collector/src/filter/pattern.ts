/**
 * The three pattern operators over one text: wildcard, contains, regex.
 *
 * Regular expressions run on RE2's algorithm (`re2js`, plain JavaScript), so that no pattern, however
 * hostile, takes more than linear time. Its syntax has no back references and no look-around.
 * Source: https://github.com/google/re2/wiki/Syntax.
 */
import { RE2JS } from 're2js'
import { HodoscopeError } from '../model/errors.ts'

export type TextTest = (text: string) => boolean

/** Whole-text match; `*` stands for any run of characters, and nothing else is special. */
export function compileWildcard(pattern: string): TextTest {
  const parts = pattern.split('*')
  if (parts.length === 1) return text => text === pattern
  const first = parts[0]!
  const last = parts.at(-1)!
  const middle = parts.slice(1, -1).filter(part => part !== '')
  return text => {
    if (text.length < first.length + last.length) return false
    if (!text.startsWith(first) || !text.endsWith(last)) return false
    return holdsInOrder(text, middle, first.length, text.length - last.length)
  }
}

/** Each part found as early as possible leaves the most room for the next one. */
function holdsInOrder(text: string, parts: readonly string[], from: number, to: number): boolean {
  let at = from
  for (const part of parts) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > to) return false
    at = found + part.length
  }
  return true
}

/** Substring, ignoring case. */
export function compileContains(pattern: string): TextTest {
  const wanted = pattern.toLowerCase()
  return text => text.toLowerCase().includes(wanted)
}

/** Unanchored. @throws HodoscopeError `query_malformed` when the pattern is no regular expression of RE2 */
export function compileRegex(pattern: string): TextTest {
  const regex = parseRegex(pattern)
  return text => regex.test(text)
}

function parseRegex(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new HodoscopeError('query_malformed', `/${pattern}/ is no regular expression: ${reason}`, { cause })
  }
}
