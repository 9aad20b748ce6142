/** Searching logs: order, pages, ranges, and the time of a record. */
import { expect } from 'vitest'
import { unixNano } from '../../../src/model/time.ts'
import type { LogSearch, Snapshot, StoredLog } from '../../../src/store/api.ts'
import { check } from '../check.ts'
import { all, compare, eq } from '../filters.ts'
import { logs } from '../request.ts'
import { patient, type Scene } from '../scene.ts'

type Question = Partial<LogSearch>

function search(snapshot: Snapshot, scene: Scene, question: Question = {}) {
  return snapshot.searchLogs(
    { filter: all, range: scene.day, order: 'newest', limit: 100, ...question },
    patient,
  )
}

const bodiesOf = (answer: ReturnType<Snapshot['searchLogs']>) => answer.logs.map(log => log.body)

function page(snapshot: Snapshot, scene: Scene, limit: number, question: Question): unknown[] {
  const bodies: unknown[] = []
  let after: LogSearch['after'] | undefined
  for (;;) {
    const answer = search(snapshot, scene, { ...question, limit, ...(after === undefined ? {} : { after }) })
    bodies.push(...bodiesOf(answer))
    const last = answer.logs.at(-1)
    if (!answer.more || last === undefined) return bodies
    expect(bodies.length, 'pages end').toBeLessThan(1000)
    after = { time: last.timeUnixNano, ordinal: last.ordinal }
  }
}

export const LOG_SEARCH = [
  check('what is told before the answer stands in it, in its order', scene => ({
    given: [1, 2, 3, 4].map(n =>
      logs(scene.log({ at: n * 10, body: `${n}` }), scene.log({ at: n * 10 + 15 })),
    ),
    then: snapshot => {
      for (const order of ['newest', 'oldest'] as const)
        for (const limit of [2, 5, 100]) {
          const told: StoredLog[] = []
          const cancel = { ...patient, found: (some: readonly StoredLog[]) => void told.push(...some) }
          const { logs: answer } = snapshot.searchLogs(
            { filter: all, range: scene.day, order, limit },
            cancel,
          )
          expect(told).toEqual(answer.slice(0, told.length))
        }
    },
  })),

  check('lists logs by time, newest or oldest first', scene => ({
    given: [
      logs(scene.log({ at: 20, body: 'b' }), scene.log({ at: 30, body: 'c' })),
      logs(scene.log({ at: 10, body: 'a' })),
    ],
    then: snapshot => {
      expect(bodiesOf(search(snapshot, scene))).toEqual(['c', 'b', 'a'])
      expect(bodiesOf(search(snapshot, scene, { order: 'oldest' }))).toEqual(['a', 'b', 'c'])
    },
  })),

  check(
    'logs of one instant keep their order of arrival, and its reverse when the newest come first',
    scene => ({
      given: [
        logs(scene.log({ body: 1n }), scene.log({ body: 2n })),
        logs(scene.log({ body: 3n })),
        logs(scene.log({ body: 4n }), scene.log({ body: 5n })),
      ],
      then: snapshot => {
        expect(bodiesOf(search(snapshot, scene, { order: 'oldest' }))).toEqual([1n, 2n, 3n, 4n, 5n])
        expect(bodiesOf(search(snapshot, scene))).toEqual([5n, 4n, 3n, 2n, 1n])
      },
    }),
  ),

  check('pages give together what one long list gives, equal times included', scene => ({
    given: [0, 1, 2, 3].map(part =>
      logs(...[0, 1, 2, 3].map(n => scene.log({ at: (part + n) % 3, body: BigInt(part * 4 + n) }))),
    ),
    then: snapshot => {
      for (const order of ['newest', 'oldest'] as const) {
        const whole = bodiesOf(search(snapshot, scene, { order }))
        expect(whole).toHaveLength(16)
        for (const limit of [1, 3, 5, 16]) expect(page(snapshot, scene, limit, { order })).toEqual(whole)
      }
    },
  })),

  check('a page may begin behind a key at which nothing stands', scene => ({
    given: [logs(scene.log({ at: 1, body: 'a' }), scene.log({ at: 3, body: 'b' }))],
    then: snapshot => {
      const after = { time: scene.at(2), ordinal: { sequence: 0, row: 0 } }
      expect(bodiesOf(search(snapshot, scene, { after }))).toEqual(['a'])
      expect(bodiesOf(search(snapshot, scene, { after, order: 'oldest' }))).toEqual(['b'])
    },
  })),

  check('tells whether more logs follow', scene => ({
    given: [logs(scene.log(), scene.log())],
    then: snapshot => {
      expect(search(snapshot, scene, { limit: 1 }).more).toBe(true)
      expect(search(snapshot, scene, { limit: 2 }).more).toBe(false)
    },
  })),

  check('a range of logs holds its start and not its end', scene => ({
    given: [logs(...[10, 20, 30].map(at => scene.log({ at, body: BigInt(at) })))],
    then: snapshot => {
      expect(bodiesOf(search(snapshot, scene, { range: scene.range(10, 30) }))).toEqual([20n, 10n])
      expect(bodiesOf(search(snapshot, scene, { range: scene.range(10.000001, 30.000001) }))).toEqual([
        30n,
        20n,
      ])
    },
  })),

  check('a log without a time has the time at which it was observed', scene => ({
    given: [
      logs(
        scene.log({ timeUnixNano: unixNano(0n), observedTimeUnixNano: scene.at(5), body: 'observed' }),
        scene.log({ at: 4, observedTimeUnixNano: scene.at(9), body: 'timed' }),
      ),
    ],
    then: snapshot => {
      const answer = search(snapshot, scene)
      expect(bodiesOf(answer)).toEqual(['observed', 'timed'])
      expect(answer.logs.map(log => log.timeUnixNano)).toEqual([scene.at(5), scene.at(4)])
      expect(answer.logs.map(log => log.observedTimeUnixNano)).toEqual([scene.at(5), scene.at(9)])
    },
  })),

  check('a filter holds for logs as it does for spans', scene => ({
    given: [
      logs(
        scene.log({ severityNumber: 13, body: 'warned', service: 'a' }),
        scene.log({ severityNumber: 17, body: 'failed', service: 'b' }),
      ),
    ],
    then: snapshot => {
      expect(bodiesOf(search(snapshot, scene, { filter: eq('service', 'a') }))).toEqual(['warned'])
      expect(bodiesOf(search(snapshot, scene, { filter: compare('>', 'severity', 'warn') }))).toEqual([
        'failed',
      ])
      expect(bodiesOf(search(snapshot, scene, { filter: eq('service', 'c') }))).toEqual([])
    },
  })),
]
