import { describe, expect, it } from 'vitest'
import { ALL_FOLDED, foldedSpans, readFolded, refold, writeFolded } from './fold.ts'
import { layoutTrace } from './layout.ts'

const spans = ['root', 'a', 'b', 'c'].map((spanId, i) => ({
  spanId,
  startTimeUnixNano: '0',
  durationNano: 1,
  parent: [-1, 0, 1, 0][i]!,
  depth: [0, 1, 2, 1][i]!,
  status: 'unset' as const,
}))
const layout = layoutTrace(spans, '0')

describe('folding', () => {
  it('is read back as written', () => {
    expect(readFolded('')).toEqual(new Set())
    expect(readFolded(writeFolded(new Set(['root', 'a'])))).toEqual(new Set(['root', 'a']))
    expect(readFolded(writeFolded(ALL_FOLDED))).toBe(ALL_FOLDED)
  })

  it('does not fill an address', () => {
    expect(writeFolded(new Set(Array.from({ length: 65 }, (_, i) => `${i}`)))).toBe('')
  })

  it('of all is of those with children; an id that is not there folds nothing', () => {
    expect(foldedSpans(ALL_FOLDED, layout, spans)).toEqual(new Set([0, 1]))
    expect(foldedSpans(new Set(['a', 'gone']), layout, spans)).toEqual(new Set([1]))
  })

  it('changes some and keeps the others', () => {
    expect(refold(new Set([0, 1]), spans, [0], false)).toEqual(new Set(['a']))
    expect(refold(new Set([1]), spans, [0], true)).toEqual(new Set(['a', 'root']))
  })
})
