import { describe, expect, it } from 'vitest'
import {
  complete,
  completingAt,
  literalPattern,
  metricsOf,
  quoted,
  readFault,
  tokensOf,
} from './promql-text.ts'

const texts = (text: string): string[] => tokensOf(text).map(token => token.text)

describe('tokens', () => {
  it('are words, strings, numbers and marks, each at its place', () => {
    expect(tokensOf('rate(a{b=~"c"}[5m]) > 0.5')).toEqual([
      { kind: 'word', text: 'rate', start: 0, end: 4 },
      { kind: 'mark', text: '(', start: 4, end: 5 },
      { kind: 'word', text: 'a', start: 5, end: 6 },
      { kind: 'mark', text: '{', start: 6, end: 7 },
      { kind: 'word', text: 'b', start: 7, end: 8 },
      { kind: 'mark', text: '=~', start: 8, end: 10 },
      { kind: 'string', text: '"c"', start: 10, end: 13 },
      { kind: 'mark', text: '}', start: 13, end: 14 },
      { kind: 'mark', text: '[', start: 14, end: 15 },
      { kind: 'number', text: '5m', start: 15, end: 17 },
      { kind: 'mark', text: ']', start: 17, end: 18 },
      { kind: 'mark', text: ')', start: 18, end: 19 },
      { kind: 'mark', text: '>', start: 20, end: 21 },
      { kind: 'number', text: '0.5', start: 22, end: 25 },
    ])
  })

  it('leave comments out, and take any character for a mark', () => {
    expect(texts('a # rate(b)\n+ €')).toEqual(['a', '+', '€'])
  })

  it.each([
    ['"a', true],
    ['"a"', undefined],
    [String.raw`"a\"`, true],
    [String.raw`"a\\"`, undefined],
    ['\'a"', true],
    ['`a', true],
    ['"', true],
  ])('%s is open: %s', (text, open) => {
    expect(tokensOf(text)[0]?.open).toBe(open)
  })
})

describe('names of metrics', () => {
  it.each([
    ['sum by (job) (rate(a_total{code="5"}[5m])) / b', ['a_total', 'b']],
    ['a and on (x, y) group_left (z) b', ['a', 'b']],
    ['histogram_quantile(0.9, c_bucket)', ['c_bucket']],
    ['SUM(up)', ['up']],
    ['{__name__="a"}', []],
    ['', []],
  ])('%s: %j', (text, names) => {
    expect(metricsOf(tokensOf(text))).toEqual(names)
  })
})

describe('what the caret stands in', () => {
  /** The caret is where the bar stands. */
  const at = (text: string) => completingAt(text.replace('|', ''), text.indexOf('|'))

  it.each([
    ['|', { what: 'expression', prefix: '' }],
    ['ra|te', { what: 'expression', prefix: 'ra', start: 0, end: 4 }],
    ['sum(|)', { what: 'expression', prefix: '' }],
    ['up[|', { what: 'window', prefix: '' }],
    ['up[5|m]', { what: 'window', prefix: '5', start: 3, end: 5 }],
    ['1|', { what: 'nothing' }],
    ['up{|', { what: 'label', metric: 'up', alone: false }],
    ['up{jo|', { what: 'label', metric: 'up', prefix: 'jo' }],
    ['up{job="a", |}', { what: 'label', metric: 'up' }],
    ['up{job |}', { what: 'nothing' }],
    ['sum by (|) (up)', { what: 'label', metric: 'up', alone: true }],
    ['sum by (job, in|', { what: 'label', prefix: 'in', alone: true }],
    ['up{job="sh|', { what: 'value', metric: 'up', label: 'job', prefix: 'sh', close: '"' }],
    ["up{job=~'sh|op'}", { what: 'value', label: 'job', prefix: 'sh', close: '', start: 9, end: 13 }],
    ['label_replace(up, "|', { what: 'nothing' }],
  ])('%s', (text, expected) => {
    expect(at(text)).toMatchObject(expected)
  })

  it('what completes it replaces the whole word, and the caret stands behind it', () => {
    const text = 'sum(ra)'
    expect(complete(text, completingAt(text, 6), 'rate(')).toEqual({ text: 'sum(rate()', caret: 9 })
  })
})

describe('a fault in the wording of Prometheus', () => {
  it('tells its place as an offset, over lines', () => {
    const message = 'invalid parameter "query": 2:3: parse error: unexpected "+"'
    expect(readFault(message, 'sum(\n  +a)')).toEqual({ message: 'unexpected "+"', position: 7 })
  })

  it('beyond the end of the query stands at its end', () => {
    const message = 'invalid parameter "query": 1:99: parse error: unexpected end'
    expect(readFault(message, 'sum(')).toEqual({ message: 'unexpected end', position: 4 })
  })

  it('of any other wording has no place', () => {
    expect(readFault('query timed out', 'up')).toEqual({ message: 'query timed out', position: undefined })
  })
})

it('a text is quoted as PromQL reads it, and found by a pattern as it is', () => {
  expect(quoted('a"\\\n')).toBe(String.raw`"a\"\\\n"`)
  const odd = 'a.b*c+(d)[e]{f}|^$?\\'
  expect(new RegExp(`^${literalPattern(odd)}$`).test(odd)).toBe(true)
})
