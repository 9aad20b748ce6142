import { describe, expect, it } from 'vitest'
import { millisOfMinute, unixMillis } from '../model/time.ts'
import { instantOf, isTimeZone, parseWallTime, periodAt, wallTimeAt } from './calendar.ts'
import { minutesText, nominalMinutes, parseSloDuration } from './duration.ts'
import { windowAt, windowEnd } from './window.ts'
import type { SloWindow } from './objective.ts'

const at = (text: string) => unixMillis(Date.parse(text))
const iso = (value: number) => new Date(value).toISOString().replace('.000Z', 'Z')

describe('a duration', () => {
  it.each([
    ['5m', 5],
    ['1h', 60],
    ['30d', 43_200],
    ['4w', 40_320],
    ['1M', 43_200],
    ['1Q', 129_600],
    ['1Y', 525_600],
  ])('%s is %i minutes', (text, minutes) => expect(nominalMinutes(parseSloDuration(text)!)).toBe(minutes))

  it.each(['', '0d', '30', '1h30m', '2Y', '30 d', '1s'])('is not %j', text => {
    expect(parseSloDuration(text)).toBeUndefined()
  })

  it.each([
    [360, '6h'],
    [90, '90m'],
    [4320, '3d'],
  ])('of %i minutes is written %s', (minutes, text) => expect(minutesText(minutes)).toBe(text))
})

describe('a rolling window', () => {
  it('ends with the minute that runs', () => {
    const window: SloWindow = { kind: 'rolling', duration: { count: 1, unit: 'h' } }
    const { from, to } = windowAt(window, at('2026-03-01T10:00:30Z'))
    expect([iso(millisOfMinute(from)), iso(millisOfMinute(to))]).toEqual([
      '2026-03-01T09:01:00Z',
      '2026-03-01T10:01:00Z',
    ])
    expect(windowEnd(window, at('2026-03-01T10:00:30Z'))).toBeUndefined()
  })
})

describe('wall time', () => {
  it.each([
    ['2026-01-15 12:00:00', 'America/New_York', '2026-01-15T17:00:00Z'],
    ['2026-07-15 12:00:00', 'America/New_York', '2026-07-15T16:00:00Z'],
    ['2026-07-15', 'Asia/Kolkata', '2026-07-14T18:30:00Z'],
    // Berlin skips 02:00-03:00 on 29 March, and has 02:00-03:00 twice on 25 October.
    ['2026-03-29 02:30:00', 'Europe/Berlin', '2026-03-29T01:30:00Z'],
    ['2026-10-25 02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(iso(instantOf(parseWallTime(text)!, zone))).toBe(expected)
  })

  it('is read off a clock and back, at every hour of a year', () => {
    for (let hour = 0; hour < 366 * 24; hour++) {
      const instant = unixMillis(at('2026-01-01T00:00:00Z') + hour * 3_600_000)
      const back = instantOf(wallTimeAt(instant, 'Europe/Berlin'), 'Europe/Berlin')
      // Of an hour that comes twice the first is meant.
      expect([instant, instant - 3_600_000]).toContain(back)
    }
  })

  it.each(['2026-02-30', '2026-13-01', '2026-01-01 25:00', 'today'])('is not %j', text => {
    expect(parseWallTime(text)).toBeUndefined()
  })

  it('knows which zones there are', () => {
    expect(isTimeZone('America/New_York')).toBe(true)
    expect(isTimeZone('Mars/Olympus')).toBe(false)
  })
})

describe('a calendar window', () => {
  const period = (
    now: string,
    start: string,
    count: number,
    unit: 'd' | 'w' | 'M' | 'Q' | 'Y',
    zone: string,
  ) => {
    const { from, to } = periodAt(at(now), parseWallTime(start)!, { count, unit }, zone)
    return [iso(from), iso(to)]
  }

  it.each([
    ['2026-02-10T00:00:00Z', '2026-01-01', 1, 'M', 'UTC', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    // A month in New York that holds a clock change is an hour shorter.
    [
      '2026-03-20T00:00:00Z',
      '2022-01-01 12:00:00',
      1,
      'M',
      'America/New_York',
      '2026-03-01T17:00:00Z',
      '2026-04-01T16:00:00Z',
    ],
    [
      '2026-03-29T12:00:00Z',
      '2026-01-05',
      1,
      'w',
      'Europe/Berlin',
      '2026-03-22T23:00:00Z',
      '2026-03-29T22:00:00Z',
    ],
    ['2026-02-28T12:00:00Z', '2026-01-31', 1, 'M', 'UTC', '2026-02-28T00:00:00Z', '2026-03-31T00:00:00Z'],
    ['2025-05-01T00:00:00Z', '2026-01-01', 1, 'Q', 'UTC', '2025-04-01T00:00:00Z', '2025-07-01T00:00:00Z'],
    ['2026-01-01T00:00:00Z', '2026-01-01', 1, 'Y', 'UTC', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['2025-12-31T23:59:59Z', '2026-01-01', 1, 'd', 'UTC', '2025-12-31T00:00:00Z', '2026-01-01T00:00:00Z'],
  ] as const)('at %s, first from %s, of %i%s in %s', (now, start, count, unit, zone, from, to) => {
    expect(period(now, start, count, unit, zone)).toEqual([from, to])
  })

  it('holds what has passed of its period', () => {
    const window: SloWindow = {
      kind: 'calendar',
      duration: { count: 1, unit: 'M' },
      startTime: '2026-01-01',
      timeZone: 'UTC',
    }
    const { from, to } = windowAt(window, at('2026-02-03T04:05:06Z'))
    expect([iso(millisOfMinute(from)), iso(millisOfMinute(to))]).toEqual([
      '2026-02-01T00:00:00Z',
      '2026-02-03T04:06:00Z',
    ])
    expect(iso(windowEnd(window, at('2026-02-03T04:05:06Z'))!)).toBe('2026-03-01T00:00:00Z')
  })
})
