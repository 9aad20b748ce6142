import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { millis, unixMinute } from '../model/time.ts'
import { budgetLeft, burnRate, exhaustion, healthOf, judge, type Observation } from './burn.ts'
import { CountHistory, HOUR, type HourCounts } from './history.ts'
import { defaultRows, whyImpossible, type AlertRow } from './rows.ts'
import { reshapeFor } from './slices.ts'
import { budgetOf, highestBurn, parseTarget, parseTargetPercent } from './target.ts'

const target = (text: string) => parseTarget(text)!
const seen = (good: number, bad: number, coverage = 1): Observation => ({ tally: { good, bad }, coverage })
const PAGE = defaultRows(target('0.999'), 43_200).rows[0]!

describe('a target', () => {
  it('is exact: no subtraction of floats moves its budget', () => {
    expect(target('0.999')).toEqual({ text: '0.999', allowed: 1, scale: 1000 })
    expect(budgetOf(target('0.999'))).toBe(0.001)
    expect(budgetOf(target('0.9'))).toBe(0.1)
    expect(parseTargetPercent('99.95')).toEqual(parseTarget('0.9995'))
    expect(parseTargetPercent('5')).toEqual(parseTarget('0.05'))
    expect(parseTarget('0.9990')).toEqual(parseTarget('.999'))
  })

  it.each(['1', '0', '0.0', '-0.5', '1.5', '99.9', 'x', ''])('is not %j', text => {
    expect(parseTarget(text)).toBeUndefined()
  })
})

describe('the default rows', () => {
  const factors = (text: string, days: number) =>
    defaultRows(target(text), days * 1440).rows.map(({ factor }) => factor)

  it.each([
    [30, [14.4, 6, 3, 1]],
    [28, [13.44, 5.6, 2.8]],
    [7, [3.36, 1.4]],
    [90, [43.2, 18, 9, 3]],
  ])('over %i days keep the share of the budget', (days, expected) => {
    expect(factors('0.999', days)).toEqual(expected)
  })

  it('leave out what can never fire: 14.4 at 93 %, and 6 at 83 %', () => {
    expect(highestBurn(target('0.9'))).toBe(10)
    expect(factors('0.94', 30)).toEqual([14.4, 6, 3, 1])
    expect(factors('0.93', 30)).toEqual([6, 3, 1])
    expect(factors('0.84', 30)).toEqual([6, 3, 1])
    expect(factors('0.83', 30)).toEqual([3, 1])
    expect(defaultRows(target('0.9'), 43_200).omitted).toEqual([
      {
        row: PAGE,
        reason: 'a burn rate above 14.4 can never be: while every event is bad, a target of 0.9 burns at 10',
      },
    ])
  })

  it('leave out a pace at which the budget lasts', () => {
    expect(defaultRows(target('0.999'), 7 * 1440).omitted.map(({ reason }) => reason)).toEqual([
      'at a burn rate of 0.7 the budget outlasts the period',
      'at a burn rate of 0.2333 the budget outlasts the period',
    ])
  })

  it('name a row that can fire as possible', () => {
    expect(whyImpossible(PAGE, target('0.999'))).toBeUndefined()
  })
})

describe('burn and budget', () => {
  it('is 1 where the budget is spent exactly over the period', () => {
    expect(burnRate({ good: 999, bad: 1 }, target('0.999'))).toBe(1)
    expect(burnRate({ good: 0, bad: 7 }, target('0.999'))).toBe(1000)
    expect(burnRate({ good: 7, bad: 0 }, target('0.999'))).toBe(0)
  })

  it('is neither good nor bad without events', () => {
    expect(burnRate({ good: 0, bad: 0 }, target('0.999'))).toBeNaN()
    expect(budgetLeft({ good: 0, bad: 0 }, target('0.999')).remaining).toBeNaN()
  })

  it('is signed, and told in events', () => {
    // 10 requests an hour over 30 days: the period allows 7 failures.
    expect(budgetLeft({ good: 7199, bad: 1 }, target('0.999')).allowed).toBeCloseTo(7.2)
    const overdrawn = budgetLeft({ good: 7180, bad: 20 }, target('0.999'))
    expect(overdrawn.remaining).toBeCloseTo(-1.777_777, 5)
    expect(overdrawn.left).toBeCloseTo(-12.8)
  })

  it('tells when the budget is spent', () => {
    const month = millis(2_592_000_000)
    expect(exhaustion(0.5, 1, month)).toBe(1_296_000_000)
    expect(exhaustion(0.5, 0, month)).toBe(Infinity)
    expect(exhaustion(-0.1, 3, month)).toBe(0)
    expect(exhaustion(Number.NaN, 1, month)).toBeUndefined()
    expect(exhaustion(0.5, Number.NaN, month)).toBeUndefined()
  })
})

describe('the verdict of a row', () => {
  const verdict = (long: Observation, short: Observation, row: AlertRow = PAGE) =>
    judge(row, target('0.999'), 3, long, short)

  it('burns while both windows do', () => {
    expect(verdict(seen(9000, 200), seen(700, 50))).toBe('burning')
    expect(verdict(seen(9000, 200), seen(700, 1))).toBe('calm')
    expect(verdict(seen(90_000, 200), seen(700, 50))).toBe('calm')
  })

  it('does not page for one failure of ten requests an hour, and does when all ten fail', () => {
    expect(burnRate({ good: 9, bad: 1 }, target('0.999'))).toBe(100)
    expect(verdict(seen(9, 1), seen(0, 1))).toBe('calm')
    expect(verdict(seen(0, 10), seen(0, 1))).toBe('burning')
  })

  it('holds what was while the short window is empty, as 5 minutes of 10 requests an hour are', () => {
    expect(verdict(seen(0, 10), seen(0, 0))).toBe('hold')
  })

  it('holds without any traffic', () => {
    expect(verdict(seen(0, 0), seen(0, 0))).toBe('hold')
  })

  it('concludes nothing below a coverage of 0.9', () => {
    expect(verdict(seen(0, 1000, 0.89), seen(0, 100))).toBe('no_data')
    expect(verdict(seen(1000, 0), seen(100, 0, 0.8))).toBe('no_data')
    expect(verdict(seen(0, 1000, 0.9), seen(0, 100, 0.9))).toBe('burning')
  })
})

describe('health', () => {
  it.each([
    [seen(100, 0), 1, 0, 'meeting'],
    [seen(100, 0), 0.4, 1.1, 'at_risk'],
    [seen(100, 0), 0.4, Number.NaN, 'meeting'],
    [seen(100, 9), -1, 0, 'budget_blown'],
    [seen(100, 9), 0, 0, 'budget_blown'],
    [seen(0, 0), Number.NaN, Number.NaN, 'no_data'],
    [seen(100, 9, 0.5), -1, 5, 'no_data'],
  ] as const)(
    'of %j with %f of the budget left and a burn of %f is %s',
    (period, remaining, burn, expected) => {
      expect(healthOf(period, remaining, burn)).toBe(expected)
    },
  )
})

describe('total outage at 99.9 %', () => {
  it('pages 52 s after it begins and is calm 5 minutes after it ends, given even traffic', () => {
    // 10 requests a second; the outage lasts from minute 120 on for 10 minutes.
    const [begin, end] = [120 * 60, 130 * 60]
    const bad = (second: number): boolean => second >= begin && second < end
    const at = (second: number, minutes: number): Observation => {
      const from = (Math.floor(second / 60) + 1 - minutes) * 60
      const seconds = Array.from({ length: second - from + 1 }, (_, i) => from + i)
      const failed = 10 * seconds.filter(bad).length
      return seen(10 * seconds.length - failed, failed)
    }
    const states = Array.from({ length: 30 * 60 }, (_, i) => {
      const second = begin - 60 + i
      return { second, verdict: judge(PAGE, target('0.999'), 3, at(second, 60), at(second, 5)) }
    })
    const first = states.find(({ verdict }) => verdict === 'burning')!.second - begin
    const last = states.findLast(({ verdict }) => verdict === 'burning')!.second - end
    expect(first).toBeGreaterThan(45)
    expect(first).toBeLessThanOrEqual(52)
    expect(last).toBeGreaterThan(180)
    expect(last).toBeLessThanOrEqual(300)
  })
})

describe('sums over windows', () => {
  /** The obvious way: every minute by itself. */
  class Brute {
    readonly minutes = new Map<number, [good: number, bad: number]>()
    sum(from: number, to: number): { good: number; bad: number } {
      let [good, bad] = [0, 0]
      for (let minute = from; minute < to; minute++) {
        good += this.minutes.get(minute)?.[0] ?? 0
        bad += this.minutes.get(minute)?.[1] ?? 0
      }
      return { good, bad }
    }
    hour(hour: number): HourCounts {
      const counts = new Float64Array(2 * HOUR)
      for (let minute = 0; minute < HOUR; minute++) {
        const [good, bad] = this.minutes.get(hour * HOUR + minute) ?? [0, 0]
        counts[minute] = good
        counts[HOUR + minute] = bad
      }
      return counts
    }
  }

  const START = 29_000_000
  const step = fc.oneof(
    // Events of some minute, late ones among them; a count may also be taken back to nothing (a reset).
    fc.record({
      kind: fc.constant('count' as const),
      minute: fc.nat(6000),
      good: fc.nat(50),
      bad: fc.nat(9),
    }),
    fc.record({ kind: fc.constant('reset' as const), minute: fc.nat(6000) }),
    // The clock may stand anywhere next, before or after.
    fc.record({
      kind: fc.constant('ask' as const),
      now: fc.integer({ min: -100, max: 6500 }),
      minutes: fc.constantFrom(1, 5, 30, 60, 120, 360, 1440, 4320, 5999),
    }),
    fc.record({ kind: fc.constant('forget' as const), hour: fc.nat(60) }),
  )

  it('are those of brute force on 10,000 random series with gaps, resets, late data and clock jumps', () => {
    let asked = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 24 }), steps => {
        const brute = new Brute()
        const history = new CountHistory(hour => brute.hour(hour))
        let forgotten = 0
        for (const each of steps) {
          if (each.kind === 'forget') {
            const hour = Math.floor(START / HOUR) + each.hour
            history.forgetBefore(hour)
            forgotten = Math.max(forgotten, hour * HOUR)
          } else if (each.kind === 'ask') {
            const to = START + each.now
            const from = Math.max(forgotten, to - each.minutes)
            expect(history.sum(unixMinute(from), unixMinute(to))).toEqual(brute.sum(from, to))
            asked++
          } else {
            const minute = START + each.minute
            if (minute < forgotten) continue
            if (each.kind === 'count') brute.minutes.set(minute, [each.good, each.bad])
            else brute.minutes.delete(minute)
            const hour = Math.floor(minute / HOUR)
            history.set(hour, brute.hour(hour))
          }
        }
      }),
      { numRuns: 10_000 },
    )
    expect(asked).toBeGreaterThan(10_000)
  })

  it('judge every row as brute force does, on 2,000 random series', () => {
    const rows = defaultRows(target('0.99'), 43_200).rows
    const series = fc.array(fc.tuple(fc.nat(4), fc.constantFrom(0, 0, 0, 1, 3)), {
      minLength: 400,
      maxLength: 500,
    })
    fc.assert(
      fc.property(series, fc.nat(400), (minutes, now) => {
        const brute = new Brute()
        minutes.forEach(([good, bad], i) => brute.minutes.set(START + i, [good, bad]))
        const history = new CountHistory(hour => brute.hour(hour))
        for (let hour = Math.floor(START / HOUR); hour * HOUR < START + 600; hour++)
          history.set(hour, brute.hour(hour))
        const to = unixMinute(START + now)
        for (const row of rows) {
          const [long, short] = [row.longMinutes, row.shortMinutes].map(width => {
            const ours = history.sum(unixMinute(to - width), to)
            return [ours, brute.sum(to - width, to)] as const
          })
          const plainRatio = ({ good, bad }: { good: number; bad: number }) => bad / (good + bad) / 0.01
          const [theirLong, theirShort] = [long![1], short![1]]
          const empty = theirLong.good + theirLong.bad === 0 || theirShort.good + theirShort.bad === 0
          const burning =
            theirLong.bad >= 3 &&
            theirShort.bad >= 1 &&
            plainRatio(theirLong) > row.factor &&
            plainRatio(theirShort) > row.factor
          const expected = empty ? 'hold' : burning ? 'burning' : 'calm'
          expect(
            judge(
              row,
              target('0.99'),
              3,
              { tally: long![0], coverage: 1 },
              { tally: short![0], coverage: 1 },
            ),
          ).toBe(expected)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('time slices', () => {
  const counts = (good: readonly number[], bad: readonly number[]): HourCounts => {
    const hour = new Float64Array(2 * HOUR)
    good.forEach((n, i) => (hour[i] = n))
    bad.forEach((n, i) => (hour[HOUR + i] = n))
    return hour
  }
  const tally = (hour: HourCounts) => {
    const history = new CountHistory(() => hour)
    history.set(0, hour)
    return history.sum(unixMinute(0), unixMinute(60))
  }

  it('are good when enough of their events are; one without events is neither', () => {
    const reshape = reshapeFor({ method: 'Timeslices', sliceMinutes: 5, sliceTarget: target('0.9') })
    const hour = counts([9, 0, 0, 0, 0, 8, 0, 0, 0, 0], [1, 0, 0, 0, 0, 2])
    expect(tally(reshape(hour))).toEqual({ good: 1, bad: 1 })
    expect(reshape(hour)[4]).toBe(1)
    expect(reshape(hour)[HOUR + 9]).toBe(1)
  })

  it('count by their share where ratios are averaged', () => {
    const reshape = reshapeFor({ method: 'RatioTimeslices', sliceMinutes: 1 })
    expect(tally(reshape(counts([3, 100], [1, 0])))).toEqual({ good: 1.75, bad: 0.25 })
  })

  it('leave events as they are where occurrences are counted', () => {
    const hour = counts([1], [2])
    expect(reshapeFor({ method: 'Occurrences' })(hour)).toBe(hour)
  })
})
