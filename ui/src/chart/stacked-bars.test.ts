import { describe, expect, it } from 'vitest'
import { stackBars, totalsOf } from './stacked-bars.ts'

describe('stackBars', () => {
  it('stacks classes from the bottom up and leaves a gap between bars', () => {
    const { paths, peak } = stackBars({ ok: [3, 0], error: [1, 2] }, ['ok', 'error'], 2, 20, 40)
    expect(peak).toBe(4)
    expect(paths).toEqual(['M0 10h9v30h-9z', 'M0 0h9v10h-9zM10 20h9v20h-9z'])
  })

  it('shows one error among a thousand as a pixel', () => {
    expect(stackBars({ ok: [999], error: [1] }, ['ok', 'error'], 1, 10, 40).paths[1]).toBe('M0 0h9v1h-9z')
  })

  it('draws nothing where nothing is', () => {
    expect(stackBars({ ok: [0, 0] }, ['ok', 'error'], 2, 20, 40)).toEqual({ paths: ['', ''], peak: 0 })
    expect(totalsOf({}, ['ok'], 2)).toEqual([0, 0])
  })
})
