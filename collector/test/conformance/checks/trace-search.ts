/** Searching traces: which, in what order, and page by page. */
import { expect } from 'vitest'
import type { Snapshot, TraceHit, TraceSearch } from '../../../src/store/api.ts'
import { check } from '../check.ts'
import { all, and, compare, eq } from '../filters.ts'
import { spans } from '../request.ts'
import { patient, type Scene } from '../scene.ts'

type Question = Partial<TraceSearch>

function search(snapshot: Snapshot, scene: Scene, question: Question = {}) {
  return snapshot.searchTraces(
    { filter: all, range: scene.day, sort: 'newest', limit: 100, ...question },
    patient,
  )
}

const idsOf = (answer: { readonly hits: readonly TraceHit[] }): string[] =>
  answer.hits.map(hit => hit.summary.traceId)

/** All hits, page by page. */
export function page(snapshot: Snapshot, scene: Scene, limit: number, question: Question = {}): string[] {
  const ids: string[] = []
  let after: TraceSearch['after'] | undefined
  for (;;) {
    const answer = search(snapshot, scene, { ...question, limit, ...(after === undefined ? {} : { after }) })
    ids.push(...idsOf(answer))
    const last = answer.hits.at(-1)
    if (!answer.more || last === undefined) return ids
    expect(ids.length, 'pages end').toBeLessThan(1000)
    after = { key: last.key, traceId: last.summary.traceId }
  }
}

export const TRACE_SEARCH = [
  check('lists the newest trace first', scene => ({
    given: [
      spans(
        scene.span({ trace: 1, at: 10 }),
        scene.span({ trace: 2, at: 30 }),
        scene.span({ trace: 3, at: 20 }),
      ),
    ],
    then: snapshot => expect(idsOf(search(snapshot, scene))).toEqual([2, 3, 1].map(n => scene.traceId(n))),
  })),

  // trace 1  |--a--|            |--b--|
  // trace 2            |--c--|
  check('orders a trace by its newest matching span', scene => ({
    given: [
      spans(
        scene.span({ trace: 1, at: 0, name: 'a' }),
        scene.span({ trace: 1, at: 40, name: 'b' }),
        scene.span({ trace: 2, at: 20, name: 'c' }),
      ),
    ],
    then: snapshot => {
      expect(idsOf(search(snapshot, scene))).toEqual([scene.traceId(1), scene.traceId(2)])
      expect(search(snapshot, scene).hits[0]?.key).toBe(scene.at(40))
      const early = search(snapshot, scene, { range: scene.range(0, 40) })
      expect(idsOf(early)).toEqual([scene.traceId(2), scene.traceId(1)])
      expect(early.hits[1]?.key).toBe(scene.at(0))
    },
  })),

  check('orders slowest by the longest matching span, in nanoseconds', scene => ({
    given: [
      spans(
        scene.span({ trace: 1, lasts: 5 }),
        scene.span({ trace: 2, lasts: 50 }),
        scene.span({ trace: 3, lasts: 7, name: 'query' }),
        scene.span({ trace: 3, lasts: 500, name: 'wait' }),
      ),
    ],
    then: snapshot => {
      const answer = search(snapshot, scene, { sort: 'slowest' })
      expect(idsOf(answer)).toEqual([3, 2, 1].map(n => scene.traceId(n)))
      expect(answer.hits.map(hit => hit.key)).toEqual([500_000_000n, 50_000_000n, 5_000_000n])
      const queries = search(snapshot, scene, { sort: 'slowest', filter: eq('name', 'query') })
      expect(queries.hits.map(hit => hit.key)).toEqual([7_000_000n])
    },
  })),

  check('a span that ends before it starts lasts 0', scene => ({
    given: [spans(scene.span({ at: 10, endTimeUnixNano: scene.at(3) }))],
    then: snapshot => {
      expect(search(snapshot, scene, { sort: 'slowest' }).hits.map(hit => hit.key)).toEqual([0n])
      expect(search(snapshot, scene, { filter: eq('duration', 0) }).hits.length).toBe(1)
    },
  })),

  check('orders equal keys by trace id, descending', scene => ({
    given: [spans(...[2, 4, 1, 3].map(trace => scene.span({ trace, at: 5 })))],
    then: snapshot => {
      const expected = [4, 3, 2, 1].map(n => scene.traceId(n))
      expect(idsOf(search(snapshot, scene))).toEqual(expected)
      expect(idsOf(search(snapshot, scene, { sort: 'slowest' }))).toEqual(expected)
    },
  })),

  check('pages give together what one long list gives, ties included', scene => ({
    given: [1, 2, 3].map(part =>
      spans(...[0, 1, 2, 3, 4].map(n => scene.span({ trace: part * 5 + n, at: n % 2, lasts: 1 + (n % 3) }))),
    ),
    then: snapshot => {
      for (const sort of ['newest', 'slowest'] as const) {
        const whole = idsOf(search(snapshot, scene, { sort }))
        expect(whole).toHaveLength(15)
        for (const limit of [1, 2, 4, 15]) expect(page(snapshot, scene, limit, { sort })).toEqual(whole)
      }
    },
  })),

  check('tells whether more follow', scene => ({
    given: [spans(...[1, 2, 3].map(trace => scene.span({ trace, at: trace })))],
    then: snapshot => {
      expect(search(snapshot, scene, { limit: 2 }).more).toBe(true)
      expect(search(snapshot, scene, { limit: 3 }).more).toBe(false)
    },
  })),

  check('a range holds its start and not its end', scene => ({
    given: [spans(...[10, 20, 30].map(at => scene.span({ trace: at, at })))],
    then: snapshot => {
      expect(idsOf(search(snapshot, scene, { range: scene.range(10, 30) }))).toEqual(
        [20, 10].map(n => scene.traceId(n)),
      )
      expect(idsOf(search(snapshot, scene, { range: scene.range(10.000001, 30.000001) }))).toEqual(
        [30, 20].map(n => scene.traceId(n)),
      )
      expect(idsOf(search(snapshot, scene, { range: scene.range(10, 10) }))).toEqual([])
    },
  })),

  check('the whole filter must hold for one span', scene => ({
    given: [
      spans(
        scene.span({ trace: 1, service: 'a', name: 'x' }),
        scene.span({ trace: 1, service: 'b', name: 'y' }),
        scene.span({ trace: 2, service: 'a', name: 'y' }),
      ),
    ],
    then: snapshot =>
      expect(idsOf(search(snapshot, scene, { filter: and(eq('service', 'a'), eq('name', 'y')) }))).toEqual([
        scene.traceId(2),
      ]),
  })),

  check('summarises all spans of a hit, those outside the range too', scene => ({
    given: [
      spans(scene.span({ id: 1, at: 0, lasts: 100, name: 'root', service: 'web' })),
      spans(scene.span({ id: 2, parent: 1, at: 50, lasts: 10, name: 'inner', service: 'db', error: true })),
    ],
    then: snapshot => {
      const { hits } = search(snapshot, scene, {
        filter: compare('>', 'duration', 1_000_000),
        range: scene.range(50, 51),
      })
      expect(hits).toEqual([
        {
          key: scene.at(50),
          summary: {
            traceId: scene.traceId(1),
            rootService: 'web',
            rootName: 'root',
            startTimeUnixNano: scene.at(0),
            durationNano: 100_000_000,
            spanCount: 2,
            errorCount: 1,
            services: [
              { name: 'db', spanCount: 1, errorCount: 1 },
              { name: 'web', spanCount: 1, errorCount: 0 },
            ],
          },
        },
      ])
    },
  })),
]
