import { describe, expect, it } from 'vitest'
import { HodoscopeError } from '../../model/errors.ts'
import { parsePromql } from './parse.ts'
import { printPromql } from './print.ts'

/** As it is understood: every operator in parentheses. */
function structure(text: string): string {
  const expr = parsePromql(text)
  if (expr.kind !== 'binary')
    return expr.kind === 'unary' ? `${expr.op}(${structure(printPromql(expr.expr))})` : text
  const inner = (part: typeof expr): string => structure(printPromql(part))
  return `(${inner(expr.left as typeof expr)} ${expr.op} ${inner(expr.right as typeof expr)})`
}

describe('operators bind', () => {
  it.each([
    ['1 + 2 * 3', '(1 + (2 * 3))'],
    ['1 - 2 - 3', '((1 - 2) - 3)'],
    ['2 ^ 3 ^ 2', '(2 ^ (3 ^ 2))'],
    ['-a ^ 2', '-((a ^ 2))'],
    ['-a * b', '(-(a) * b)'],
    ['a or b and c', '(a or (b and c))'],
    ['a and b unless c', '((a and b) unless c)'],
    ['a > b + c', '(a > (b + c))'],
    ['a atan2 b + c', '((a atan2 b) + c)'],
    ['a / b offset 5m', '(a / b offset 5m)'],
  ])('%s as %s', (text, wanted) => expect(structure(text)).toBe(wanted))
})

describe('prints', () => {
  it.each([
    ['SUM BY(job)(rate(x [5m]))', 'sum by (job) (rate(x[5m]))'],
    ['sum(x)without()', 'sum without () (x)'],
    ['x{a="b",c=~"d|e",}', 'x{a="b", c=~"d|e"}'],
    ['{"http.requests", "a.b"!="c"}', '{"http.requests", "a.b"!="c"}'],
    ['{__name__="up"}', 'up'],
    ['{__name__="on"}', '{"on"}'],
    ["x{a='it''s'}".replace("''", "\\'"), 'x{a="it\'s"}'],
    ['x[300] offset -60', 'x[5m] offset -1m'],
    ['x offset 5m @ 1.5', 'x @ 1.500 offset 5m'],
    ['x[1h30m:] @ end()', 'x[1h30m:] @ end()'],
    ['rate(x[5m])[1h:30s] offset 1w', 'rate(x[5m])[1h:30s] offset 1w'],
    ['a * on(b)group_left c', 'a * on (b) group_left () c'],
    ['a > bool ignoring(b,"c.d")group_right(e)f', 'a > bool ignoring (b, "c.d") group_right (e) f'],
    ['topk(3,x)by(y)', 'topk by (y) (3, x)'],
    ['0x1F + 1e3 + .5 + 5m + Inf', '31 + 1000 + 0.5 + 300 + +Inf'],
    ['(x)', '(x)'],
    ['"a\\n\\x41"', '"a\\nA"'],
    ['# a comment\nup # another', 'up'],
    ['sum', 'sum'],
    ['by{on="x"}', '{"by", on="x"}'],
  ])('%s as %s, which it reads back', (text, wanted) => {
    expect(printPromql(parsePromql(text))).toBe(wanted)
    expect(printPromql(parsePromql(wanted))).toBe(wanted)
  })
})

describe('refuses, and names the place', () => {
  it.each([
    ['', 0, 'the query is empty'],
    ['sum(up', 3, `'(' is never closed`],
    ['up)', 2, `')' stands where an operator or the end is expected`],
    ['up +', 4, 'the query ends where a value is expected'],
    ['up{a=b}', 5, `the value of 'a' stands in quotes`],
    ['up{a="b"', 2, `'{' is never closed`],
    ['up{a=~"("}', 6, '/(/ is no regular expression'],
    ['{a=~".*"}', 0, 'a selector needs at least one matcher that does not match an empty value'],
    ['up{__name__="x"}', 0, `the metric has two names, 'up' and 'x'`],
    ['"never closed', 0, 'the quote is never closed'],
    ['"\\z"', 1, `'\\z' is no escape`],
    [
      'rate(up)',
      5,
      'rate takes a range vector and got an instant vector; put a range behind it, such as [5m]',
    ],
    ['sum(1)', 4, 'sum takes an instant vector and got a scalar; vector() makes one of it'],
    ['rate(up[5m], 2)', 0, 'rate takes 1 argument, and got 2'],
    ['round()', 0, 'round takes at least 1 argument, and got 0'],
    ['topk(up)', 0, 'topk takes 2 arguments, and got 1'],
    ['nothing(up)', 0, `there is no function 'nothing'`],
    ['histogram_sum(up)', 0, `'histogram_sum' is not supported: it works on native histograms`],
    ['limitk by (a) (1, up)', 0, `'limitk' is not supported: Prometheus calls it experimental`],
    ['up[5 minutes]', 5, `'minutes' stands where ']' is expected`],
    ['up[0s]', 2, 'a range is longer than 0'],
    ['sum(up)[5m]', 7, 'a range follows a selector; over an expression it is a subquery, [5m:]'],
    ['up offset 5m [1m]', 13, `the range stands before 'offset' and '@'`],
    ['up offset 1m offset 2m', 13, `'offset' stands twice`],
    ['1 offset 5m', 2, `'offset' follows a selector or a subquery`],
    ['5mm', 0, `'5mm' is neither a number nor a duration such as 5m`],
    ['1 > 2', 0, `a comparison of two scalars needs 'bool'`],
    ['up + bool up', 5, `'bool' stands after comparisons only`],
    ['up and 1', 7, `'and' takes instant vectors and got a scalar`],
    ['up and on(a) group_left b', 13, `'and' takes no 'group_left'`],
    ['up * on(a) group_left(a) b', 11, `label 'a' must not stand in both 'on' and 'group_left'`],
    ['1 + on(a) up', 0, `'on' stands between instant vectors only`],
    ['sum by (a) (up) by (b)', 16, `'by' and 'without' stand before or after the argument, not both`],
    ['up[5m] + 1', 0, `'+' takes scalars and instant vectors and got a range vector`],
    ['up ~ 1', 3, `'~' has no meaning here`],
    [`${'('.repeat(300)}1`, 200, 'more than 200 levels of nesting'],
  ])('%j at %i: %s', (text, position, message) => {
    const fault = faultOf(text)
    expect([fault.code, fault.position]).toEqual(['query_malformed', position])
    expect(fault.message).toContain(message)
  })
})

function faultOf(text: string): HodoscopeError {
  try {
    parsePromql(text)
  } catch (error) {
    if (error instanceof HodoscopeError) return error
    throw error
  }
  throw new Error(`${text} was understood`)
}
