/** Metrics: what is stored as series, and what must then be read. */
import { expect } from 'vitest'
import type { LabelMatcher } from '../../../src/model/series.ts'
import { gauge, numberPoint } from '../../metrics/otlp.ts'
import { metadata, STALE_BITS, type WrittenSeries } from '../../metrics/write.ts'
import { check, type Check } from '../check.ts'
import type { Batch } from '../request.ts'
import { ALWAYS, labelText, named, nameOf, otlp, range, samples, select, T, viewOf } from './metric-scene.ts'

export const METRICS: readonly Check[] = [
  check('series come by matchers, with just the samples in range, both ends in it', scene => {
    const name = nameOf(scene)
    const of = (host: string, values: readonly number[]): WrittenSeries => ({
      labels: { __name__: name, host },
      samples: values.map((value, i) => [T + i * 1000, value]),
    })
    return {
      given: [samples([of('a', [1, 2, 3]), of('b', [4, 5, 6])]), samples([of('c', [7])])],
      then(snapshot) {
        const all = {
          'host=a': [
            [0, 1],
            [1000, 2],
            [2000, 3],
          ],
          'host=b': [
            [0, 4],
            [1000, 5],
            [2000, 6],
          ],
          'host=c': [[0, 7]],
        }
        expect(select(snapshot, name)).toEqual(all)
        expect(select(snapshot, name, range(1000, 2000))).toEqual({
          'host=a': [
            [1000, 2],
            [2000, 3],
          ],
          'host=b': [
            [1000, 5],
            [2000, 6],
          ],
        })
        expect(select(snapshot, name, range(1, 999))).toEqual({})
        const hosts = (...more: LabelMatcher[]) => Object.keys(select(snapshot, name, ALWAYS, ...more)).sort()
        expect(hosts({ name: 'host', op: '=~', value: 'a|c' })).toEqual(['host=a', 'host=c'])
        expect(hosts({ name: 'host', op: '!=', value: 'a' })).toEqual(['host=b', 'host=c'])
        expect(hosts({ name: 'host', op: '!~', value: '[ab]' })).toEqual(['host=c'])
        expect(hosts({ name: 'none', op: '=', value: '' })).toEqual(['host=a', 'host=b', 'host=c'])
        expect(hosts({ name: 'host', op: '=', value: '' })).toEqual([])
      },
    }
  }),
  check(
    'of two samples at one time the one that arrived last counts; samples of any age and order are kept',
    scene => {
      const name = nameOf(scene)
      const of = (...given: (readonly [number, number])[]): Batch =>
        samples([{ labels: { __name__: name }, samples: given.map(([at, value]) => [T + at, value]) }])
      return {
        given: [
          of([3000, 3], [1000, 1]),
          of([2000, 2], [3000, 30]),
          of([-T, 1970], [-2 * T, 1916]),
          of([1000, 10], [1000, 11]),
        ],
        then: snapshot =>
          expect(select(snapshot, name)).toEqual({
            '': [
              [-2 * T, 1916],
              [-T, 1970],
              [1000, 11],
              [2000, 2],
              [3000, 30],
            ],
          }),
      }
    },
  ),
  check('stale markers are flags, and other values that are no number are kept as they are', scene => {
    const name = nameOf(scene)
    const values = [1, STALE_BITS, NaN, Infinity, -Infinity, -0, 5e-324, Number.MAX_VALUE]
    return {
      given: [samples([{ labels: { __name__: name }, samples: values.map((value, i) => [T + i, value]) }])],
      then(snapshot) {
        const [series] = viewOf(snapshot).select({ matchers: named(name), ...ALWAYS })
        expect([...series!.stale!]).toEqual([0, 1, 0, 0, 0, 0, 0, 0])
        expect([...series!.values].filter((_, i) => i !== 1)).toEqual([
          1,
          NaN,
          Infinity,
          -Infinity,
          -0,
          5e-324,
          Number.MAX_VALUE,
        ])
      },
    }
  }),
  check('labels, their names and their values are listed', scene => {
    const name = nameOf(scene)
    const of = (labels: Record<string, string>): WrittenSeries => ({
      labels: { __name__: name, ...labels },
      samples: [[T, 1]],
    })
    return {
      given: [samples([of({ a: '2', b: 'x' }), of({ a: '1', é: 'ü' }), of({ ['__proto__']: 'p' })])],
      then(snapshot) {
        const view = viewOf(snapshot)
        const selection = { matchers: named(name), ...ALWAYS }
        expect(view.labelNames(selection)).toEqual(['__name__', '__proto__', 'a', 'b', 'é'])
        expect(view.labelValues('a', selection)).toEqual(['1', '2'])
        expect(view.labelValues('none', selection)).toEqual([])
        expect(
          view
            .labels(selection)
            .map(labels => labelText({ labels }))
            .sort(),
        ).toEqual(['__proto__=p', 'a=1,é=ü', 'a=2,b=x'])
        expect(view.cardinality(selection, 2)).toEqual({
          series: 3,
          metrics: [{ name, series: 3 }],
          labels: [
            { name: 'a', values: 2 },
            { name: '__name__', values: 1 },
          ],
        })
      },
    }
  }),
  check('metadata of remote-write and OTLP', scene => {
    const name = nameOf(scene)
    return {
      given: [
        samples([], metadata(1, `${name}_w`, 'written', 'By')),
        samples([], metadata(1, `${name}_w`, 'written', 'By')),
        otlp(gauge(`${name}.g`, [numberPoint({ time: T, value: 1 })], 's')),
      ],
      then: snapshot =>
        expect(
          viewOf(snapshot)
            .metadata()
            .filter(of => of.name.startsWith(`${name}_`)),
        ).toEqual([
          { name: `${name}_g_seconds`, type: 'gauge', unit: 's', help: `about ${name}.g`, attributes: [] },
          { name: `${name}_w`, type: 'counter', unit: 'By', help: 'written', attributes: [] },
        ]),
    }
  }),
]
