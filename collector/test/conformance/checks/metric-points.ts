/** Metrics: nothing that a sender tells is lost, whether PromQL has a use for it or not. */
import { expect } from 'vitest'
import { unixMillis } from '../../../src/model/time.ts'
import type { Snapshot } from '../../../src/store/api.ts'
import { gauge, numberPoint, sum } from '../../metrics/otlp.ts'
import { attribute, bytesOf, int, text } from '../../otlp/wire.ts'
import { check, type Check } from '../check.ts'
import type { Batch } from '../request.ts'
import { patient, type Scene } from '../scene.ts'
import { otlp } from './metric-scene.ts'

/** 2023-11-14T22:13:20Z. */
const T = 1_700_000_000_000
const ALWAYS = { from: unixMillis(-Infinity), to: unixMillis(Infinity) }

/** A name that no other check uses. */
const nameOf = (scene: Scene): string => `p${scene.traceId(0).slice(0, 8)}`

/** The one series of a name as it was sent: `time value since start`; times from T. */
function sent(snapshot: Snapshot, name: string, range = ALWAYS) {
  const matchers = [{ name: '__name__', op: '=', value: name }] as const
  const [series, ...others] = snapshot.metrics(patient).points({ matchers, ...range })
  expect(others).toEqual([])
  if (series === undefined) return undefined
  const { labels, delta, times, values, starts, stale } = series
  return {
    job: labels.find(([label]) => label === 'job')?.[1],
    delta,
    points: [...times].map((time, i) => [time - T, stale[i] === 1 ? 'stale' : values[i], starts[i]! - T]),
  }
}

export const METRIC_POINTS: readonly Check[] = [
  check('since when a gauge and a sum that falls count is kept, and changes no answer of PromQL', scene => {
    const name = nameOf(scene)
    const given = [1, 2].map((n): Batch => {
      const point = numberPoint({ start: T + 500 * n, time: T + 1000 * n, value: n })
      return otlp(gauge(`${name}.g`, [point]), sum(`${name}.s`, [point], { monotonic: false }))
    })
    return {
      given,
      then(snapshot) {
        for (const of of [`${name}_g`, `${name}_s`]) {
          expect(sent(snapshot, of)).toEqual({
            job: 'shop',
            delta: false,
            points: [
              [1000, 1, 500],
              [2000, 2, 1000],
            ],
          })
          const matchers = [{ name: '__name__', op: '=', value: of }] as const
          const [shown] = snapshot.metrics(patient).select({ matchers, ...ALWAYS })
          expect([...shown!.times].map(time => time - T)).toEqual([1000, 2000])
        }
      },
    }
  }),
  check('deltas come out as they were sent, with their starts, gaps and ends', scene => {
    const name = nameOf(scene)
    const delta = (start: number | undefined, time: number, value?: number): Batch =>
      otlp(
        sum(
          `${name}.d`,
          [
            numberPoint({
              time: T + time,
              ...(start !== undefined && { start: T + start }),
              ...(value === undefined ? { flags: 1 } : { value }),
            }),
          ],
          { delta: true },
        ),
      )
    return {
      given: [delta(0, 1000, 5), delta(undefined, 2000, 1), delta(2500, 3000, 2), delta(3000, 4000)],
      then(snapshot) {
        const points = [
          [1000, 5, 0],
          [2000, 1, NaN],
          [3000, 2, 2500],
          [4000, 'stale', NaN],
        ]
        expect(sent(snapshot, `${name}_d_total`)).toEqual({ job: 'shop', delta: true, points })
        const range = { from: unixMillis(T + 2000), to: unixMillis(T + 3000) }
        expect(sent(snapshot, `${name}_d_total`, range)?.points).toEqual(points.slice(1, 3))
        expect(sent(snapshot, `${name}_d_total`, { from: range.to, to: range.from })).toBeUndefined()
      },
    }
  }),
  check('the metadata of a metric is kept with the kinds of its values, whatever its keys', scene => {
    const name = nameOf(scene)
    const told = (...attributes: Uint8Array[]): Batch =>
      otlp(bytesOf(gauge(name, [numberPoint({ time: T, value: 1 })]), ...attributes))
    const described = { name, type: 'gauge', unit: '', help: `about ${name}` }
    return {
      given: [
        told(attribute(12, 'prometheus.type', text('unknown')), attribute(12, '__proto__', int(3, 7n))),
        told(attribute(12, 'prometheus.type', text('unknown')), attribute(12, '__proto__', int(3, 7n))),
        told(),
      ],
      then: snapshot =>
        expect(
          snapshot
            .metrics(patient)
            .metadata()
            .filter(of => of.name === name),
        ).toEqual([
          { ...described, attributes: [] },
          {
            ...described,
            attributes: [
              { key: 'prometheus.type', value: 'unknown' },
              { key: '__proto__', value: 7n },
            ],
          },
        ]),
    }
  }),
]
