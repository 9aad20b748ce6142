import { describe, expect, it } from 'vitest'
import { HodoscopeError } from '../../model/errors.ts'
import type { Series, SeriesSelection, SeriesSource } from '../../model/series.ts'
import { millis, unixMillis } from '../../model/time.ts'
import { instantQuery, rangeQuery, type QueryOptions } from './engine.ts'

/** A counter of one a second, a sample a second for an hour, on each of some instances. */
class Store implements SeriesSource {
  readonly asked: SeriesSelection[] = []
  readonly #series: readonly Series[]

  constructor(instances = 1) {
    const times = Float64Array.from({ length: 3_600 }, (_, i) => i * 1_000)
    this.#series = Array.from({ length: instances }, (_, i) => ({
      labels: [
        ['__name__', 'ticks_total'],
        ['instance', String(i)],
      ],
      times,
      values: times.map(at => at / 1_000),
      stale: undefined,
    }))
  }

  select(selection: SeriesSelection): readonly Series[] {
    this.asked.push(selection)
    return this.#series
  }
}

const hour = { start: unixMillis(0), end: unixMillis(3_600_000), step: millis(60_000) }
const overHour = (store: Store, query: string, options?: QueryOptions) =>
  rangeQuery(store, query, hour, options)

describe('a query is limited', () => {
  it('in samples: those that it reads, and those that it computes', () => {
    const tooLarge = expect.objectContaining({
      code: 'query_too_large',
      message: 'the query would read and compute more than 7200 samples',
    }) as unknown
    expect(() => overHour(new Store(2), 'ticks_total', { maxSamples: 7_200 })).toThrow(tooLarge)
    expect(() => overHour(new Store(1), 'ticks_total', { maxSamples: 7_200 })).not.toThrow()
    expect(() => overHour(new Store(1), 'max_over_time(ticks_total[1h:1s])', { maxSamples: 7_200 })).toThrow(
      tooLarge,
    )
  })

  it('in steps', () => {
    const ask = (steps: number) =>
      rangeQuery(new Store(), 'time()', {
        start: unixMillis(0),
        end: unixMillis(steps * 1_000),
        step: millis(1_000),
      })
    expect(() => ask(11_000)).not.toThrow()
    expect(() => ask(11_001)).toThrow(expect.objectContaining({ code: 'parameter_invalid' }))
  })

  it('in time, also within the windows of one series', () => {
    for (const func of ['sum_over_time', 'deriv', 'quantile_over_time']) {
      const arg = `ticks_total[1h] @ 3600`
      const query = func === 'quantile_over_time' ? `${func}(0.5, ${arg})` : `${func}(${arg})`
      let checks = 0
      const check = (): void => {
        if (++checks > 4) throw new HodoscopeError('query_timeout', 'planted')
      }
      const times = { start: unixMillis(0), end: unixMillis(10_000_000), step: millis(1_000) }
      expect(() => rangeQuery(new Store(), query, times, { check }), func).toThrow('planted')
    }
  })
})

describe('the source is asked', () => {
  it('once for a selection that stands twice', () => {
    const store = new Store()
    overHour(store, 'ticks_total / (ticks_total + ticks_total offset 1m)')
    expect(store.asked.map(({ from, to }) => [from, to])).toEqual([
      [-299_999, 3_600_000],
      [-359_999, 3_540_000],
    ])
  })

  it('for what the windows of all steps hold, and no more', () => {
    const store = new Store()
    overHour(store, 'rate(ticks_total[10m] offset 5m)')
    overHour(store, 'rate(ticks_total[10m] @ end())')
    overHour(store, 'max_over_time(rate(ticks_total[1m])[10m:1m])')
    expect(store.asked.map(({ from, to }) => [from, to])).toEqual([
      [-899_999, 3_300_000],
      [3_000_001, 3_600_000],
      [-599_999, 3_600_000],
    ])
  })
})

describe('an answer', () => {
  it('is a matrix in order of labels, with values at the steps where there are some', () => {
    const times = { start: unixMillis(0), end: unixMillis(120_000), step: millis(60_000) }
    const { result } = rangeQuery(new Store(2), '-ticks_total > -100 or ticks_total', times)
    expect(result).toEqual({
      kind: 'matrix',
      series: [
        {
          labels: [
            ['__name__', 'ticks_total'],
            ['instance', '0'],
          ],
          times: Float64Array.of(120_000),
          values: Float64Array.of(120),
        },
        {
          labels: [
            ['__name__', 'ticks_total'],
            ['instance', '1'],
          ],
          times: Float64Array.of(120_000),
          values: Float64Array.of(120),
        },
        { labels: [['instance', '0']], times: Float64Array.of(0, 60_000), values: Float64Array.of(-0, -60) },
        { labels: [['instance', '1']], times: Float64Array.of(0, 60_000), values: Float64Array.of(-0, -60) },
      ],
    })
  })

  it('to a range query is never a range or a text', () => {
    expect(() => overHour(new Store(), 'ticks_total[5m]')).toThrow(
      expect.objectContaining({ code: 'query_malformed', position: 0 }),
    )
    expect(() => overHour(new Store(), '"a"')).toThrow(expect.objectContaining({ code: 'query_malformed' }))
  })

  it('refuses what has no order and no meaning', () => {
    const ask = (query: string) => () => instantQuery(new Store(2), query, unixMillis(60_000))
    const notExecutable = expect.objectContaining({ code: 'query_not_executable' }) as unknown
    expect(ask('count_values("", ticks_total)')).toThrow(notExecutable)
    expect(ask('label_replace(ticks_total, "instance", "", "", "")')).toThrow(notExecutable)
    expect(ask('label_replace(ticks_total, "a", "", "instance", "(")')).toThrow(notExecutable)
    expect(ask('topk(1e30, ticks_total)')).toThrow(notExecutable)
  })
})
