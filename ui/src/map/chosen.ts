/** What is chosen on the map: a node, or a call between two; '' where none is. */
import type { GraphEdgeRow } from '../../../collector/src/serve/api-types.ts'

export interface Chosen {
  readonly node: string
  readonly edge: string
}

export const idOfEdge = ({ client, server, via }: GraphEdgeRow): string =>
  `${client} ${via === 'call' ? '→' : '⇢'} ${server}`

/** Whether a call is the one that is chosen, or begins or ends at the node that is. */
export const touches = ({ node, edge }: Chosen, call: GraphEdgeRow): boolean =>
  edge !== '' ? idOfEdge(call) === edge : node !== '' && (call.client === node || call.server === node)
