import { afterEach, describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { attributesJson, textJson } from './export/otlp-json.ts'
import { patternsOf, redactBy, redacted } from './redaction.ts'

afterEach(() => redactBy([]))

describe('patterns', () => {
  it.each([
    ['none', '', []],
    ['one without slashes', 'sk_\\w+ x', [/sk_\w+ x/g]],
    ['one between slashes', '/a\\/b/i', [/a\/b/gi]],
    ['several', '/a{1,3}/  /[/]b/gs\n/c d/', [/a{1,3}/g, /[/]b/gs, /c d/g]],
  ])('%s', (_, text, patterns) => {
    expect(patternsOf(text).map(String)).toEqual(patterns.map(String))
  })
  it.each([
    ['/(/', 'Invalid regular expression'],
    ['/a/ b', 'no list of patterns between slashes: b'],
    ['/a/q', "Invalid flags supplied to RegExp constructor 'qg'"],
    ['/a', 'no list of patterns between slashes: /a'],
    ['(', 'Invalid regular expression'],
  ])('%s is refused, and nothing starts', (text, message) => {
    expect(() => readConfig({ HODOSCOPE_REDACT: text }, undefined)).toThrow(message)
  })
})

describe('masked', () => {
  it('is each match of each pattern, and nothing besides', () => {
    redactBy([/\d{4}/g, /ann/gi])
    expect(redacted('Ann paid 1234-5678, Joanna 12')).toBe('REDACTED paid REDACTED-REDACTED, JoREDACTEDa 12')
  })
  it('is no empty match', () => {
    redactBy([/x*/g])
    expect(redacted('axxb')).toBe('aREDACTEDb')
  })
  it('are texts and numbers at any depth, before they are cut, and no keys', () => {
    redactBy([/4{16}/g])
    const card = '4'.repeat(16)
    const attributes = {
      [card]: Number(card),
      big: BigInt(card),
      list: [card, 7],
      deep: { er: `<${card}>` },
      ok: true,
    }
    expect(JSON.parse(attributesJson(attributes, { longest: 100, most: 100 }))).toEqual([
      { key: card, value: { stringValue: 'REDACTED' } },
      { key: 'big', value: { stringValue: 'REDACTED' } },
      { key: 'list', value: { arrayValue: { values: [{ stringValue: 'REDACTED' }, { intValue: 7 }] } } },
      {
        key: 'deep',
        value: { kvlistValue: { values: [{ key: 'er', value: { stringValue: '<REDACTED>' } }] } },
      },
      { key: 'ok', value: { boolValue: true } },
    ])
    expect(textJson(card, 8)).toBe('"REDACTED"')
  })
})

it('a dry run masks nothing, and tells each match once, with what stands around it', () => {
  const told: string[] = []
  redactBy([/\d{4}/g, /\w+@/g], (match, around, pattern) =>
    told.push(`${match} in ${around} by ${pattern.toString()}`),
  )
  const text = `${'x'.repeat(50)} 1234 1234 ${'y'.repeat(50)}`
  expect(redacted(text)).toBe(text)
  expect(redacted('1234, ann@shop')).toBe('1234, ann@shop')
  expect(told).toEqual([
    `1234 in ${'x'.repeat(39)} 1234 1234 ${'y'.repeat(34)} by /\\d{4}/g`,
    'ann@ in 1234, ann@shop by /\\w+@/g',
  ])
})

it('a dry run tells a hundred matches, not more', () => {
  let told = 0
  redactBy([/\d+/g], () => told++)
  for (let i = 0; i < 500; i++) redacted(`n ${i}`)
  expect(told).toBe(100)
})
