/** What arrived behind a record: the questions of a live tail. */
import { expect } from 'vitest'
import type { ArrivalQuery, Ordinal, Snapshot } from '../../../src/store/api.ts'
import { check } from '../check.ts'
import { and, compare, eq } from '../filters.ts'
import { logs, spans } from '../request.ts'
import { patient, type Scene } from '../scene.ts'

/** Only the records of the scene: everybody else's lie in the same store. */
const mine = (scene: Scene) => eq('service', scene.text('tailed'))

function logsSince(snapshot: Snapshot, scene: Scene, query: Partial<ArrivalQuery> = {}) {
  return snapshot.logsSince({ filter: mine(scene), limit: 100, ...query }, patient)
}

const compareOrdinals = (a: Ordinal, b: Ordinal) => a.sequence - b.sequence || a.row - b.row

export const ARRIVALS = [
  check('lists logs in their order of arrival, whatever their times', scene => {
    const log = (at: number, body: string) => scene.log({ at, body, service: scene.text('tailed') })
    return {
      given: [logs(log(30, 'first'), log(10, 'second')), logs(log(20, 'third'))],
      then: snapshot => {
        const { items, more } = logsSince(snapshot, scene)
        expect(items.map(item => item.body)).toEqual(['first', 'second', 'third'])
        expect(more).toBe(false)
      },
    }
  }),

  check('goes on behind any record, and behind the last one has nothing', scene => {
    const log = (body: string) => scene.log({ body, service: scene.text('tailed') })
    return {
      given: [logs(log('a'), log('b')), logs(log('c'))],
      then: snapshot => {
        const all = logsSince(snapshot, scene)
        const behind = all.items.map(item =>
          logsSince(snapshot, scene, { after: item.ordinal }).items.map(({ body }) => body),
        )
        expect(behind).toEqual([['b', 'c'], ['c'], []])
        expect(logsSince(snapshot, scene, { after: all.upTo })).toEqual({
          items: [],
          upTo: all.upTo,
          more: false,
        })
      },
    }
  }),

  check('asked again with where it ended, it gives every match once', scene => {
    const log = (n: number) => scene.log({ body: BigInt(n), service: scene.text('tailed') })
    return {
      given: [logs(log(1), log(2), log(3)), logs(log(4)), logs(log(5), log(6), log(7))],
      then: snapshot => {
        for (const limit of [1, 2, 3, 7]) {
          const bodies: unknown[] = []
          let after: Ordinal | undefined
          for (let asked = 0; asked < 10; asked++) {
            const answer = logsSince(snapshot, scene, { limit, ...(after === undefined ? {} : { after }) })
            bodies.push(...answer.items.map(item => item.body))
            after = answer.upTo
            if (!answer.more) break
          }
          expect(bodies, `by ${limit}`).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n])
        }
      },
    }
  }),

  check('where nothing matches, it still tells how far it looked', scene => ({
    given: [logs(scene.log({ service: scene.text('tailed') }))],
    then: snapshot => {
      const nothing = logsSince(snapshot, scene, { filter: eq('service', scene.text('nobody')) })
      expect(nothing).toEqual({ items: [], upTo: snapshot.newest('logs', patient), more: false })
      expect(
        compareOrdinals(nothing.upTo, logsSince(snapshot, scene).items[0]!.ordinal),
      ).toBeGreaterThanOrEqual(0)
    },
  })),

  check('spans are listed likewise, and filtered', scene => {
    const span = (id: number, lasts: number) => scene.span({ id, lasts, service: scene.text('tailed') })
    return {
      given: [spans(span(1, 5), span(2, 1)), spans(span(3, 9))],
      then: snapshot => {
        const ids = (query: Partial<ArrivalQuery>) =>
          snapshot
            .spansSince({ filter: mine(scene), limit: 100, ...query }, patient)
            .items.map(item => item.spanId)
        const [one, two, three] = [1, 2, 3].map(n => scene.spanId(n))
        expect(ids({})).toEqual([one, two, three])
        expect(ids({ limit: 2 })).toEqual([one, two])
        expect(ids({ filter: and(mine(scene), compare('>', 'duration', 2_000_000)) })).toEqual([one, three])
      },
    }
  }),
]
