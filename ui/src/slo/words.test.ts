import { describe, expect, it } from 'vitest'
import {
  formatAchieved,
  formatBudget,
  formatBurn,
  formatShare,
  formatTarget,
  percentOf,
  targetOf,
  windowRange,
  windowWords,
} from './words.ts'

const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

describe('a target', () => {
  it.each([
    ['0.999', '99.9'],
    ['0.9995', '99.95'],
    ['0.99', '99'],
    ['0.9', '90'],
    ['.95', '95'],
    ['0.05', '5'],
    ['0.999999999999', '99.9999999999'],
  ])('%s is %s per cent, and back', (target, percent) => {
    expect(percentOf(target)).toBe(percent)
    expect(targetOf(percent)).toBe(target.replace(/^\./, '0.'))
    expect(plain(formatTarget(target))).toBe(`${percent} %`)
  })

  it.each(['100', '0', '0.0', '-1', '', 'abc', '99,9', '1e1', '99.'])('%j is no percentage', text => {
    expect(targetOf(text)).toBeUndefined()
  })
})

describe('what was reached', () => {
  it.each([
    [0.99984, '0.999', '99.98 %'],
    [0.99899, '0.999', '99.89 %'],
    [0.9999, '0.9999', '99.990 %'],
    [0.98999, '0.99', '98.99 %'],
    [1, '0.999', '100.00 %'],
    [0, '0.999', '0.00 %'],
    [null, '0.999', '–'],
  ])('%s against %s is %s: never rounded up to the target', (ratio, target, text) => {
    expect(plain(formatAchieved(ratio, target))).toBe(text)
  })
})

describe('figures', () => {
  it.each([
    [1, '100 %'],
    [0.423, '42 %'],
    [0.05, '5 %'],
    [0, '0 %'],
    [-0.58, '−58 %'],
    [-0.0001, '0 %'],
    [-35, '−3,500 %'],
    [-599, '−60 k %'],
    [null, '–'],
  ])('a budget of %s is %s', (remaining, text) => {
    expect(plain(formatBudget(remaining))).toBe(text)
  })

  it.each([
    [0, '0×'],
    [0.042, '0.04×'],
    [3.21, '3.2×'],
    [14.4, '14.4×'],
    [1000, '1000×'],
    [null, '–'],
  ])('a burn of %s is %s', (burn, text) => {
    expect(formatBurn(burn)).toBe(text)
  })

  it.each([
    [0.911, '91 %'],
    [0.042, '4.20 %'],
    [0, '0 %'],
    [1, '100 %'],
  ])('a share of %s is %s', (share, text) => {
    expect(plain(formatShare(share))).toBe(text)
  })
})

describe('a window', () => {
  it.each([
    ['30d', '30 days', 'now-30d'],
    ['1h', '1 hour', 'now-1h'],
    ['1M from 2026-01-01 00:00:00 Europe/Berlin', '1 calendar month (Europe/Berlin)', undefined],
    ['something', 'something', undefined],
  ])('%s is %s', (window, words, from) => {
    expect(plain(windowWords(window))).toBe(words)
    expect(windowRange(window)).toBe(from)
  })
})
