/** Histograms, span statistics, and what completion is made from. */
import { expect } from 'vitest'
import type { Filter } from '../../../src/filter/ast.ts'
import type { KeysQuery, Snapshot, SpanStats, ValuesQuery } from '../../../src/store/api.ts'
import { check } from '../check.ts'
import { all, eq } from '../filters.ts'
import { logs, spans } from '../request.ts'
import { attrs, NO_SCOPE, patient, resource, type Scene } from '../scene.ts'

const statsOf = (snapshot: Snapshot, scene: Scene, filter = all): readonly SpanStats[] =>
  snapshot.spanStats({ filter, range: scene.day }, patient)

const keysOf = (snapshot: Snapshot, scene: Scene, query: Partial<KeysQuery> = {}) =>
  snapshot.attributeKeys({ signal: 'traces', range: scene.day, prefix: '', limit: 100, ...query }, patient)

const valuesOf = (snapshot: Snapshot, scene: Scene, query: Partial<ValuesQuery>) =>
  snapshot.attributeValues(
    { signal: 'traces', range: scene.day, prefix: '', limit: 100, key: 'k', ...query },
    patient,
  )

export const FIGURES = [
  check('a histogram counts spans by ok and error', scene => ({
    given: [
      spans(...[0, 9, 10, 29, 30].map(at => scene.span({ at, error: at === 9 }))),
      spans(scene.span({ at: 10, status: { code: 1, message: '' } })),
    ],
    then: snapshot =>
      expect(
        snapshot.histogram({ signal: 'traces', filter: all, range: scene.range(0, 30), buckets: 3 }, patient),
      ).toEqual({
        from: scene.at(0),
        widthNano: 10_000_000,
        counts: { ok: [1, 2, 1], error: [1, 0, 0] },
      }),
  })),

  check('exemplar spans are the slowest of each group, slice and half doubling', scene => {
    const of = (id: number, at: number, lasts: number, more = {}) =>
      scene.span({ id, trace: id, at, lasts, name: 'a', service: 'pay', ...more })
    return {
      given: [
        spans(of(1, 0, 1), of(2, 1, 1.04), of(3, 2, 1.04), of(4, 3, 1.6), of(5, 4, 1, { error: true })),
        spans(
          of(6, 11, 1),
          of(7, 5, 1, { name: 'b' }),
          of(8, 6, 1, { kind: 3 }),
          of(9, 7, 9, { name: 'other' }),
        ),
      ],
      then(snapshot) {
        const filter: Filter = { op: 'not', of: eq('name', 'other') }
        const found = snapshot.exemplarSpans({ filter, range: scene.range(0, 20), columns: 2 }, patient)
        expect(found.map(({ spanId }) => spanId)).toEqual([2, 4, 5, 7, 8, 6].map(id => scene.spanId(id)))
        expect(found[2]).toEqual({
          service: 'pay',
          name: 'a',
          kind: scene.span({}).kind,
          status: 2,
          start: scene.at(4),
          duration: 1_000_000,
          traceId: scene.traceId(5),
          spanId: scene.spanId(5),
        })
      },
    }
  }),

  check('a heat map counts spans by start and duration, those that failed apart', scene => ({
    given: [
      spans(
        scene.span({ at: 0, lasts: 1 }),
        scene.span({ at: 9, lasts: 1.01, error: true }),
        scene.span({ at: 10, lasts: 0 }),
        scene.span({ at: 29, lasts: 16 }),
        scene.span({ at: 30 }),
        scene.span({ at: 5, lasts: 1, name: 'other' }),
      ),
    ],
    then: snapshot => {
      const filter: Filter = { op: 'not', of: eq('name', 'other') }
      // An eighth of a doubling each, from 2^10 ns on: 1 ms lies in [983,040, 1,114,112).
      expect(snapshot.heatMap({ filter, range: scene.range(0, 30), columns: 3 }, patient)).toEqual({
        from: scene.at(0),
        widthNano: 10_000_000,
        cells: [
          { column: 0, bucket: 79, count: 2, errors: 1 },
          { column: 1, bucket: 0, count: 1, errors: 0 },
          { column: 2, bucket: 111, count: 1, errors: 0 },
        ],
      })
    },
  })),

  check('the width of a bucket is rounded up to a whole nanosecond', scene => ({
    given: [spans(scene.span({ startTimeUnixNano: scene.at(0.000009) }))],
    then: snapshot => {
      const range = { from: scene.at(0), to: scene.at(0.00001) }
      expect(snapshot.histogram({ signal: 'traces', filter: all, range, buckets: 3 }, patient)).toEqual({
        from: range.from,
        widthNano: 4,
        counts: { ok: [0, 0, 1], error: [0, 0, 0] },
      })
    },
  })),

  check('a histogram counts logs by severity', scene => ({
    given: [
      logs(
        ...[0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24].map(severityNumber =>
          scene.log({ severityNumber }),
        ),
      ),
    ],
    then: snapshot =>
      expect(
        snapshot.histogram({ signal: 'logs', filter: all, range: scene.range(0, 1), buckets: 1 }, patient)
          .counts,
      ).toEqual({ trace: [2], debug: [2], info: [2], warn: [2], error: [2], fatal: [2], unspecified: [1] }),
  })),

  check('a histogram counts what the filter finds', scene => ({
    given: [spans(scene.span({ name: 'a' }), scene.span({ name: 'b', error: true }))],
    then: snapshot =>
      expect(
        snapshot.histogram(
          { signal: 'traces', filter: eq('name', 'b'), range: scene.day, buckets: 1 },
          patient,
        ).counts,
      ).toEqual({ ok: [0], error: [1] }),
  })),

  check('span statistics have a row for each service, name, kind and entry', scene => ({
    given: [
      spans(
        scene.span({ id: 1, service: 'web', name: 'GET /', kind: 2, lasts: 10 }),
        scene.span({ parent: 1, service: 'web', name: 'GET /', kind: 2, lasts: 20, error: true }),
        scene.span({ parent: 1, service: 'web', name: 'GET /', kind: 3 }),
        scene.span({ parent: 1, service: 'web', name: 'work', kind: 1 }),
        scene.span({ service: 'web', name: 'work', kind: 1 }),
        scene.span({ parent: 1, service: 'job', name: 'work', kind: 5 }),
      ),
    ],
    then: snapshot => {
      const rows = statsOf(snapshot, scene).map(row =>
        [row.service, row.name, row.kind, row.entry, row.count, row.errors].join(' '),
      )
      expect(rows.sort()).toEqual([
        'job work 5 true 1 0',
        'web GET / 2 true 2 1',
        'web GET / 3 false 1 0',
        'web work 1 false 1 0',
        'web work 1 true 1 0',
      ])
    },
  })),

  check('durations of span statistics are those of the spans', scene => ({
    given: [
      spans(
        ...[1, 2, 3, 4, 100].map(lasts => scene.span({ lasts })),
        scene.span({ endTimeUnixNano: scene.at(-1) }),
      ),
    ],
    then: snapshot => {
      const [row] = statsOf(snapshot, scene)
      expect(row?.durations.count).toBe(6)
      expect(row?.durations.quantile(0)).toBe(0)
      expect(Math.abs(Number(row?.durations.quantile(1)) / 1e8 - 1)).toBeLessThan(0.01)
      expect(Math.abs(Number(row?.durations.quantile(0.5)) / 2e6 - 1)).toBeLessThan(0.01)
    },
  })),

  check('attribute keys are counted by record and place, most frequent first', scene => ({
    given: [
      spans(
        scene.span({ attributes: attrs('http.route', 'a', 'http.route', 'b', 'x', 1n) }),
        scene.span({
          attributes: attrs('http.route', 'a'),
          events: [1, 2].map(n => ({
            timeUnixNano: scene.at(n),
            name: 'e',
            attributes: attrs('http.route', 'c'),
            droppedAttributesCount: 0,
          })),
        }),
        scene.span({ scope: { ...NO_SCOPE, attributes: attrs('x', null) } }),
      ),
    ],
    then: snapshot => {
      expect(keysOf(snapshot, scene)).toEqual([
        { key: 'service.name', in: 'resource', count: 3 },
        { key: 'http.route', in: 'record', count: 2 },
        { key: 'http.route', in: 'event', count: 1 },
        { key: 'x', in: 'record', count: 1 },
        { key: 'x', in: 'scope', count: 1 },
      ])
      expect(keysOf(snapshot, scene, { prefix: 'http.', limit: 1 })).toEqual([
        { key: 'http.route', in: 'record', count: 2 },
      ])
      expect(keysOf(snapshot, scene, { prefix: 'HTTP' })).toEqual([])
      expect(keysOf(snapshot, scene, { signal: 'logs' })).toEqual([])
    },
  })),

  check('attribute values are counted by record, most frequent first', scene => ({
    given: [
      spans(
        scene.span({ attributes: attrs('k', 'b', 'k', 'b') }),
        scene.span({ attributes: attrs('k', 'a') }),
        scene.span({ attributes: attrs('k', 'a'), resource: resource('shop', attrs('k', 'c')) }),
        scene.span({ attributes: attrs('k', 7n) }),
        scene.span({ attributes: attrs('k', 7) }),
        scene.span({ attributes: attrs('k', null, 'k', { kind: 'array', values: ['z'] }) }),
        scene.span({
          events: [
            { timeUnixNano: scene.at(0), name: 'e', attributes: attrs('k', 'b'), droppedAttributesCount: 0 },
          ],
        }),
      ),
    ],
    then: snapshot => {
      expect(valuesOf(snapshot, scene, {})).toEqual([
        { value: '7', count: 2 },
        { value: 'a', count: 2 },
        { value: 'b', count: 2 },
        { value: '["z"]', count: 1 },
        { value: 'c', count: 1 },
      ])
      expect(valuesOf(snapshot, scene, { prefix: 'b' })).toEqual([{ value: 'b', count: 2 }])
      expect(valuesOf(snapshot, scene, { limit: 2 })).toHaveLength(2)
    },
  })),

  check('values of intrinsics', scene => ({
    given: [
      spans(
        scene.span({ service: 'web', name: 'GET', kind: 2, error: true }),
        scene.span({ service: 'web', name: '', attributes: attrs('kind', 'odd') }),
      ),
      logs(
        scene.log({ severityNumber: 17, attributes: attrs('name', 'of a log') }),
        scene.log({ severityNumber: 0 }),
      ),
    ],
    then: snapshot => {
      const counts = (query: Partial<ValuesQuery>) =>
        valuesOf(snapshot, scene, query).map(row => `${row.value} ${row.count}`)
      expect(counts({ key: 'service' })).toEqual(['web 2'])
      expect(counts({ key: 'name' })).toEqual(['GET 1'])
      expect(counts({ key: 'kind' })).toEqual(['internal 1', 'server 1'])
      expect(counts({ key: 'status' })).toEqual(['error 1', 'unset 1'])
      expect(counts({ key: 'severity', signal: 'logs' })).toEqual(['error 1', 'unspecified 1'])
      expect(counts({ key: 'service', signal: 'logs' })).toEqual(['shop 2'])
      expect(counts({ key: 'name', signal: 'logs' })).toEqual(['of a log 1'])
    },
  })),

  check('completion looks at its range alone', scene => ({
    given: [
      spans(
        scene.span({ at: 0, attributes: attrs('k', 'early') }),
        scene.span({ at: 10, attributes: attrs('k', 'late') }),
      ),
    ],
    then: snapshot => {
      expect(valuesOf(snapshot, scene, { range: scene.range(10, 11) })).toEqual([{ value: 'late', count: 1 }])
      expect(keysOf(snapshot, scene, { range: scene.range(0, 10), prefix: 'k' })).toEqual([
        { key: 'k', in: 'record', count: 1 },
      ])
    },
  })),
]
