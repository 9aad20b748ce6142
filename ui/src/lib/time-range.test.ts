import { describe, expect, it } from 'vitest'
import {
  absoluteRange,
  alignRange,
  coveredMillis,
  coveringRange,
  describeRange,
  readInstant,
  resolveInstant,
  resolveRange,
  writeInstant,
} from './time-range.ts'

const utc = { utc: true }
const now = Date.UTC(2026, 10, 22, 13, 0, 0)

describe('the range nobody chose', () => {
  it.each([
    ['41 seconds', 41_000, 'now-5m'],
    ['exactly 5 minutes', 300_000, 'now-5m'],
    ['a little more than 5 minutes', 300_001, 'now-15m'],
    ['20 minutes', 1_200_000, 'now-1h'],
    ['a month', 2_592_000_000, 'now-1h'],
    ['a record from the future', -60_000, 'now-5m'],
  ])('of data that reaches back %s', (_, age, from) => {
    expect(coveringRange(now - age, now)).toEqual({ from, to: 'now' })
  })

  it('is the last hour while nothing is known', () => {
    expect(coveringRange(undefined, now)).toEqual({ from: 'now-1h', to: 'now' })
  })
})

describe('the part of a range that holds data', () => {
  const range = { from: now - 3_600_000, to: now }
  it.each([
    ['begins with the oldest record', now - 41_000, 41_000],
    ['is all of it when there is more', now - 7_200_000, 3_600_000],
    ['is a second at least', now - 5, 1000],
    ['is all of it while nothing is known', undefined, 3_600_000],
    ['is all of it when everything is newer', now + 1, 3_600_000],
  ])('%s', (_, oldest, millis) => {
    expect(coveredMillis(range, oldest)).toBe(millis)
  })
})

describe('resolving', () => {
  it.each([
    ['now', now],
    ['now-1h', now - 3_600_000],
    ['now-2d', now - 172_800_000],
    ['1795348984112', 1_795_348_984_112],
    ['2026-11-22T12:03:04.112Z', Date.UTC(2026, 10, 22, 12, 3, 4, 112)],
    ['now-1y', undefined],
    ['yesterday', undefined],
    ['2026-99-22T12:03:04Z', undefined],
  ])('%s', (text, at) => {
    expect(resolveInstant(text, now)).toBe(at)
  })

  it('falls back to the last hour when the ends are swapped or malformed', () => {
    const lastHour = { from: now - 3_600_000, to: now }
    expect(resolveRange({ from: 'now', to: 'now-1h' }, now)).toEqual(lastHour)
    expect(resolveRange({ from: '<b>', to: 'now' }, now)).toEqual(lastHour)
  })

  it('writes absolute ranges to the millisecond', () => {
    expect(absoluteRange({ from: 0, to: 1.4 })).toEqual({
      from: '1970-01-01T00:00:00.000Z',
      to: '1970-01-01T00:00:00.001Z',
    })
  })
})

describe('describing', () => {
  it.each([
    ['now-1h', 'now', 'last 1 hour'],
    ['now-90m', 'now', 'last 90 m'],
    ['2026-11-22T12:03:00Z', '2026-11-22T12:45:00Z', '12:03 – 12:45'],
    ['2026-11-22T12:03:04Z', '2026-11-22T12:03:30Z', '12:03:04 – 12:03:30'],
    ['2026-11-21T23:50:00Z', '2026-11-22T00:10:00Z', '21 Nov 23:50 – 22 Nov 00:10'],
  ])('%s to %s is "%s"', (from, to, text) => {
    expect(describeRange({ from, to }, utc, now)).toBe(text)
  })
})

describe('reading what a person types', () => {
  it.each([
    ['12:03', '2026-11-22T12:03:00.000Z'],
    ['2026-11-21 23:50:07', '2026-11-21T23:50:07.000Z'],
    [' now-3h ', 'now-3h'],
    ['noonish', undefined],
    ['2026-11-21', undefined],
  ])('%s', (typed, text) => {
    expect(readInstant(typed, utc, now)).toBe(text)
  })

  it('reads back what it writes', () => {
    expect(writeInstant(now, utc)).toBe('2026-11-22 13:00:00')
    expect(readInstant(writeInstant(now, utc), utc, now)).toBe(new Date(now).toISOString())
  })
})

describe('alignRange', () => {
  it('widens to whole buckets', () => {
    const from = Date.UTC(2026, 10, 22, 12, 0, 7)
    expect(alignRange({ from, to: from + 3_600_000 }, 120)).toEqual({
      from: Date.UTC(2026, 10, 22, 12, 0, 0),
      to: Date.UTC(2026, 10, 22, 13, 0, 30),
      width: 30_000,
      buckets: 121,
    })
  })

  it('keeps its edges while now moves within a bucket', () => {
    const edges = [1, 9_000, 20_000].map(
      shift => alignRange({ from: now + shift, to: now + shift + 3_600_000 }, 120).from,
    )
    expect(edges).toEqual([now, now, now])
  })
})
