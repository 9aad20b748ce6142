/**
 * What chooses series and times: `name{label="value"}`, `[5m]`, `[5m:1m]`, `offset`, `@`, and lists of label names.
 *
 * UTF-8 names stand in quotes: `{"metric.name", "label.name"="x"}`.
 */
import { compileRegex } from '../../filter/pattern.ts'
import { HodoscopeError } from '../../model/errors.ts'
import type { LabelMatcher } from '../../model/series.ts'
import { millis, unixMillis, type Millis } from '../../model/time.ts'
import type { At, Expr, Shift, Subquery, VectorSelector } from './ast.ts'
import { parseDuration } from './duration.ts'
import { malformed } from './fault.ts'
import { parseLiteral } from './number.ts'
import type { Scanner, Token } from './scanner.ts'

const MATCH_OPERATORS: ReadonlySet<string> = new Set<LabelMatcher['op']>(['=', '!=', '=~', '!~'])

/** @param name the metric's name, taken already */
export function selector(scan: Scanner, name: Token | undefined): VectorSelector {
  const start = name?.start ?? scan.ahead.start
  const named = name === undefined ? [] : [nameMatcher(name.text)]
  const braces = scan.isSymbol('{') ? bracedMatchers(scan) : undefined
  const extra = braces?.matchers ?? []
  const second = name === undefined ? undefined : extra.find(one => one.name === '__name__' && one.op === '=')
  if (second !== undefined)
    throw malformed(`the metric has two names, '${name!.text}' and '${second.value}'`, start)
  const matchers = [...named, ...extra]
  if (!matchers.some(chooses))
    throw malformed('a selector needs at least one matcher that does not match an empty value', start)
  const end = braces?.end ?? name!.end
  return { kind: 'selector', matchers, offset: millis(0), at: undefined, start, end }
}

const nameMatcher = (value: string): LabelMatcher => ({ name: '__name__', op: '=', value })

function chooses({ op, value }: LabelMatcher): boolean {
  if (op === '=') return value !== ''
  if (op === '!=') return value === ''
  return wholeRegex(value)('') === (op === '!~')
}

/** Regular expressions of matchers hold for the whole value. */
function wholeRegex(pattern: string): (text: string) => boolean {
  return compileRegex(`^(?s:${pattern})$`)
}

function bracedMatchers(scan: Scanner): { matchers: LabelMatcher[]; end: number } {
  const open = scan.take()
  const matchers: LabelMatcher[] = []
  while (!scan.isSymbol('}')) {
    matchers.push(matcher(scan, open))
    if (scan.takeSymbol(',') === undefined) break
  }
  const close = scan.takeSymbol('}')
  if (close === undefined) throw unclosed(scan, open, `',' or '}'`)
  return { matchers, end: close.end }
}

function matcher(scan: Scanner, open: Token): LabelMatcher {
  const name = scan.take()
  if (name.kind !== 'identifier' && name.kind !== 'string')
    throw name.kind === 'end'
      ? unclosed(scan, open, '')
      : malformed(`a label's name is expected, not '${name.text}'`, name.start)
  if (name.kind === 'string' && (scan.isSymbol(',') || scan.isSymbol('}'))) return nameMatcher(name.text)
  if (name.kind === 'identifier' && name.text.includes(':'))
    throw malformed(`the label's name '${name.text}' needs quotes, for it has a colon`, name.start)
  const op = scan.take()
  if (!MATCH_OPERATORS.has(op.text) || op.kind !== 'symbol')
    throw malformed(`one of = != =~ !~ is expected after '${name.text}'`, op.start)
  const value = scan.take()
  if (value.kind !== 'string') throw malformed(`the value of '${name.text}' stands in quotes`, value.start)
  if (op.text.includes('~')) checkRegex(value)
  return { name: name.text, op: op.text as LabelMatcher['op'], value: value.text }
}

function checkRegex(value: Token): void {
  try {
    wholeRegex(value.text)
  } catch (cause) {
    const reason = cause instanceof HodoscopeError ? cause.message : String(cause)
    throw malformed(reason.replace(`^(?s:${value.text})$`, value.text), value.start)
  }
}

function unclosed(scan: Scanner, open: Token, wanted: string): Error {
  const { ahead } = scan
  if (ahead.kind === 'end') return malformed(`'${open.text}' is never closed`, open.start)
  return malformed(`'${ahead.text}' stands where ${wanted} is expected`, ahead.start)
}

/** `(a, b, "c.d")`; a comma may end it. */
export function labelNames(scan: Scanner): string[] {
  const open = scan.takeSymbol('(')
  if (open === undefined) throw malformed(`a list of labels in parentheses is expected`, scan.ahead.start)
  const names: string[] = []
  while (!scan.isSymbol(')')) {
    const name = scan.take()
    const valid =
      name.kind === 'string' ? name.text !== '' : name.kind === 'identifier' && !name.text.includes(':')
    if (!valid)
      throw name.kind === 'end'
        ? unclosed(scan, open, '')
        : malformed(`a label's name is expected, not '${name.text}'`, name.start)
    names.push(name.text)
    if (scan.takeSymbol(',') === undefined) break
  }
  if (scan.takeSymbol(')') === undefined) throw unclosed(scan, open, `',' or ')'`)
  return names
}

/** Whatever follows an operand and belongs to it alone. */
export function modifiers(scan: Scanner, expr: Expr): Expr {
  for (;;) {
    if (scan.isSymbol('[')) expr = bracket(scan, expr)
    else if (scan.isWord('offset')) expr = offset(scan, expr)
    else if (scan.isSymbol('@')) expr = at(scan, expr)
    else return expr
  }
}

function bracket(scan: Scanner, expr: Expr): Expr {
  const open = scan.take()
  const range = duration(scan)
  if (range <= 0) throw malformed('a range is longer than 0', open.start)
  const colon = scan.takeSymbol(':')
  const step = colon !== undefined && !scan.isSymbol(']') ? duration(scan) : undefined
  if (step !== undefined && step <= 0) throw malformed('a step is longer than 0', colon!.start)
  const close = scan.takeSymbol(']')
  if (close === undefined) throw unclosed(scan, open, `']'`)
  const span = { start: expr.start, end: close.end }
  if (colon !== undefined)
    return { kind: 'subquery', expr, range, step, offset: millis(0), at: undefined, ...span }
  if (expr.kind !== 'selector')
    throw malformed('a range follows a selector; over an expression it is a subquery, [5m:]', open.start)
  if (expr.offset !== 0 || expr.at !== undefined)
    throw malformed(`the range stands before 'offset' and '@'`, open.start)
  return { kind: 'matrix', selector: expr, range, ...span }
}

function offset(scan: Scanner, expr: Expr): Expr {
  const word = scan.take()
  const negative = signed(scan)
  const length: number = duration(scan)
  const shifted = shiftable(expr, word)
  if (shifted.offset !== 0) throw malformed(`'offset' stands twice`, word.start)
  return shift(expr, scan, { offset: millis(negative ? -length : length) })
}

function at(scan: Scanner, expr: Expr): Expr {
  const sign = scan.take()
  const shifted = shiftable(expr, sign)
  if (shifted.at !== undefined) throw malformed(`'@' stands twice`, sign.start)
  return shift(expr, scan, { at: atTime(scan) })
}

function atTime(scan: Scanner): At {
  const word = scan.takeWord('start') ?? scan.takeWord('end')
  if (word === undefined) return unixMillis((signed(scan) ? -1 : 1) * duration(scan))
  if (scan.takeSymbol('(') === undefined || scan.takeSymbol(')') === undefined)
    throw malformed(`it is written '${word.text}()'`, word.start)
  return word.text.toLowerCase() as At
}

function signed(scan: Scanner): boolean {
  if (scan.takeSymbol('-') !== undefined) return true
  scan.takeSymbol('+')
  return false
}

function shiftable(expr: Expr, modifier: Token): VectorSelector | Subquery {
  const target = expr.kind === 'matrix' ? expr.selector : expr
  if (target.kind === 'selector' || target.kind === 'subquery') return target
  throw malformed(`'${modifier.text}' follows a selector or a subquery`, modifier.start)
}

function shift(expr: Expr, scan: Scanner, by: Partial<Shift>): Expr {
  const end = scan.lastEnd
  if (expr.kind === 'matrix') return { ...expr, selector: { ...expr.selector, ...by }, end }
  return { ...(expr as VectorSelector | Subquery), ...by, end }
}

/** A duration, or a number of seconds. */
function duration(scan: Scanner): Millis {
  const token = scan.take()
  const length = token.kind === 'duration' ? parseDuration(token.text) : undefined
  if (length !== undefined) return length
  const seconds = token.kind === 'number' ? parseLiteral(token.text) : undefined
  if (seconds === undefined || !Number.isFinite(seconds))
    throw malformed('a duration such as 5m is expected', token.start)
  return millis(Math.round(seconds * 1000))
}
