import { describe, expect, it } from 'vitest'
import { BudgetError } from '../scan-state.ts'
import { jsonText } from './text.ts'

const text = (source: string): string => jsonText(Buffer.from(source), 1000)

describe('numbers that a double cannot hold are put into quotes', () => {
  it.each([
    ['[1234567890123456]', '["1234567890123456"]'],
    ['{"a":-1234567890123456,"b":2}', '{"a":"-1234567890123456","b":2}'],
    ['[1e3, 1E+21]', '["1e3", "1E+21"]'],
    ['[1234567890123456.5]', '["1234567890123456.5"]'],
    ['{"ä":1234567890123456}', '{"ä":"1234567890123456"}'],
    ['1234567890123456', '"1234567890123456"'],
  ])('%s', (source, quoted) => {
    expect(text(source)).toBe(quoted)
  })
})

describe('and all else is left alone', () => {
  it.each([
    '[123456789012345]',
    '[0.1234567890123456789, 1e-7, 5e-324, -1.5]',
    '["1234567890123456", "\\"1234567890123456", "\\\\"]',
    '{"1234567890123456":"1e5"}',
    '[0123456789012345678]',
    '[1234567890123456-, 1234567890123456.]',
    '{1234567890123456:1}',
    '{1234567890123456 \n : 1}',
    '[-]',
    '"never ends 1234567890123456',
    '"ends in a backslash\\',
    '',
  ])('%s', source => {
    expect(text(source)).toBe(source)
  })
})

it('counts objects and arrays, but not their looks within strings', () => {
  expect(jsonText(Buffer.from('[{},"[[[["]'), 2)).toBe('[{},"[[[["]')
  expect(() => jsonText(Buffer.from('[{},[]]'), 2)).toThrow(BudgetError)
})

it('three hundred brackets are allowed, one more is not, and closed ones do not count', () => {
  expect(text('['.repeat(300) + ']'.repeat(300)).length).toBe(600)
  expect(text('[]'.repeat(400)).length).toBe(800)
  expect(() => text('['.repeat(301))).toThrow('nested deeper than 300 brackets at byte 301')
})
