import { describe, expect, it } from 'vitest'
import { durationTicks, timeTicks } from './ticks.ts'

const labels = (ticks: { label: string }[]): string[] => ticks.map(tick => tick.label)

describe('durationTicks', () => {
  it('counts by 1, 2 and 5', () => {
    expect(labels(durationTicks(0, 1.84e9, 4))).toEqual(['0', '500 ms', '1 s', '1.5 s'])
    expect(labels(durationTicks(0, 1000e6, 5))).toEqual(['0', '200 ms', '400 ms', '600 ms', '800 ms', '1 s'])
    expect(labels(durationTicks(0, 96_000, 3))).toEqual(['0', '50 µs'])
  })

  it('counts seconds by 15 and 30 and writes minutes', () => {
    expect(labels(durationTicks(0, 125e9, 5))).toEqual(['0', '30 s', '1 m', '1 m 30 s', '2 m'])
  })

  it('begins at the first step inside a zoomed range', () => {
    expect(durationTicks(130e6, 420e6, 3)).toEqual([
      { at: 200e6, label: '200 ms' },
      { at: 300e6, label: '300 ms' },
      { at: 400e6, label: '400 ms' },
    ])
  })

  it('has no marks for an empty range', () => {
    expect(durationTicks(5, 5, 4)).toEqual([])
  })
})

describe('timeTicks', () => {
  const utc = { utc: true }
  const at = (hours: number, minutes: number): number => Date.UTC(2026, 10, 22, hours, minutes)

  it('marks whole quarters of an hour', () => {
    expect(labels(timeTicks(at(12, 3), at(13, 3), 5, utc))).toEqual(['12:15', '12:30', '12:45', '13:00'])
  })

  it('marks midnight by its day', () => {
    expect(labels(timeTicks(at(18, 0), at(30, 0), 4, utc))).toEqual([
      '18:00',
      '21:00',
      '23 Nov',
      '03:00',
      '06:00',
    ])
  })

  it('shows milliseconds where the step needs them', () => {
    expect(labels(timeTicks(at(12, 0) + 1, at(12, 0) + 450, 3, utc))).toEqual([
      '12:00:00.200',
      '12:00:00.400',
    ])
  })
})
