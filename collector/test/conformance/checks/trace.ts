/** One trace: its spans, its logs, its summary. */
import { expect } from 'vitest'
import type { Span } from '../../../src/model/telemetry.ts'
import { spanIdAt } from '../../../src/model/span-ids.ts'
import { unixNano } from '../../../src/model/time.ts'
import type { Snapshot } from '../../../src/store/api.ts'
import { check } from '../check.ts'
import { logs, spans } from '../request.ts'
import { attrs, patient, type Scene } from '../scene.ts'
import { wholeTrace } from '../../query/whole-trace.ts'

const namesOf = (snapshot: Snapshot, scene: Scene, limit = 1000): string[] =>
  wholeTrace(snapshot, scene.traceId(1), limit, patient).spans.map(span => span.name)

const summaryOf = (snapshot: Snapshot, scene: Scene, trace = 1) =>
  snapshot.traceSummary(scene.traceId(trace), patient)

export const TRACE = [
  check('gives the spans of a trace by start', scene => ({
    given: [
      spans(
        scene.span({ at: 30, name: 'c' }),
        scene.span({ at: 10, name: 'a' }),
        scene.span({ trace: 2, name: 'other' }),
      ),
      spans(scene.span({ at: 20, name: 'b' })),
    ],
    then: snapshot => {
      expect(namesOf(snapshot, scene)).toEqual(['a', 'b', 'c'])
      expect(wholeTrace(snapshot, scene.traceId(1), 2, patient)).toMatchObject({
        total: 3,
        spans: { length: 2 },
      })
      expect(namesOf(snapshot, scene, 2)).toEqual(['a', 'b'])
    },
  })),

  check('gives spans that start together in order of arrival', scene => ({
    given: [
      spans(scene.span({ name: 'first' }), scene.span({ name: 'second' })),
      spans(scene.span({ name: 'third' })),
      spans(scene.span({ name: 'fourth' }), scene.span({ name: 'fifth' })),
    ],
    then: snapshot =>
      expect(namesOf(snapshot, scene)).toEqual(['first', 'second', 'third', 'fourth', 'fifth']),
  })),

  check('ordinals rise in order of arrival and stay as they are', scene => ({
    given: [spans(scene.span({ name: 'a' }), scene.span({ name: 'b' })), spans(scene.span({ name: 'c' }))],
    then: snapshot => {
      const [a, b, c] = wholeTrace(snapshot, scene.traceId(1), 10, patient).spans.map(span => span.ordinal)
      expect(a!.sequence === b!.sequence ? a!.row < b!.row : a!.sequence < b!.sequence).toBe(true)
      expect(b!.sequence === c!.sequence ? b!.row < c!.row : b!.sequence < c!.sequence).toBe(true)
    },
  })),

  check('a trace nobody sent is empty', scene => ({
    given: [],
    then: snapshot => {
      expect(wholeTrace(snapshot, scene.traceId(9), 10, patient)).toEqual({ spans: [], total: 0 })
      expect(snapshot.traceOutline(scene.traceId(9), patient)).toBeUndefined()
      expect(snapshot.traceLogs(scene.traceId(9), 10, patient)).toEqual({ logs: [], total: 0 })
      expect(summaryOf(snapshot, scene, 9)).toBeUndefined()
    },
  })),

  check('outlines a trace as columns, by place', scene => ({
    given: [
      spans(scene.span({ id: 3, parent: 1, at: 30, lasts: 5, kind: 3, error: true })),
      spans(
        scene.span({ id: 2, parent: 77, at: 20, lasts: -4, kind: 2 }),
        scene.span({ id: 1, at: 10, lasts: 50, kind: 1 }),
        scene.span({ trace: 2, id: 4, at: 0 }),
      ),
    ],
    then: snapshot => {
      const outline = snapshot.traceOutline(scene.traceId(1), patient)!
      const places = Array.from({ length: outline.size }, (_, place) => place)
      expect(places.map(place => spanIdAt(outline.spanIds, place))).toEqual(
        [1, 2, 3].map(id => scene.spanId(id)),
      )
      expect(places.map(place => spanIdAt(outline.parentIds, place))).toEqual([
        '',
        scene.spanId(77),
        scene.spanId(1),
      ])
      expect([...outline.starts]).toEqual([0, 10e6, 20e6])
      expect([...outline.durations]).toEqual([50e6, -4e6, 5e6])
      expect([...outline.kinds]).toEqual([1, 2, 3])
      expect([...outline.errors]).toEqual([0, 0, 1])
      expect(outline.summary).toEqual(summaryOf(snapshot, scene))
      const [c, a] = snapshot.spansAt(outline, [2, 0], patient)
      expect([c?.spanId, a?.spanId]).toEqual([scene.spanId(3), scene.spanId(1)])
      expect(snapshot.spansAt(outline, [], patient)).toEqual([])
    },
  })),

  check('spans that lie centuries apart stand by their start', scene => {
    const far = scene.span({ id: 2, parent: 1, name: 'far' })
    return {
      given: [
        spans(
          { ...far, startTimeUnixNano: unixNano(2n ** 63n + 1n), endTimeUnixNano: unixNano(2n ** 63n + 2n) },
          { ...far, spanId: scene.spanId(3), name: 'near', startTimeUnixNano: unixNano(1n) },
        ),
        spans({
          ...far,
          spanId: scene.spanId(4),
          name: 'a nanosecond sooner',
          startTimeUnixNano: unixNano(2n ** 63n),
        }),
      ],
      then: snapshot => expect(namesOf(snapshot, scene)).toEqual(['near', 'a nanosecond sooner', 'far']),
    }
  }),

  check('a span sent twice in different company is given once, the first to arrive', scene => {
    const twice = scene.span({ id: 1, name: 'twice', attributes: attrs('a', 1n, 'b', Number.NaN) })
    return {
      given: [spans(twice, scene.span({ at: 1, name: 'x' })), spans(scene.span({ at: 2, name: 'y' }), twice)],
      then: snapshot => {
        const { spans: given, total } = wholeTrace(snapshot, scene.traceId(1), 10, patient)
        expect(given.map(span => span.name)).toEqual(['twice', 'x', 'y'])
        expect(total).toBe(3)
        const others = given.slice(1).map(span => span.ordinal)
        expect(given[0]!.ordinal.sequence).toBe(others[0]!.sequence)
        expect(summaryOf(snapshot, scene)?.spanCount).toBe(3)
      },
    }
  }),

  check('spans that differ in any field are both given', scene => {
    const base = scene.span({ id: 1, attributes: attrs('a', 1n, 'b', 'x') })
    const variants: Partial<Span>[] = [
      { attributes: attrs('a', 1, 'b', 'x') },
      { attributes: attrs('b', 'x', 'a', 1n) },
      { attributes: attrs('a', '1', 'b', 'x') },
      { attributes: attrs('a', 1n, 'b', new TextEncoder().encode('x')) },
      { status: { code: 0, message: 'hm' } },
      { traceState: 'a=b' },
      { flags: 1 },
      { droppedLinksCount: 1 },
      { scope: { ...base.scope, version: '2' } },
      { resource: { ...base.resource, schemaUrl: 'https://example.com/1' } },
      { events: [{ timeUnixNano: scene.at(0), name: 'e', attributes: [], droppedAttributesCount: 0 }] },
    ]
    return {
      given: [spans(base, base), spans(...variants.map(variant => ({ ...base, ...variant })))],
      then: snapshot => {
        expect(wholeTrace(snapshot, scene.traceId(1), 100, patient).total).toBe(1 + variants.length)
        expect(summaryOf(snapshot, scene)?.spanCount).toBe(1)
      },
    }
  }),

  check('spans that differ in id, kind, name, start or end count each', scene => {
    const base = scene.span({ id: 1, error: true })
    const variants = [
      { spanId: scene.spanId(2) },
      { kind: 2 as const },
      { name: 'other' },
      { startTimeUnixNano: scene.at(0.5) },
      { endTimeUnixNano: scene.at(1.5) },
    ]
    return {
      given: [
        spans(base, ...variants.map(variant => ({ ...base, ...variant }))),
        spans({ ...base, flags: 1 }),
      ],
      then: snapshot =>
        expect(summaryOf(snapshot, scene)).toMatchObject({
          spanCount: 6,
          errorCount: 6,
          services: [{ name: 'shop', spanCount: 6, errorCount: 6 }],
        }),
    }
  }),

  // |--------a (no parent)--------|
  //     |--b (of a)--|
  check('the root is the earliest span without a parent, though others start before it', scene => ({
    given: [
      spans(
        scene.span({ at: 0, parent: 77, name: 'orphan' }),
        scene.span({ id: 1, at: 5, name: 'root', service: 'web' }),
        scene.span({ at: 7, name: 'later root' }),
      ),
    ],
    then: snapshot =>
      expect(summaryOf(snapshot, scene)).toMatchObject({
        rootName: 'root',
        rootService: 'web',
        spanCount: 3,
      }),
  })),

  check('without a root, the earliest whose parent is absent', scene => ({
    given: [
      spans(
        scene.span({ id: 2, parent: 1, at: 0, name: 'child' }),
        scene.span({ id: 1, parent: 88, at: 5, name: 'orphan' }),
      ),
    ],
    then: snapshot => expect(summaryOf(snapshot, scene)?.rootName).toBe('orphan'),
  })),

  check('in a cycle, the earliest', scene => ({
    given: [
      spans(
        scene.span({ id: 1, parent: 2, at: 3, name: 'late' }),
        scene.span({ id: 2, parent: 1, at: 1, name: 'early' }),
      ),
    ],
    then: snapshot => expect(summaryOf(snapshot, scene)?.rootName).toBe('early'),
  })),

  check('of roots that start together, the first to arrive', scene => ({
    given: [spans(scene.span({ name: 'first' })), spans(scene.span({ name: 'second' }))],
    then: snapshot => expect(summaryOf(snapshot, scene)?.rootName).toBe('first'),
  })),

  check('lasts from the earliest start to the latest end', scene => ({
    given: [
      spans(scene.span({ id: 1, at: 10, lasts: 5 }), scene.span({ parent: 1, at: 2, lasts: 1 })),
      spans(scene.span({ parent: 1, at: 12, lasts: 100 })),
    ],
    then: snapshot =>
      expect(summaryOf(snapshot, scene)).toMatchObject({
        startTimeUnixNano: scene.at(2),
        durationNano: 110_000_000,
      }),
  })),

  check('lists services by span count, then by name', scene => ({
    given: [
      spans(
        ...['b', 'c', 'a', 'c'].map((service, at) =>
          scene.span({ service, at, error: service === 'c' && at === 1 }),
        ),
      ),
    ],
    then: snapshot =>
      expect(summaryOf(snapshot, scene)?.services).toEqual([
        { name: 'c', spanCount: 2, errorCount: 1 },
        { name: 'a', spanCount: 1, errorCount: 0 },
        { name: 'b', spanCount: 1, errorCount: 0 },
      ]),
  })),

  check('one service may have many resources', scene => ({
    given: [
      spans(
        ...['pod-1', 'pod-2'].map(pod => {
          const span = scene.span({ service: 'shop' })
          return {
            ...span,
            resource: {
              ...span.resource,
              attributes: [...span.resource.attributes, ...attrs('host.name', pod)],
            },
          }
        }),
      ),
    ],
    then: snapshot => {
      expect(summaryOf(snapshot, scene)?.services).toEqual([{ name: 'shop', spanCount: 2, errorCount: 0 }])
      const hosts = wholeTrace(snapshot, scene.traceId(1), 10, patient).spans.map(
        s => s.resource.attributes[1]?.value,
      )
      expect(hosts).toEqual(['pod-1', 'pod-2'])
    },
  })),

  check('gives the logs of a trace, oldest first', scene => ({
    given: [
      logs(scene.log({ trace: 1, at: 5, body: 'later' }), scene.log({ trace: 1, at: 1, body: 'sooner' })),
      logs(scene.log({ trace: 1, at: 1, body: 'sooner too' }), scene.log({ at: 1, body: 'of no trace' })),
      logs(scene.log({ trace: 2, at: 1, body: 'of another' })),
    ],
    then: snapshot => {
      const answer = snapshot.traceLogs(scene.traceId(1), 2, patient)
      expect(answer.logs.map(log => log.body)).toEqual(['sooner', 'sooner too'])
      expect(answer.total).toBe(3)
      expect(snapshot.traceLogs('', 10, patient)).toEqual({ logs: [], total: 0 })
    },
  })),
]
