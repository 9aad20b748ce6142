import { describe, expect, it } from 'vitest'
import { spans } from '../../test/conformance/request.ts'
import { attrs, patient, Scene } from '../../test/conformance/scene.ts'
import { snapshotOf } from '../../test/query/snapshot.ts'
import { nanos } from '../model/time.ts'
import { explain, type ExplainParams } from './explain.ts'

const scene = new Scene(0)
const MILLI = 1e6

/** A span a second: every fifth is slow, and all slow ones come from Peru; the last minute has a new version. */
const traffic = await snapshotOf(
  spans(
    ...Array.from({ length: 300 }, (_, i) =>
      scene.span({
        id: i + 1,
        at: i * 1_000,
        lasts: i % 5 === 0 ? 900 : 20 + (i % 3),
        name: 'POST /pay',
        service: 'pay',
        attributes: attrs(
          'country',
          i % 5 === 0 ? 'PE' : i % 2 === 0 ? 'DE' : 'FR',
          'release',
          i < 240 ? '1' : '2',
        ),
      }),
    ),
    scene.span({ id: 999, at: 10_000, lasts: 950, name: 'other', attributes: attrs('country', 'AQ') }),
  ),
)

const explained = (params: Partial<ExplainParams>) => {
  const range = scene.range(0, 300_000)
  const all = { q: 'name:"POST /pay"', range, selected: range, atLeast: nanos(0), below: undefined }
  return explain(traffic, { ...all, ...params }, patient)
}

const told = ({ differences }: ReturnType<typeof explained>): string[] =>
  differences.map(
    ({ key, value, selectedShare, restShare }) =>
      `${key}=${value} ${selectedShare.toFixed(2)}/${restShare.toFixed(2)}`,
  )

describe('what sets a selection apart', () => {
  it('is told of durations: slow ones against all the others that the search finds', () => {
    const answer = explained({ atLeast: nanos(500 * MILLI) })
    expect([answer.selectedCount, answer.restCount]).toEqual([60, 240])
    expect(told(answer)).toEqual(['country=PE 1.00/0.00'])
    expect(answer.differences[0]).toMatchObject({ selected: 60, rest: 0 })
  })

  it('is told of a stretch of time against what lies outside of it', () => {
    const answer = explained({ selected: scene.range(240_000, 300_000) })
    expect([answer.selectedCount, answer.restCount]).toEqual([60, 240])
    expect(told(answer)).toEqual(['release=2 1.00/0.00'])
  })

  it('holds durations from the lower bound on, below the upper one', () => {
    const count = (from: number, to?: number): number =>
      explained({ atLeast: nanos(from * MILLI), below: to === undefined ? undefined : nanos(to * MILLI) })
        .selectedCount
    expect([count(20, 21), count(20, 22), count(900), count(900.1)]).toEqual([80, 160, 60, 0])
  })

  it('of which there is nothing is nothing', () => {
    const answer = explained({ atLeast: nanos(5e12) })
    expect([answer.selectedCount, answer.restCount, answer.differences]).toEqual([0, 300, []])
  })
})
