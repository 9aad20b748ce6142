import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { setSpanId } from '../../model/span-ids.ts'
import { buildTree, type Tree } from './tree.ts'

interface TreeSpan {
  readonly spanId: string
  readonly parentSpanId: string
}

/** `b<a` is the span b whose parent is a. */
function spans(sketch: string): TreeSpan[] {
  return sketch.split(' ').map(part => {
    const [spanId = '', parentSpanId = ''] = part.split('<')
    return { spanId, parentSpanId }
  })
}

/** Names become ids of eight bytes. */
function treeOf(list: readonly TreeSpan[]): Tree {
  const [spanIds, parentIds] = [new Uint32Array(2 * list.length), new Uint32Array(2 * list.length)]
  const idOf = (name: string): string => (name === '' ? '' : Buffer.from(name.padEnd(8, '_')).toString('hex'))
  for (const [place, { spanId, parentSpanId }] of list.entries()) {
    setSpanId(spanIds, place, idOf(spanId))
    setSpanId(parentIds, place, idOf(parentSpanId))
  }
  return buildTree({ size: list.length, spanIds, parentIds })
}

/** The tree as it is drawn: a span a line, in order, indented by depth. */
function drawn(sketch: string): string[] {
  const list = spans(sketch)
  const tree = treeOf(list)
  return Array.from(tree.order, index => '.'.repeat(tree.depth[index]!) + list[index]!.spanId)
}

function ancestorsOf({ parent }: Tree, place: number): number[] {
  const above: number[] = []
  for (let at = parent[place]!; at >= 0; at = parent[at]!) above.push(at)
  return above
}

const names = (sketch: string, indexes: readonly number[]): string[] =>
  indexes.map(n => spans(sketch)[n]!.spanId)

describe('the tree of a trace', () => {
  it.each([
    ['one root', 'a b<a c<b d<a', ['a', '.b', '..c', '.d']],
    ['children before their parents', 'c<b b<a a d<a', ['a', '.b', '..c', '.d']],
    ['children in list order', 'a d<a b<a c<a', ['a', '.d', '.b', '.c']],
    ['several roots', 'a b c<a', ['a', '.c', 'b']],
    ['an orphan is a root', 'a x<gone y<x b<a', ['a', '.b', 'x', '.y']],
    ['members of a cycle are roots', 'x<y y<x', ['x', 'y']],
    ['what hangs from a cycle hangs there still', 'x<y y<x z<x w<z', ['x', '.z', '..w', 'y']],
    ['its own parent', 'a<a b<a', ['a', '.b']],
    ['a cycle beside a root', 'r a<c b<a c<b d<r', ['r', '.d', 'a', 'b', 'c']],
    ['children of a doubled id belong to the first', 'a b<a b<a c<b', ['a', '.b', '..c', '.b']],
  ])('%s', (_, sketch, tree) => {
    expect(drawn(sketch)).toEqual(tree)
  })

  it('tells orphans, cycles and duplicates apart', () => {
    const sketch = 'a o<gone x<y y<x z<x b<a b<a'
    const tree = treeOf(spans(sketch))
    expect(names(sketch, tree.orphans)).toEqual(['o'])
    expect(names(sketch, tree.cyclic)).toEqual(['x', 'y'])
    expect(tree.duplicates).toEqual([6])
  })

  it('an empty trace has an empty tree', () => {
    expect(treeOf([])).toMatchObject({ order: { length: 0 }, orphans: [], cyclic: [], duplicates: [] })
  })

  it.each([
    ['a chain', (n: number) => `s${n}${n === 0 ? '' : `<s${n - 1}`}`],
    ['a chain backwards', (n: number) => `s${n}<s${n + 1}`],
    ['a fan', (n: number) => `s${n}${n === 0 ? '' : '<s0'}`],
    ['one cycle', (n: number) => `s${n}<s${(n + 1) % 100_000}`],
  ])('100,000 spans: %s', (_, sketch) => {
    const list = Array.from({ length: 100_000 }, (_, n) => spans(sketch(n))[0]!)
    const tree = treeOf(list)
    expect(tree.order).toHaveLength(100_000)
    expect(new Set(tree.order).size).toBe(100_000)
  })

  it('whatever was sent, each span stands once, behind its parent and one level deeper', () => {
    const id = fc.integer({ min: 0, max: 9 }).map(String)
    const span = fc.record({ spanId: id, parentSpanId: fc.oneof(id, fc.constantFrom('', 'gone')) })
    fc.assert(
      fc.property(fc.array(span, { maxLength: 20 }), list => {
        const tree = treeOf(list)
        expect([...tree.order].sort((a, b) => a - b)).toEqual(list.map((_, n) => n))
        const position = new Map(Array.from(tree.order, (index, at) => [index, at]))
        for (const index of tree.order) {
          expect(tree.row[index]).toBe(position.get(index))
          const below = list.filter((_, other) => ancestorsOf(tree, other).includes(index))
          expect(tree.descendants[index]).toBe(below.length)
          const above = tree.parent[index]!
          expect(tree.depth[index]).toBe(above < 0 ? 0 : tree.depth[above]! + 1)
          if (above < 0) continue
          expect(position.get(above)!).toBeLessThan(position.get(index)!)
          expect(list[above]!.spanId).toBe(list[index]!.parentSpanId)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
