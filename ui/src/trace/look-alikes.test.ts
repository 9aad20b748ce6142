import { describe, expect, it } from 'vitest'
import { layoutTrace } from './layout.ts'
import { firstLines } from './lines.ts'
import { findLookAlikes, hidingGroup, opened } from './look-alikes.ts'
import { GROUP, rowOf, visibleRows } from './rows.ts'

interface Drawn {
  name: string
  at: number
  long: number
  parent: number
  kind?: 'client' | 'internal'
  failed?: boolean
}
function traceOf(...drawn: Drawn[]) {
  const depths: number[] = []
  const spans = drawn.map(({ name, at, long, parent, kind = 'client', failed = false }, i) => {
    depths[i] = parent < 0 ? 0 : depths[parent]! + 1
    return {
      service: 'shop',
      name,
      kind,
      startTimeUnixNano: String(at),
      durationNano: long,
      parent,
      depth: depths[i],
      status: failed ? ('error' as const) : ('unset' as const),
    }
  })
  const layout = layoutTrace(spans, '0')
  return { spans, layout, alike: findLookAlikes(spans, layout) }
}
const root: Drawn = { name: 'root', at: 0, long: 1000, parent: -1 }
const calls = (count: number, apart: number, long: number, more: Partial<Drawn> = {}): Drawn[] =>
  Array.from({ length: count }, (_, i) => ({ name: 'SELECT', at: i * apart, long, parent: 0, ...more }))

describe('look-alike siblings', () => {
  it('are five and more: count, sum, longest, failures and the outlier are kept', () => {
    const slow = calls(6, 10, 5).map((call, i) => (i === 3 ? { ...call, long: 9, failed: true } : call))
    const { alike } = traceOf(root, ...slow)
    expect(alike.groups).toEqual([
      { members: [1, 2, 3, 4, 5, 6], outlier: 4, sum: 34, longest: 9, failed: 1, isNPlusOne: true },
    ])
    expect([...alike.of]).toEqual([-1, 0, 0, 0, 0, 0, 0])
  })

  it('are not four, not of two parents, and not roots', () => {
    expect(traceOf(root, ...calls(4, 10, 5)).alike.groups).toEqual([])
    expect(traceOf(root, ...calls(3, 10, 5), root, ...calls(3, 10, 5, { parent: 4 })).alike.groups).toEqual(
      [],
    )
    expect(traceOf(root, root, root, root, root, root).alike.groups).toEqual([])
  })

  it('are N+1 when a client calls again and again, not when calls run at once or within the process', () => {
    expect(traceOf(root, ...calls(8, 10, 10)).alike.groups[0]!.isNPlusOne).toBe(true)
    expect(traceOf(root, ...calls(8, 1, 10)).alike.groups[0]!.isNPlusOne).toBe(false)
    expect(traceOf(root, ...calls(8, 10, 10, { kind: 'internal' })).alike.groups[0]!.isNPlusOne).toBe(false)
  })
})

describe('their rows', () => {
  // root, five calls of which the third is the longest and has a child, and something else
  const { layout, alike } = traceOf(
    root,
    ...calls(2, 10, 5),
    { name: 'SELECT', at: 20, long: 8, parent: 0 },
    { name: 'fetch', at: 21, long: 2, parent: 3 },
    ...calls(2, 10, 5).map(call => ({ ...call, at: call.at + 30 })),
    { name: 'other', at: 90, long: 5, parent: 0 },
  )
  const first = firstLines([], layout.count)
  const rowsOf = (isOpen: boolean, collapsed: number[] = []) =>
    visibleRows(layout, [], first, new Set(collapsed), 'all', {
      alike,
      open: opened(alike, () => isOpen),
    })
  const drawn = (rows: ReturnType<typeof rowsOf>): string[] =>
    Array.from(rows.span, (span, row) => (rows.line[row] === GROUP ? `group of ${span}` : String(span)))

  it('are one, and the outlier with what stands below it', () => {
    expect(drawn(rowsOf(false))).toEqual(['0', 'group of 1', '3', '4', '7'])
  })

  it('are all under the row of the group when it is opened', () => {
    expect(drawn(rowsOf(true))).toEqual(['0', 'group of 1', '1', '2', '3', '4', '5', '6', '7'])
  })

  it('vanish with a folded parent', () => {
    expect(drawn(rowsOf(false, [0]))).toEqual(['0'])
  })

  it('are found: the group before its first member, a hidden member by its group', () => {
    const rows = rowsOf(true)
    expect([rowOf(rows, 1, GROUP), rowOf(rows, 1), rowOf(rows, 7)]).toEqual([1, 2, 8])
    const closed = opened(alike, () => false)
    expect([1, 3, 4, 6, 7].map(span => hidingGroup(alike, closed, layout, span))).toEqual([0, -1, -1, 0, -1])
  })
})
