import { describe, expect, it } from 'vitest'
import { exactInstant, formatDay, formatInstant, sameDay } from './clock.ts'
import { millisOfNano, nanoPlus, nanosBetween } from './nano.ts'

const utc = { utc: true }
const noon = Date.UTC(2026, 10, 22, 12, 3, 4, 112)

describe('instants', () => {
  it('shows the clock alone for today', () => {
    expect(formatInstant(noon, utc, noon + 3_600_000)).toBe('12:03:04.112')
    expect(formatInstant(noon, utc, noon, 'minute')).toBe('12:03')
  })

  it('shows the day where it is not today, and the year where it is not this one', () => {
    expect(formatInstant(noon, utc, noon + 86_400_000)).toBe('22 Nov 12:03:04.112')
    expect(formatDay(noon, utc, noon + 366 * 86_400_000)).toBe('22 Nov 2026')
  })

  it('knows two days apart though the clock agrees', () => {
    expect(sameDay(noon, noon + 86_400_000, utc)).toBe(false)
    expect(sameDay(noon, noon + 1, utc)).toBe(true)
  })

  it('gives every digit on demand', () => {
    expect(exactInstant(`${noon}480193`)).toBe('2026-11-22T12:03:04.112480193Z')
  })

  it('keeps nanoseconds that a double would round', () => {
    expect(nanosBetween('1795348984112480193', '1795348984112480194')).toBe(1)
    expect(nanoPlus('1795348984112480193', 7)).toBe('1795348984112480200')
    expect(millisOfNano('1795348984112480193')).toBe(1_795_348_984_112)
    expect(millisOfNano('0')).toBe(0)
  })
})
