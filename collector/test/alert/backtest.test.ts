/** What an objective would have told of, over minutes written by hand. */
import { describe, expect, it } from 'vitest'
import { backtest, firedFor, type Observe } from '../../src/alert/backtest.ts'
import { unixMinute } from '../../src/model/time.ts'
import { parseOpenSlo } from '../../src/slo/openslo.ts'

const BEGIN = 29_000_040
const DAY = 1_440

const [objective] = parseOpenSlo([
  `
apiVersion: openslo/v1
kind: SLO
metadata: { name: pay }
spec:
  service: pay
  indicator: { spec: { ratioMetric: {
    good: { metricSource: { type: Hodoscope, spec: { query: "-status:error" } } },
    total: { metricSource: { type: Hodoscope, spec: { query: "service:pay" } } } } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.999 }]`,
]).slos[0]!.objectives

const range = (from: number, to: number) => ({
  from: unixMinute(BEGIN + from),
  to: unixMinute(BEGIN + to),
})

/** 100 events a minute from `from` on, all bad in the outages. */
function seen(outages: readonly (readonly [from: number, to: number])[], coverage = 1): Observe {
  const isBad = (minute: number): boolean =>
    outages.some(([from, to]) => minute - BEGIN >= from && minute - BEGIN < to)
  return ({ from, to }) => {
    let [good, bad] = [0, 0]
    for (let minute = from; minute < to; minute++)
      if (isBad(minute)) bad += 100
      else good += 100
    return { tally: { good, bad }, coverage }
  }
}

const run = (observe: Observe, from = 0, to = DAY) =>
  backtest(objective!, range(from, to), observe, () => Promise.resolve())
const minuteOf = (at: number | undefined) => at && at / 60_000 - BEGIN

describe('a back-test', () => {
  it('of two outages tells of two pages, from the first bad minute until the short windows are calm', async () => {
    const found = await run(
      seen([
        [300, 310],
        [900, 905],
      ]),
    )
    const pages = found.filter(({ severity }) => severity === 'page')
    expect(pages.map(({ start, end, rows }) => [minuteOf(start), minuteOf(end), rows])).toEqual([
      // 1h/5m from the first minute on (100 of 6,000 burns at 16.7), 6h/30m from the third (300 of 36,000
      // burns at 8.3), and until the outage has left the 30 minutes.
      [301, 340, ['1h/5m', '6h/30m']],
      // The first outage is in the 6 hours no more.
      [901, 935, ['1h/5m', '6h/30m']],
    ])
    expect(firedFor(found, 'page', range(0, DAY))).toBe((39 + 34) * 60_000)
  })

  it('of calm tells of nothing', async () => {
    const found = await run(seen([]))
    expect(found).toEqual([])
    expect(firedFor(found, 'page', range(0, DAY))).toBe(0)
  })

  it('of an outage that goes on at the end has no end, and counts to the end of the range', async () => {
    const found = await run(seen([[DAY - 10, DAY + 10]]))
    const [page] = found.filter(({ severity }) => severity === 'page')
    expect([minuteOf(page!.start), page!.end]).toEqual([DAY - 9, undefined])
    expect(firedFor(found, 'page', range(0, DAY))).toBe(9 * 60_000)
  })

  it('of minutes in which nothing was counted tells of nothing', async () => {
    expect(await run(seen([[300, 310]], 0.5))).toEqual([])
  })

  it('lets others run', async () => {
    let pauses = 0
    await backtest(objective!, range(0, DAY), seen([]), () => {
      pauses++
      return Promise.resolve()
    })
    expect(pauses).toBe(2)
  })
})
