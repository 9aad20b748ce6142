/**
 * Counts calls between services, and to what sends no spans, from the spans of both ends: the edges
 * of the service graph. Source of what is an edge: Grafana Tempo, service graphs.
 */
import type { StatusCode } from '../model/telemetry.ts'
import { milliOfNano, minuteOf, type Nanos, type UnixMillis, type UnixNano } from '../model/time.ts'
import { UNMATCHED, USER, type GraphNode } from '../red/edges.ts'
import { isOutOfTime } from '../red/keys.ts'
import type { CountedOperation, Tally } from './counted-operation.ts'
import type { Collecting } from './derivation.ts'
import { EdgePairing, type PairingOutcome } from './edge-pairing.ts'
import { EdgeTallies } from './edge-tallies.ts'
import { IS_MESSAGE, IS_SERVER } from './halves.ts'
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
  /** Of the record at hand, where nobody is waited for: what is counted where. */
  readonly #tallies: Tally[] = []
  readonly #durations: Nanos[] = []

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
    if (peer?.kind === 'database')
      this.#count(view, this.tallies.ends(this.#service, peer).edge(via > 0, 'client'))
    else this.#wait(view, view.key, peer, peer?.kind === 'queue' ? IS_MESSAGE : via)
  }

  #server(view: SpanView, via: number): void {
    const named = via === IS_MESSAGE ? view.peer(this.#names) : undefined
    const queue = named?.kind === 'queue' ? named : undefined
    if (view.isRoot)
      this.#count(view, this.tallies.ends(queue ?? USER, this.#service).edge(via > 0, 'server'))
    else this.#wait(view, view.parentKey, queue, via | IS_SERVER)
  }

  /** Stands apart until all of the record could be counted. */
  #count(view: SpanView, edge: CountedOperation): void {
    this.#tallies.push(edge.at(statusOf(view), view.minute))
    this.#durations.push(view.duration)
  }

  #wait(view: SpanView, key: number, peer: GraphNode | undefined, is: number): void {
    const { minute, duration } = view
    this.pairing.halves.write(key, this.#service, peer, is, statusOf(view), minute, duration, this.#received)
  }

  keep(): void {
    this.#begun = true
    for (let i = 0; i < this.#tallies.length; i++) this.#tallies[i]!.add(this.#durations[i]!)
    this.#tallies.length = this.#durations.length = 0
    this.pairing.at(this.#received)
    this.pairing.keep()
  }

  takeBack(): void {
    this.#tallies.length = this.#durations.length = 0
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
    const ends = this.tallies.ends(halves.serviceOf(client), halves.serviceOf(server))
    const minute = halves.minuteOf(client)
    ends.edge(isMessage, 'client').at(status, minute).add(halves.durationOf(client))
    ends.edge(isMessage, 'server').at(status, minute).add(halves.durationOf(server))
  }

  /** Of who names nobody nothing is known. */
  alone(half: number, isEarly: boolean): void {
    const { halves } = this.pairing
    const other = isEarly ? UNMATCHED : halves.peerOf(half)
    if (other === undefined) return
    const service = halves.serviceOf(half)
    const isMessage = halves.isMessage(half)
    const edge = halves.isServer(half)
      ? this.tallies.ends(other, service).edge(isMessage, 'server')
      : this.tallies.ends(service, other).edge(isMessage, 'client')
    edge.at(halves.statusOf(half), halves.minuteOf(half)).add(halves.durationOf(half))
  }

  get isFull(): boolean {
    return this.tallies.isFull
  }

  clear(): void {
    this.tallies.clear()
    this.pairing.clear()
  }
}

/** A code that the protocol does not know says nothing. */
const statusOf = ({ statusCode }: SpanView): StatusCode => (statusCode > ERROR ? UNSET : statusCode)
