import { describe, expect, it } from 'vitest'
import {
  attributeTerm,
  complete,
  completingAt,
  equalities,
  filterTerm,
  quoteValue,
  withTerm,
  wordsOf,
} from './search-text.ts'

describe('words', () => {
  it('are cut at white space and parentheses, not within quotes', () => {
    expect(wordsOf('(a:1 OR b:"two words") "x \\" y"').map(word => word.text)).toEqual([
      'a:1',
      'OR',
      'b:"two words"',
      '"x \\" y"',
    ])
  })

  it('take an unclosed quote to the end', () => {
    expect(wordsOf('a "b c')).toEqual([
      { start: 0, end: 1, text: 'a' },
      { start: 2, end: 6, text: '"b c' },
    ])
  })
})

describe('completion', () => {
  it('offers keys for a word without an operator', () => {
    expect(completingAt('status:error ser', 16)).toEqual({ what: 'key', prefix: 'ser', start: 13, end: 16 })
    expect(completingAt('-ser', 4)).toEqual({ what: 'key', prefix: 'ser', start: 1, end: 4 })
    expect(completingAt('', 0)).toEqual({ what: 'key', prefix: '', start: 0, end: 0 })
  })

  it.each(['service:che', '-service:che', 'service=che', 'service:"che', '"service":che'])(
    'offers values for %s',
    text => {
      const at = completingAt(text, text.length)
      expect(at).toMatchObject({ what: 'value', key: 'service', prefix: 'che', end: text.length })
    },
  )

  it('replaces the whole word, wherever the caret stands in it', () => {
    const text = 'service:che status:error'
    expect(complete(text, completingAt(text, 9), 'checkout')).toEqual({
      text: 'service:checkout status:error',
      caret: 17,
    })
  })

  it('ends a key with its colon and quotes a value that needs it', () => {
    expect(complete('ser', completingAt('ser', 3), 'service')).toEqual({ text: 'service:', caret: 8 })
    expect(complete('name:', completingAt('name:', 5), 'POST /checkout').text).toBe('name:"POST /checkout" ')
  })
})

describe('equalities', () => {
  it('are the words that ask for one value', () => {
    expect(equalities('service:chekout -a:b name:"GET /" duration>3ms x:y* word')).toEqual([
      { key: 'service', value: 'chekout', start: 0, valueStart: 8, end: 15 },
      { key: 'name', value: 'GET /', start: 21, valueStart: 26, end: 33 },
    ])
  })
})

describe('filters', () => {
  it('quotes what would be read otherwise', () => {
    expect(quoteValue('/orders/:id')).toBe('/orders/:id')
    expect(quoteValue('a "b" \\')).toBe('"a \\"b\\" \\\\"')
    expect(quoteValue('')).toBe('""')
    expect(quoteValue('OR')).toBe('"OR"')
    expect(quoteValue('-1')).toBe('"-1"')
    expect(quoteValue(':a')).toBe('":a"')
    expect(quoteValue('a*')).toBe('"a*"')
  })

  it('on an attribute quote a key that means something else unquoted', () => {
    expect(attributeTerm('http.route', '/a')).toBe('http.route:/a')
    expect(attributeTerm('status', 'error')).toBe('"status":error')
    expect(attributeTerm('event.name', 'x')).toBe('"event.name":x')
    expect(attributeTerm('a "b"', '1', true)).toBe('-"a \\"b\\"":1')
    expect(attributeTerm('__proto__', 'x')).toBe('"__proto__":x')
  })

  it('are added once, and replace their opposite', () => {
    const term = filterTerm('user.id', 'u 1')
    expect(term).toBe('user.id:"u 1"')
    expect(withTerm('', term)).toBe(term)
    expect(withTerm(`status:error ${term}`, term)).toBe(`status:error ${term}`)
    expect(withTerm(`-${term} status:error`, term)).toBe(`status:error ${term}`)
    expect(withTerm(term, filterTerm('user.id', 'u 1', true))).toBe(`-${term}`)
  })
})
