/**
 * Counts calls between services, and to what sends no spans, from the spans of both ends: the edges
 * of the service graph. Source of what is an edge: Grafana Tempo, service graphs.
 */
import { milliOfNano, minuteOf, type UnixMillis, type UnixNano } from '../model/time.ts'
import { UNMATCHED, USER, type GraphNode } from '../red/edges.ts'
import { isOutOfTime } from '../red/keys.ts'
import type { Collecting } from './derivation.ts'
import { EdgePairing, type PairingOutcome } from './edge-pairing.ts'
import { EdgeTallies } from './edge-tallies.ts'
import { IS_MESSAGE, IS_SERVER, NOBODY } from './halves.ts'
import { PeerNames } from './peers.ts'
import type { SpanView } from './span-view.ts'

const [SERVER, CLIENT, PRODUCER, CONSUMER] = [2, 3, 4, 5]
const UNSET = 0
const ERROR = 2
const KNOWN_SERVICES = 4_096

export class EdgeCounting implements Collecting, PairingOutcome {
  readonly tallies: EdgeTallies
  readonly pairing: EdgePairing
  readonly #names = new PeerNames()
  readonly #services = new Map<string, GraphNode>()
  #service!: GraphNode
  #received = 0 as UnixMillis
  /** When the record at hand was received, in minutes since the epoch. */
  now = 0
  #begun = false

  constructor(tallies = new EdgeTallies(), mostWaiting?: number) {
    this.tallies = tallies
    this.pairing = new EdgePairing(this, mostWaiting)
  }

  begin(_sequence: number, received: UnixNano): void {
    this.#received = milliOfNano(received)
    this.now = minuteOf(this.#received)
  }

  enter(service: string): boolean {
    this.#service = this.#services.get(service) ?? this.#newService(service)
    return true
  }

  #newService(name: string): GraphNode {
    if (this.#services.size >= KNOWN_SERVICES) this.#services.clear()
    const node: GraphNode = { kind: 'service', name }
    this.#services.set(name, node)
    return node
  }

  span(view: SpanView): void {
    const { kind, minute } = view
    // As operations that start at such times are not counted.
    if (isOutOfTime(minute, this.now)) return
    if (kind === CLIENT || kind === PRODUCER) this.#client(view, kind === PRODUCER ? IS_MESSAGE : 0)
    else if (kind === SERVER || kind === CONSUMER) this.#server(view, kind === CONSUMER ? IS_MESSAGE : 0)
  }

  #client(view: SpanView, via: number): void {
    const peer = view.peer(this.#names)
    // A database sends no spans: nobody is waited for.
    const key = peer?.kind === 'database' ? NOBODY : view.key
    this.#write(view, key, peer, peer?.kind === 'queue' ? IS_MESSAGE : via)
  }

  #server(view: SpanView, via: number): void {
    const queue = via === IS_MESSAGE ? view.peer(this.#names) : undefined
    const key = view.isRoot ? NOBODY : view.parentKey
    this.#write(view, key, queue?.kind === 'queue' ? queue : undefined, via | IS_SERVER)
  }

  #write(view: SpanView, key: number, peer: GraphNode | undefined, is: number): void {
    const { statusCode, minute, duration } = view
    // A code that the protocol does not know says nothing.
    const status = statusCode > ERROR ? UNSET : statusCode
    this.pairing.halves.write(key, this.#service, peer, is, status, minute, duration, this.#received)
  }

  keep(): void {
    this.#begun = true
    this.pairing.at(this.#received)
    this.pairing.keep()
  }

  takeBack(): void {
    this.pairing.takeBack()
  }

  /** Nothing comes: time passes all the same, once it is known that the journal was read. */
  rest(now: number): void {
    if (this.#begun) this.pairing.at(now)
  }

  paired(client: number, server: number): void {
    const { halves } = this.pairing
    const status = halves.statusOf(server) === ERROR ? ERROR : halves.statusOf(client)
    const isMessage = halves.isMessage(client) || halves.isMessage(server)
    const ends = [halves.serviceOf(client), halves.serviceOf(server), isMessage] as const
    const minute = halves.minuteOf(client)
    this.tallies
      .edge(...ends, 'client')
      .at(status, minute)
      .add(halves.durationOf(client))
    this.tallies
      .edge(...ends, 'server')
      .at(status, minute)
      .add(halves.durationOf(server))
  }

  alone(half: number, isEarly: boolean): void {
    const { halves } = this.pairing
    const other = isEarly ? UNMATCHED : (halves.peerOf(half) ?? this.#unnamed(half))
    if (other === undefined) return
    const service = halves.serviceOf(half)
    const isMessage = halves.isMessage(half)
    const edge = halves.isServer(half)
      ? this.tallies.edge(other, service, isMessage, 'server')
      : this.tallies.edge(service, other, isMessage, 'client')
    edge.at(halves.statusOf(half), halves.minuteOf(half)).add(halves.durationOf(half))
  }

  /** Who has no parent is asked by a user; of others that name nobody nothing is known. */
  #unnamed(half: number): GraphNode | undefined {
    return this.pairing.halves.keyOf(half) === NOBODY ? USER : undefined
  }

  get isFull(): boolean {
    return this.tallies.isFull
  }

  clear(): void {
    this.tallies.clear()
    this.pairing.clear()
  }
}
