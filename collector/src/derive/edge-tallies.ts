/**
 * Edges as they are counted until they are stored. A client may name hosts without end: beyond a
 * number of servers of one client, and of clients, that were seen within a day, new ones are counted
 * as others.
 */
import type { Cells } from '../red/cells.ts'
import { operationOfEdge, OTHERS, type GraphNode, type Side } from '../red/edges.ts'
import type { Operation } from '../red/table.ts'
import { CountedOperation } from './counted-operation.ts'

export interface EdgeLimits {
  readonly clients: number
  readonly serversOfClient: number
}
const LIMITS: EdgeLimits = { clients: 2_000, serversOfClient: 500 }
/** Some 8 MB. */
const MOST_TALLIES = 25_000
/** Clients whose edges are known by the node itself. */
const KNOWN = 10_000

/** A client and a server, and what is counted of them: by side, of calls and of messages. */
export class Ends {
  readonly #ways: (CountedOperation | undefined)[] = [undefined, undefined, undefined, undefined]
  readonly #client: GraphNode
  readonly #server: GraphNode
  readonly #counted: CountedOperation[]

  constructor(client: GraphNode, server: GraphNode, counted: CountedOperation[]) {
    this.#client = client
    this.#server = server
    this.#counted = counted
  }

  /** @returns what spans of one side are counted in */
  edge(isMessage: boolean, side: Side): CountedOperation {
    const way = (isMessage ? 2 : 0) + (side === 'server' ? 1 : 0)
    return this.#ways[way] ?? this.#begin(way)
  }

  #begin(way: number): CountedOperation {
    const [via, side] = [way & 2 ? 'message' : 'call', way & 1 ? 'server' : 'client'] as const
    const edge = operationOfEdge({ client: this.#client, server: this.#server, via, side })
    return (this.#ways[way] = new CountedOperation(edge, this.#counted))
  }
}

export class EdgeTallies {
  readonly #limits: EdgeLimits
  /** By what nodes are, and, in front of that, by the nodes themselves. */
  #clients = new Map<string, Map<string, Ends>>()
  readonly #known = new Map<GraphNode, Map<GraphNode, Ends>>()
  /** Of which something came since the last clear. */
  readonly #counted: CountedOperation[] = []
  /** Since the last clear; of each that was asked for come two tallies at most. */
  #asked = 0
  #fullAt = MOST_TALLIES

  constructor(limits = LIMITS) {
    this.#limits = limits
  }

  ends(client: GraphNode, server: GraphNode): Ends {
    this.#asked++
    return this.#known.get(client)?.get(server) ?? this.#find(client, server)
  }

  #find(client: GraphNode, server: GraphNode): Ends {
    const hasRoom = this.#clients.size < this.#limits.clients
    const from = hasRoom || this.#clients.has(keyOf(client)) ? client : OTHERS
    const servers = getOrMake(this.#clients, keyOf(from), () => new Map<string, Ends>())
    const isKnown = servers.has(keyOf(server)) || servers.size < this.#limits.serversOfClient
    const to = isKnown ? server : OTHERS
    const ends = getOrMake(servers, keyOf(to), () => new Ends(from, to, this.#counted))
    if (this.#known.size >= KNOWN) this.#known.clear()
    const known = getOrMake(this.#known, client, () => new Map<GraphNode, Ends>())
    if (known.size >= KNOWN) known.clear()
    known.set(server, ends)
    return ends
  }

  get isFull(): boolean {
    if (2 * this.#asked < this.#fullAt) return false
    let tallies = 0
    for (const counted of this.#counted) tallies += counted.size
    this.#fullAt = 2 * this.#asked + MOST_TALLIES - tallies
    return tallies >= MOST_TALLIES
  }

  /** What was counted since it was last cleared. @param idOf asked once for each edge */
  cells(idOf: (operation: Operation) => number): Cells {
    const cells: Cells = new Map()
    for (const counted of this.#counted) counted.collect(cells, idOf)
    return cells
  }

  clear(): void {
    for (const counted of this.#counted) counted.clear()
    this.#counted.length = this.#asked = 0
    this.#fullAt = MOST_TALLIES
  }

  /** A day is over: others have their turn. Called when all is stored. */
  beginDay(): void {
    this.#clients = new Map()
    this.#known.clear()
  }
}

const keyOf = ({ kind, name }: GraphNode): string => `${kind} ${name}`

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) map.set(key, (value = make()))
  return value
}
