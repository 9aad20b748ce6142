/** Good and bad events by minute, over ranges of arrival. */
import { expect } from 'vitest'
import type { MinuteCountQuery, Snapshot } from '../../../src/store/api.ts'
import { check } from '../check.ts'
import { and, compare, eq, not } from '../filters.ts'
import { logs, spans } from '../request.ts'
import { patient, type Scene } from '../scene.ts'

const ALL = { after: 0, upTo: Number.MAX_SAFE_INTEGER }
const mine = (scene: Scene) => eq('service', scene.text('counted'))

/** Asks until everything is counted. */
function counted(snapshot: Snapshot, query: MinuteCountQuery): Record<string, [good: number, bad: number]> {
  const counts: Record<string, [number, number]> = {}
  let upTo = query.upTo
  for (let turns = 0; upTo > query.after; turns++) {
    expect(turns).toBeLessThan(100)
    const { reached, minutes } = snapshot.minuteCounts({ ...query, upTo }, patient)
    expect(reached).toBeLessThan(upTo)
    for (const { minute, good, bad } of minutes) {
      const sum = (counts[new Date(minute * 60_000).toISOString().slice(11, 16)] ??= [0, 0])
      sum[0] += good
      sum[1] += bad
    }
    upTo = reached
  }
  return counts
}

const MINUTE = 60_000

export const MINUTE_COUNTS = [
  check('events are counted by the minute of their start, good ones apart', scene => {
    const span = (at: number, error: boolean) => scene.span({ at, error, service: scene.text('counted') })
    return {
      given: [
        spans(span(0, false), span(MINUTE - 0.000001, true), span(MINUTE, false)),
        spans(span(5 * MINUTE, true), span(0, false), scene.span({ at: 0, service: 'other' })),
      ],
      then: snapshot =>
        expect(
          counted(snapshot, {
            signal: 'traces',
            event: mine(scene),
            good: not(eq('status', 'error')),
            ...ALL,
          }),
        ).toEqual({ '00:00': [2, 1], '00:01': [1, 0], '00:05': [0, 1] }),
    }
  }),

  check('logs are counted by their time', scene => {
    const log = (at: number, severityNumber: number) =>
      scene.log({ at, severityNumber, service: scene.text('counted') })
    return {
      given: [logs(log(0, 9), log(1, 17), log(2 * MINUTE, 9))],
      then: snapshot =>
        expect(
          counted(snapshot, {
            signal: 'logs',
            event: mine(scene),
            good: compare('<', 'severity', '17'),
            ...ALL,
          }),
        ).toEqual({ '00:00': [1, 1], '00:02': [1, 0] }),
    }
  }),

  check('each record of a range of sequences is counted once', scene => {
    const span = (at: number) => scene.span({ at, service: scene.text('counted') })
    const good = and(mine(scene))
    return {
      given: [spans(span(0), span(1)), spans(span(2), span(3), span(4)), spans(span(5))],
      then: snapshot => {
        const found = snapshot.spansSince({ filter: mine(scene), limit: 100 }, patient).items
        const [first, second, third] = [...new Set(found.map(item => item.ordinal.sequence))] as [
          number,
          number,
          number,
        ]
        const count = (after: number, upTo: number) =>
          counted(snapshot, { signal: 'traces', event: mine(scene), good, after, upTo })['00:00']?.[0] ?? 0
        expect([
          count(0, first - 1),
          count(0, first),
          count(first, second),
          count(second, third),
          count(third, third + 5),
        ]).toEqual([0, 2, 3, 1, 0])
        expect(count(0, third)).toBe(6)
      },
    }
  }),
]
