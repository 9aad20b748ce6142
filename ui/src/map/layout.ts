/**
 * Places the nodes of a directed graph in layers from left to right, so that calls go to the right
 * and those that talk to each other lie close; pure, and the same for the same graph.
 *
 * Layers are longest paths over what is left when calls back are taken out; where everybody calls
 * everybody these grow without end, and layers are shortest paths. Within a layer nodes lie at the mean
 * of their neighbours, which a few sweeps settle. Calls that pass over layers run behind the
 * nodes: places of their own for them, as in dagre, make a map of 100 services six screens tall, and take
 * longer than all else.
 * Source: Sugiyama, Tagawa and Toda, 1981; Gansner et al., "A Technique for Drawing Directed Graphs".
 */

export interface Arc {
  readonly from: string
  readonly to: string
}

export interface Place {
  readonly id: string
  readonly layer: number
  /** Of its left upper corner, in CSS pixels. */
  readonly x: number
  readonly y: number
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly places: ReadonlyMap<string, Place>
}

export const NODE = { width: 172, height: 42 } as const
const GAP = { x: 96, y: 14 } as const
const STEP = NODE.height + GAP.y
const SWEEPS = 24
/** What a wide screen has room for. */
const MOST_LAYERS = 9

/** @param ids in the order in which they are to lie where nothing else decides */
export function layoutOf(ids: readonly string[], arcs: readonly Arc[]): Layout {
  const layers = layersOf(ids, arcs)
  const columns: string[][] = []
  for (const id of ids) (columns[layers.get(id)!] ??= []).push(id)
  const tops = settled(columns, arcs)
  const lowest = Math.min(0, ...tops.values())
  const places = new Map<string, Place>()
  for (const [layer, column] of columns.entries())
    for (const id of column)
      places.set(id, { id, layer, x: layer * (NODE.width + GAP.x), y: Math.round(tops.get(id)! - lowest) })
  const height = Math.max(0, ...Array.from(places.values(), ({ y }) => y + NODE.height))
  return { width: Math.max(0, columns.length * (NODE.width + GAP.x) - GAP.x), height, places }
}

/** Calls without those that lead back to where they came from, and without those to oneself. */
function withoutCycles(ids: readonly string[], arcs: readonly Arc[]): readonly Arc[] {
  const out = Map.groupBy(arcs, ({ from }) => from)
  const called = new Set(arcs.filter(({ from, to }) => from !== to).map(({ to }) => to))
  const state = new Map<string, 'open' | 'done'>()
  const forward: Arc[] = []
  const visit = (id: string): void => {
    state.set(id, 'open')
    for (const arc of out.get(id) ?? []) {
      if (state.get(arc.to) === 'open') continue
      forward.push(arc)
      if (!state.has(arc.to)) visit(arc.to)
    }
    state.set(id, 'done')
  }
  for (const id of [...ids.filter(each => !called.has(each)), ...ids]) if (!state.has(id)) visit(id)
  return forward
}

function layersOf(ids: readonly string[], arcs: readonly Arc[]): ReadonlyMap<string, number> {
  const longest = longestPaths(ids, withoutCycles(ids, arcs))
  return Math.max(0, ...longest.values()) < MOST_LAYERS ? longest : shortestPaths(ids, arcs)
}

/** The longest path that leads to each; who is called by nobody stands right before whom it calls. */
function longestPaths(ids: readonly string[], forward: readonly Arc[]): ReadonlyMap<string, number> {
  const calledBy = Map.groupBy(forward, ({ to }) => to)
  const layers = new Map<string, number>()
  const layerOf = (id: string): number => {
    let layer = layers.get(id)
    if (layer !== undefined) return layer
    layer = Math.max(0, ...(calledBy.get(id) ?? []).map(({ from }) => layerOf(from) + 1))
    layers.set(id, layer)
    return layer
  }
  for (const id of ids) layerOf(id)
  for (const [id, calls] of Map.groupBy(forward, ({ from }) => from))
    if (!calledBy.has(id)) layers.set(id, Math.min(...calls.map(({ to }) => layers.get(to)!)) - 1)
  return layers
}

/** The shortest path to each from those whom nobody calls; what calls nobody stands behind all that call it. */
function shortestPaths(ids: readonly string[], arcs: readonly Arc[]): ReadonlyMap<string, number> {
  const out = Map.groupBy(arcs, ({ from }) => from)
  const calledBy = Map.groupBy(arcs, ({ to }) => to)
  const layers = new Map<string, number>()
  const reach = (entries: readonly string[]): void => {
    for (const id of entries) layers.set(id, 0)
    for (const id of layers.keys())
      for (const { to } of out.get(id) ?? []) if (!layers.has(to)) layers.set(to, layers.get(id)! + 1)
  }
  reach(ids.filter(id => !calledBy.has(id)))
  for (const id of ids) if (!layers.has(id)) reach([id])
  for (const id of ids)
    if (!out.has(id) && calledBy.has(id))
      layers.set(id, 1 + Math.max(...calledBy.get(id)!.map(({ from }) => layers.get(from)!)))
  return layers
}

/** Where each begins from above; orders the columns. */
function settled(columns: string[][], arcs: readonly Arc[]): ReadonlyMap<string, number> {
  const neighbours = new Map<string, string[]>()
  for (const { from, to } of arcs) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to])
    neighbours.set(to, [...(neighbours.get(to) ?? []), from])
  }
  const tops = new Map<string, number>()
  for (const column of columns) column.forEach((id, i) => tops.set(id, (i - column.length / 2) * STEP))
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (const column of sweep % 2 === 0 ? columns : columns.toReversed()) settle(column, neighbours, tops)
  return tops
}

/** To the means of the neighbours, in their order, none over another, and as a whole no higher or lower than wanted. */
function settle(
  column: string[],
  neighbours: ReadonlyMap<string, readonly string[]>,
  tops: Map<string, number>,
): void {
  const wanted = new Map(
    column.map(id => {
      const near = neighbours.get(id) ?? []
      return [id, near.length === 0 ? tops.get(id)! : meanOf(near.map(each => tops.get(each)!))]
    }),
  )
  column.sort((a, b) => wanted.get(a)! - wanted.get(b)!)
  // Those that touch move as one block, to the mean of what its members want.
  const blocks: { ids: string[]; top: number }[] = []
  for (const id of column) {
    let block = { ids: [id], top: wanted.get(id)! }
    for (let above = blocks.at(-1); above && above.top + above.ids.length * STEP > block.top;) {
      blocks.pop()
      const ids = [...above.ids, ...block.ids]
      block = { ids, top: meanOf(ids.map((each, i) => wanted.get(each)! - i * STEP)) }
      above = blocks.at(-1)
    }
    blocks.push(block)
  }
  for (const { ids, top } of blocks) ids.forEach((id, i) => tops.set(id, top + i * STEP))
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
