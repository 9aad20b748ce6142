import { describe, expect, it } from 'vitest'
import { layoutOf, NODE, type Arc } from './layout.ts'

const arcs = (...pairs: string[]): Arc[] =>
  pairs.map(pair => ({ from: pair.split('→')[0]!, to: pair.split('→')[1]! }))
const layersOf = (ids: string[], all: Arc[]): Record<string, number> =>
  Object.fromEntries(Array.from(layoutOf(ids, all).places.values(), ({ id, layer }) => [id, layer]))

describe('the layout of a map', () => {
  it('puts whom somebody calls to the right of all its callers', () => {
    expect(
      layersOf(['db', 'shop', 'pay', 'user'], arcs('user→shop', 'shop→pay', 'pay→db', 'shop→db')),
    ).toEqual({
      user: 0,
      shop: 1,
      pay: 2,
      db: 3,
    })
  })

  it('puts who is called by nobody right before whom it calls', () => {
    expect(layersOf(['user', 'shop', 'pay', 'cron'], arcs('user→shop', 'shop→pay', 'cron→pay'))['cron']).toBe(
      1,
    )
  })

  it('lets calls that lead back lead back', () => {
    const layers = layersOf(['user', 'a', 'b', 'c'], arcs('user→a', 'a→b', 'b→c', 'c→a', 'b→b'))
    expect(layers).toEqual({ user: 0, a: 1, b: 2, c: 3 })
    expect(layersOf(['a', 'b'], arcs('a→b', 'b→a'))).toEqual({ a: 0, b: 1 })
  })

  it('lays none over another, and all within its size', () => {
    const ids = Array.from({ length: 60 }, (_, i) => `n${i}`)
    const all = ids.flatMap((to, i) =>
      i === 0
        ? []
        : [
            { from: `n${Math.floor((i * 7) % i)}`, to },
            { from: `n${Math.floor(i / 3)}`, to },
          ],
    )
    const { places, width, height } = layoutOf(
      ids,
      all.filter(({ from, to }) => from !== to),
    )
    expect(places.size).toBe(60)
    const placed = [...places.values()]
    for (const a of placed) {
      expect(a.x >= 0 && a.y >= 0 && a.x + NODE.width <= width && a.y + NODE.height <= height).toBe(true)
      for (const b of placed)
        if (a !== b && a.x === b.x) expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(NODE.height)
    }
  })

  it('lays a chain in a line, and whom one calls around it', () => {
    const { places } = layoutOf(['a', 'b', 'c', 'd'], arcs('a→b', 'b→c', 'b→d'))
    expect(places.get('a')!.y).toBe(places.get('b')!.y)
    expect((places.get('c')!.y + places.get('d')!.y) / 2).toBe(places.get('b')!.y)
  })

  it('stays as wide as a screen where everybody calls everybody', () => {
    const ids = Array.from({ length: 40 }, (_, i) => `n${i}`)
    const all = ids.flatMap((from, i) => [1, 2, 5, 11].map(step => ({ from, to: `n${(i + step) % 40}` })))
    const layers = Object.values(
      layersOf([...ids, 'user', 'db'], [...all, ...arcs('user→n0', 'n7→db', 'user→db')]),
    )
    expect(Math.max(...layers)).toBe(6)
    expect(layers.at(-1)).toBeGreaterThan(1)
  })

  it('of nothing is nothing', () => {
    expect(layoutOf([], [])).toEqual({ width: 0, height: 0, places: new Map() })
  })
})
