import { describe, expect, it } from 'vitest'
import { millis } from '../../model/time.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { formatPlain, formatValue, parseLiteral, parseNumber } from './number.ts'

describe('numbers', () => {
  it.each([
    ['1', 1],
    ['-1.5', -1.5],
    ['.5', 0.5],
    ['2.', 2],
    ['1e-3', 0.001],
    ['0x1f', 31],
    ['-0x10', -16],
    ['1_000', 1000],
    ['inf', Infinity],
    ['-Inf', -Infinity],
    ['+Infinity', Infinity],
    ['NaN', Number.NaN],
  ])('%s is read as %d', (text, value) => expect(parseNumber(text)).toBe(value))

  it.each(['', '1a', '1e', '--1', '1__0', '0x', '_1', 'infinite'])('%j is no number', text =>
    expect(parseNumber(text)).toBeUndefined(),
  )

  it('a literal that begins with 0 is octal', () => expect(parseLiteral('0755')).toBe(493))

  it.each([
    [1e21, '1000000000000000000000', '1e+21'],
    [1.5e-7, '0.00000015', '1.5e-07'],
    [123456789.125, '123456789.125', '123456789.125'],
    [-2.5e22, '-25000000000000000000000', '-2.5e+22'],
    [1e-6, '0.000001', '0.000001'],
    [5e-324, `0.${'0'.repeat(323)}5`, '5e-324'],
    [Number.NaN, 'NaN', 'NaN'],
    [Infinity, '+Inf', '+Inf'],
    [-Infinity, '-Inf', '-Inf'],
    [-0, '-0', '-0'],
  ])('%d is written %s, and in answers %s', (value, plain, inAnswers) => {
    expect(formatPlain(value)).toBe(plain)
    expect(formatValue(value)).toBe(inAnswers)
  })
})

describe('durations', () => {
  it.each([
    ['5m', 300_000, '5m'],
    ['1h30m', 5_400_000, '1h30m'],
    ['90s', 90_000, '1m30s'],
    ['1500ms', 1_500, '1s500ms'],
    ['1w', 604_800_000, '1w'],
    ['10d', 864_000_000, '10d'],
    ['1y', 31_536_000_000, '1y'],
    ['0', 0, '0s'],
  ])('%s is %d ms and is written %s', (text, length, written) => {
    expect(parseDuration(text)).toBe(length)
    expect(formatDuration(millis(length))).toBe(written)
  })

  it.each(['', '5', 'm', '5m5h', '1.5h', '-5m', '5mm', '5 m'])('%j is none', text =>
    expect(parseDuration(text)).toBeUndefined(),
  )
})
