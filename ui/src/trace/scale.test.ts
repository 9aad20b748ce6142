import { describe, expect, it } from 'vitest'
import { clampZoom, makeScale, readZoom, RIGHT_MARGIN, timeAt, writeZoom, xOf, zoomAround } from './scale.ts'

describe('scale', () => {
  const scale = makeScale({ from: 100, to: 300 }, 400 + RIGHT_MARGIN)

  it('maps time to pixels and back', () => {
    expect([xOf(scale, 100), xOf(scale, 200), xOf(scale, 300)]).toEqual([0, 200, 400])
    expect(timeAt(scale, 200)).toBe(200)
  })

  it('survives a width of nothing', () => {
    expect(makeScale({ from: 0, to: 0 }, 0).factor).toBe(1)
  })
})

describe('zoom', () => {
  it('is read back as written', () => {
    expect(writeZoom({ from: 120.6, to: 480.2 })).toBe('120-481')
    expect(readZoom('120-481', 1000)).toEqual({ from: 120, to: 481 })
    expect(writeZoom(undefined)).toBe('')
  })

  it.each(['', '1', '5-x', '-3-9', '0-1000', '0-99999'])('"%s" shows the whole trace', text => {
    expect(readZoom(text, 1000)).toBeUndefined()
  })

  it('stays within the trace', () => {
    expect(clampZoom({ from: -50, to: 50 }, 1000)).toEqual({ from: 0, to: 100 })
    expect(clampZoom({ from: 950, to: 1050 }, 1000)).toEqual({ from: 900, to: 1000 })
    expect(clampZoom({ from: 5, to: 5 }, 1000)).toEqual({ from: 5, to: 15 })
    expect(clampZoom({ from: 9, to: 3 }, 4)).toEqual({ from: 0, to: 4 })
  })

  it('keeps the instant under the pointer in its place', () => {
    expect(zoomAround({ from: 0, to: 1000 }, 250, 0.5, 1000)).toEqual({ from: 125, to: 625 })
  })
})
