/**
 * What somebody is typing into the search box: a field, a value of a field, or nothing that could
 * be completed.
 *
 * ```
 * service:che|ckout dura|      |: caret
 *         value      key
 * ```
 */
import type { Field } from '../filter/ast.ts'
import type { Signal } from '../model/telemetry.ts'
import { fieldOfName, placeOfPrefix } from './search/fields.ts'
import { operatorOf } from './search/operators.ts'
import { Scanner } from './search/scanner.ts'

/** What is chosen replaces [from, to) of the text; `prefix` is what is typed of it up to the caret. */
export type Completion =
  | { readonly kind: 'key'; readonly prefix: string; readonly from: number; readonly to: number }
  | {
      readonly kind: 'value'
      readonly field: Field
      readonly prefix: string
      readonly from: number
      readonly to: number
    }
  | { readonly kind: 'nothing' }

const NOTHING: Completion = { kind: 'nothing' }

/** @param caret offset into the text, 0 to its length */
export function completionAt(text: string, caret: number, signal?: Signal): Completion {
  const scan = new Scanner(text)
  for (;;) {
    skipBetweenTerms(scan)
    if (scan.at > caret || scan.ended) return { kind: 'key', prefix: '', from: caret, to: caret }
    const found = completionInTerm(scan, caret, signal)
    if (found !== undefined) return found
  }
}

/** Spaces, parentheses, and the signs that negate. */
function skipBetweenTerms(scan: Scanner): void {
  for (;;) {
    scan.skipSpace()
    const negates = (scan.here === '-' || scan.here === '!') && !/[\s)]/.test(scan.peek(1))
    if (scan.here !== '(' && scan.here !== ')' && !negates) return
    scan.at++
  }
}

/** Walks over one term; undefined when the caret stands behind it. */
function completionInTerm(scan: Scanner, caret: number, signal: Signal | undefined): Completion | undefined {
  const from = scan.at
  const word = scan.atQuote ? '' : scan.word()
  if (word !== '' && caret <= scan.at)
    return { kind: 'key', prefix: scan.text.slice(from, caret), from, to: scan.at }
  let field = fieldOfName(word, signal)
  if (scan.atQuote) {
    const { text } = scan.quoted()
    if (caret <= scan.at) return NOTHING
    field = { in: placeOfPrefix(word) ?? 'any', key: text }
  }
  if (!scan.operatorFollows()) return undefined
  const operator = operatorOf(scan.operator())
  if (caret < scan.at || operator === undefined) return caret <= scan.at ? NOTHING : undefined
  return completionInValue(scan, caret, field, operator === '~' || operator === '!~')
}

function completionInValue(
  scan: Scanner,
  caret: number,
  field: Field,
  matches: boolean,
): Completion | undefined {
  scan.skipSpace()
  const from = scan.at
  if (matches && scan.here === '/') {
    scan.slashed()
    return caret <= scan.at ? NOTHING : undefined
  }
  const isQuoted = scan.atQuote
  const closed = isQuoted && scan.quoted().closed
  if (!isQuoted) scan.bareValue()
  if (caret > scan.at || (closed && caret === scan.at)) return caret > scan.at ? undefined : NOTHING
  const typed = new Scanner(scan.text.slice(0, Math.max(caret, from)), from)
  const prefix = isQuoted && caret > from ? typed.quoted().text : typed.bareValue()
  return { kind: 'value', field, prefix, from: Math.min(from, caret), to: scan.at }
}
