import { describe, expect, it } from 'vitest'
import {
  exactDuration,
  formatBytes,
  formatCount,
  formatDuration,
  formatInteger,
  formatRate,
  formatRatio,
  plural,
  sentence,
} from './format.ts'

const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

describe('formatDuration', () => {
  it.each([
    [0, '0 ns'],
    [999, '999 ns'],
    [1000, '1.00 µs'],
    [96_000, '96.0 µs'],
    [999_400, '999 µs'],
    [999_600, '1.00 ms'],
    [412_000_000, '412 ms'],
    [999_999_999, '1.00 s'],
    [1_840_112_480, '1.84 s'],
    [9_996_000_000, '10.0 s'],
    [59_900_000_000, '59.9 s'],
    [60_000_000_000, '1 m'],
    [125_000_000_000, '2 m 05 s'],
    [3_900_000_000_000, '1 h 05 m'],
    [532_800e9, '6 d 4 h'],
    [86_400e9, '1 d'],
  ])('%d ns is written %s', (nano, text) => {
    expect(plain(formatDuration(nano))).toBe(text)
  })

  it('writes a dash for what is no number', () => {
    expect(formatDuration(Number.NaN)).toBe('–')
  })

  it('never wraps between number and unit', () => {
    expect(formatDuration(412e6)).not.toContain(' ')
  })
})

describe('other quantities', () => {
  it('groups every digit of an exact value', () => {
    expect(formatInteger(1_840_112_480)).toBe('1,840,112,480')
    expect(plain(exactDuration(1840))).toBe('1,840 ns')
  })

  it.each([
    [0, '0'],
    [9999, '9,999'],
    [12_480, '12.5 k'],
    [999_960, '1.00 M'],
    [3_100_000, '3.10 M'],
  ])('counts %d as %s', (count, text) => {
    expect(plain(formatCount(count))).toBe(text)
  })

  it.each([
    [0, '0/s'],
    [0.07, '4.20/min'],
    [1, '1.00/s'],
    [12_480, '12.5 k/s'],
  ])('writes a rate of %d as %s', (rate, text) => {
    expect(plain(formatRate(rate))).toBe(text)
  })

  it.each([
    [999, '999 B'],
    [3_100_000_000, '3.10 GB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(plain(formatBytes(bytes))).toBe(text)
  })

  it.each([
    [null, '–'],
    [0, '0 %'],
    [0.00001, '<0.01 %'],
    [0.0241, '2.41 %'],
    [0.1, '10.0 %'],
    [1, '100 %'],
  ])('writes a share of %s as %s', (ratio, text) => {
    expect(plain(formatRatio(ratio))).toBe(text)
  })

  it('says one span and two spans', () => {
    expect(plural(1, 'span')).toBe('1 span')
    expect(plural(2, 'span')).toBe('2 spans')
    expect(plural(1, 'query', 'queries')).toBe('1 query')
  })

  it('makes a message a sentence', () => {
    expect(sentence('the quote is never closed at 8')).toBe('The quote is never closed at 8.')
    expect(sentence('Done.')).toBe('Done.')
    expect(sentence('')).toBe('')
  })
})
