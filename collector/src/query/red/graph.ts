/**
 * The service graph: who calls whom over a range, with rate, errors and durations. A service has the
 * figures of the requests that enter it; what sends no spans has those of the calls to it.
 */
import type { TimeRange } from '../../store/api.ts'
import { MILLIS_PER_MINUTE, type UnixMillis } from '../../model/time.ts'
import { edgeOf, tellsOf, type Edge, type GraphNode } from '../../red/edges.ts'
import type { RedReader } from '../../red/reader.ts'
import type { Answer, GraphAnswer, GraphEdgeRow, GraphNodeRow } from '../answers/index.ts'
import { figuresOf, secondsOf } from './figures.ts'
import { nanoOfMinute, slicesOf } from './slices.ts'
import { Tally } from './tally.ts'

export interface GraphParams {
  readonly range: TimeRange
  readonly now: UnixMillis
  /** With what it calls, and what calls it; all unless told. */
  readonly service?: string | undefined
}

interface Counted {
  readonly nodes: Map<string, { readonly node: GraphNode; readonly tally: Tally }>
  readonly edges: Map<string, { readonly edge: Edge; readonly tally: Tally }>
  /** The first minute of which anything was counted. */
  first: number
}

const idOf = ({ kind, name }: GraphNode): string => `${kind}:${name}`

/** The busiest come first. */
export function graph(red: RedReader, { range, now, service }: GraphParams): Answer<GraphAnswer> {
  const slices = slicesOf(range, now)
  const { grain, from, to } = slices
  const counted: Counted = { nodes: new Map(), edges: new Map(), first: to }
  const place = { grain, from, to }
  red.each({ ...place, of: 'services' }, (operation, status, minute, cell) => {
    nodeOf(counted, { kind: 'service', name: operation.service }).add(status, cell)
    counted.first = Math.min(counted.first, minute)
  })
  red.edges.each({ ...place, of: 'operations' }, (operation, status, minute, cell) => {
    const edge = edgeOf(operation)
    if (!tellsOf(edge)) return
    for (const tally of talliesOf(counted, edge)) tally.add(status, cell)
    counted.first = Math.min(counted.first, minute)
  })
  const seconds = secondsOf(Math.max(from, counted.first), Math.min(to, now / MILLIS_PER_MINUTE))
  const { reached } = red
  return {
    fromUnixNano: String(nanoOfMinute(from)),
    toUnixNano: String(nanoOfMinute(to)),
    uncountedRequests: red.edges.lacking,
    outOfTimeSpans: reached.outOfTime,
    countedUpToUnixNano: reached.received === undefined ? null : String(reached.received),
    ...around(service, rowsOf(counted, seconds)),
  }
}

function nodeOf({ nodes }: Counted, node: GraphNode): Tally {
  const id = idOf(node)
  let known = nodes.get(id)
  if (known === undefined) nodes.set(id, (known = { node, tally: new Tally() }))
  return known.tally
}

/** Of the edge, and of each of its ends that has no requests of its own. */
function talliesOf(counted: Counted, edge: Edge): readonly Tally[] {
  const { client, server, via } = edge
  const id = `${idOf(client)} ${via} ${idOf(server)}`
  let known = counted.edges.get(id)
  if (known === undefined) counted.edges.set(id, (known = { edge, tally: new Tally() }))
  const [from, to] = [nodeOf(counted, client), nodeOf(counted, server)]
  const tallies = [known.tally]
  if (server.kind !== 'service') tallies.push(to)
  if (client.kind === 'user') tallies.push(from)
  return tallies
}

interface Rows {
  readonly nodes: GraphNodeRow[]
  readonly edges: GraphEdgeRow[]
}

function rowsOf({ nodes, edges }: Counted, seconds: number): Rows {
  const nodeRows = [...nodes].map(([id, { node, tally }]): GraphNodeRow => {
    const { requests: requestCount, errors: errorCount } = tally
    return { id, ...node, requestCount, errorCount, ...figuresOf(tally, seconds) }
  })
  const edgeRows = [...edges.values()].map(({ edge: { client, server, via }, tally }): GraphEdgeRow => {
    const { requests: callCount, errors: errorCount } = tally
    return {
      client: idOf(client),
      server: idOf(server),
      via,
      callCount,
      errorCount,
      ...figuresOf(tally, seconds),
    }
  })
  return {
    nodes: nodeRows.sort((a, b) => b.requestCount - a.requestCount || (a.id < b.id ? -1 : 1)),
    edges: edgeRows.sort((a, b) => b.callCount - a.callCount || (endsOf(a) < endsOf(b) ? -1 : 1)),
  }
}

const endsOf = ({ client, server, via }: GraphEdgeRow): string => `${client} ${server} ${via}`

function around(service: string | undefined, { nodes, edges }: Rows): Rows {
  if (service === undefined) return { nodes, edges }
  const id = idOf({ kind: 'service', name: service })
  const touching = edges.filter(({ client, server }) => client === id || server === id)
  const near = new Set([id, ...touching.flatMap(({ client, server }) => [client, server])])
  return { nodes: nodes.filter(node => near.has(node.id)), edges: touching }
}
