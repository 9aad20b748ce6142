/**
 * Edges of the service graph, kept as operations are, in tables of their own: an edge is an operation
 * of its client, has the name of its server, and its kind says what both ends are, how they speak, and
 * which of the two was timed.
 */
import { loadRed, type Operation } from './table.ts'

export const NODE_KINDS = ['service', 'database', 'queue', 'external', 'user', 'other'] as const
export type NodeKind = (typeof NODE_KINDS)[number]

export interface GraphNode {
  readonly kind: NodeKind
  readonly name: string
}

export type Via = 'call' | 'message'
export type Side = 'client' | 'server'

export interface Edge {
  readonly client: GraphNode
  readonly server: GraphNode
  readonly via: Via
  /** Whose span was timed. Where both were, the edge is counted on both sides, as often on each. */
  readonly side: Side
}

/** Who calls a span that has no parent. */
export const USER: GraphNode = { kind: 'user', name: 'user' }
/** Takes the place of nodes beyond the bound. */
export const OTHERS: GraphNode = { kind: 'other', name: '(others)' }
/** Takes the place of the other end where so many wait that it could not be waited for. */
export const UNMATCHED: GraphNode = { kind: 'other', name: '(unmatched)' }

/** Room for kinds of nodes that are not there yet. */
const KINDS = 16

export function operationOfEdge({ client, server, via, side }: Edge): Operation {
  const ends = NODE_KINDS.indexOf(client.kind) * KINDS + NODE_KINDS.indexOf(server.kind)
  const kind = ends * 4 + Number(via === 'message') * 2 + Number(side === 'server')
  return { service: client.name, name: server.name, kind }
}

export function edgeOf({ service, name, kind }: Operation): Edge {
  const ends = Math.floor(kind / 4)
  return {
    client: { kind: NODE_KINDS[Math.floor(ends / KINDS)]!, name: service },
    server: { kind: NODE_KINDS[ends % KINDS]!, name },
    via: kind & 2 ? 'message' : 'call',
    side: kind & 1 ? 'server' : 'client',
  }
}

/** Calls are told as the client sees them; what no client was seen to call, as the server does. */
export const tellsOf = ({ client, side }: Edge): boolean => side === 'client' || client.kind !== 'service'

export const EDGE_SQL = loadRed('edge')
