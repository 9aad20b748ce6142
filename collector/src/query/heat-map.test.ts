import { describe, expect, it } from 'vitest'
import { spans } from '../../test/conformance/request.ts'
import { patient, Scene } from '../../test/conformance/scene.ts'
import { snapshotOf } from '../../test/query/snapshot.ts'
import { heatMap } from './heat-map.ts'

const scene = new Scene(0)
const range = scene.range(0, 40)

describe('a heat map', () => {
  it('has a row for each half of a doubling, from the shortest span to the longest', async () => {
    const snapshot = await snapshotOf(
      spans(
        ...[1, 1.05, 1.5, 4].map(lasts => scene.span({ at: 5, lasts, error: lasts === 1.5 })),
        scene.span({ at: 35, lasts: 1 }),
      ),
    )
    expect(heatMap(snapshot, { q: '', range, columns: 4 }, patient)).toEqual({
      fromUnixNano: String(scene.at(0)),
      widthNano: 10_000_000,
      // 2^19, 1.5 · 2^19, 2^20, 1.5 · 2^20, … nanoseconds.
      boundsNano: [786_432, 1_048_576, 1_572_864, 2_097_152, 3_145_728, 4_194_304],
      cells: [
        [0, 0, 1, 0],
        [0, 1, 2, 1],
        [0, 4, 1, 0],
        [3, 0, 1, 0],
      ],
    })
  })

  it('begins at zero where spans last no time, and holds what the search finds', async () => {
    const snapshot = await snapshotOf(
      spans(scene.span({ at: 0, lasts: 0, name: 'a' }), scene.span({ at: 0, lasts: 9, name: 'b' })),
    )
    const { boundsNano, cells } = heatMap(snapshot, { q: 'name:a', range, columns: 1 }, patient)
    expect([boundsNano, cells]).toEqual([[0, 1_536], [[0, 0, 1, 0]]])
  })

  it('without spans has neither rows nor cells, and a mistyped search is refused', async () => {
    const snapshot = await snapshotOf()
    const empty = heatMap(snapshot, { q: '', range, columns: 4 }, patient)
    expect([empty.boundsNano, empty.cells]).toEqual([[], []])
    expect(() => heatMap(snapshot, { q: 'name:(', range, columns: 4 }, patient)).toThrow()
  })
})
