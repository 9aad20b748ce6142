/**
 * Halves of calls, each in a slot of 64 bytes, one cache line: a half is found by its key at random, and
 * there are many. Slots that fell free are taken again first, for they are at hand.
 *
 * Those that wait are numbered in the order in which they came, and linked with those whose keys fall
 * together. What the record at hand brought does neither, until it is known that it counts.
 */
import type { StatusCode } from '../model/telemetry.ts'
import { nanos, unixMinute, type Nanos, type UnixMinute } from '../model/time.ts'
import type { GraphNode, Side, Via } from '../red/edges.ts'

export interface Half {
  readonly side: Side
  /** `derive/pair-key`, the same for both. */
  readonly key: number
  readonly service: GraphNode
  /** Whom it names as its other end. */
  readonly peer: GraphNode | undefined
  readonly via: Via
  readonly status: StatusCode
  /** In which it starts. */
  readonly minute: UnixMinute
  readonly duration: Nanos
  /** Milliseconds since the epoch. */
  readonly received: number
}

/** Bits of what a half is; its status stands above them. */
export const IS_SERVER = 1
export const IS_MESSAGE = 2
const STATUS = 2
const WHAT = 16

/** Fields of a slot. */
const [KEY, NUMBER, NEXT, WHEN, DURATION, RECEIVED] = [0, 1, 2, 3, 4, 5] as const
const FIELDS = 8
const NONE = -1
const SMALLEST = 1_024

/** By slots. */
export class Halves {
  #fields = new Float64Array(SMALLEST * FIELDS)
  #services: GraphNode[] = []
  #peers: (GraphNode | undefined)[] = []
  /** Where chains begin, by the lower bits of keys. */
  #heads = new Int32Array(2 * SMALLEST).fill(NONE)
  /** Slots from here on were never taken. */
  #untaken = 0
  #free = NONE
  /** Of the record at hand. */
  readonly arrived: number[] = []
  /** The slot of each number, from the oldest on; another half may lie in it by now. */
  #order = new Int32Array(SMALLEST)
  /** Numbers in [oldest, end) wait, but for those that were paired since. */
  oldest = 1
  end = 1
  waiting = 0

  write(
    key: number,
    service: GraphNode,
    peer: GraphNode | undefined,
    is: number,
    status: StatusCode,
    minute: UnixMinute,
    duration: Nanos,
    received: number,
  ): void {
    const half = this.#take()
    const at = half * FIELDS
    const fields = this.#fields
    fields[at + KEY] = key
    fields[at + NUMBER] = 0
    fields[at + WHEN] = minute * WHAT + (is | (status << STATUS))
    fields[at + DURATION] = duration
    fields[at + RECEIVED] = received
    this.#services[half] = service
    this.#peers[half] = peer
    this.arrived.push(half)
  }

  #take(): number {
    const half = this.#free
    if (half !== NONE) {
      this.#free = this.#fields[half * FIELDS + NEXT]!
      return half
    }
    if (this.#untaken * FIELDS === this.#fields.length) this.#grow()
    return this.#untaken++
  }

  #grow(): void {
    const fields = new Float64Array(2 * this.#fields.length)
    fields.set(this.#fields)
    this.#fields = fields
    this.#heads = new Int32Array(2 * this.#heads.length).fill(NONE)
    for (let number = this.oldest; number < this.end; number++) {
      const half = this.numbered(number)
      if (half !== NONE) this.#link(half)
    }
  }

  /** Not one that waits. */
  release(half: number): void {
    this.#fields[half * FIELDS + NUMBER] = 0
    this.#fields[half * FIELDS + NEXT] = this.#free
    this.#free = half
  }

  /** @returns the one that has waited longest under the same key; -1 where there is none, or it is of the same side */
  otherOf(half: number): number {
    const fields = this.#fields
    const key = this.keyOf(half)
    let other = this.#heads[key & (this.#heads.length - 1)]!
    while (other !== NONE && fields[other * FIELDS + KEY] !== key) other = fields[other * FIELDS + NEXT]!
    return other === NONE || this.isServer(other) === this.isServer(half) ? NONE : other
  }

  /** It waits from now on. */
  admit(half: number): void {
    const number = this.end++
    this.#fields[half * FIELDS + NUMBER] = number
    if (this.end - this.oldest > this.#order.length) this.#growOrder()
    this.#order[number & (this.#order.length - 1)] = half
    this.#link(half)
    this.waiting++
  }

  #growOrder(): void {
    const [old, order] = [this.#order, new Int32Array(2 * this.#order.length)]
    for (let number = this.oldest; number < this.end; number++)
      order[number & (order.length - 1)] = old[number & (old.length - 1)]!
    this.#order = order
  }

  /** Behind all others of its chain. */
  #link(half: number): void {
    const fields = this.#fields
    const head = this.keyOf(half) & (this.#heads.length - 1)
    fields[half * FIELDS + NEXT] = NONE
    let last = this.#heads[head]!
    if (last === NONE) {
      this.#heads[head] = half
      return
    }
    while (fields[last * FIELDS + NEXT] !== NONE) last = fields[last * FIELDS + NEXT]!
    fields[last * FIELDS + NEXT] = half
  }

  /** It waits no more. */
  remove(half: number): void {
    const fields = this.#fields
    const head = this.keyOf(half) & (this.#heads.length - 1)
    const next = fields[half * FIELDS + NEXT]!
    let before = this.#heads[head]!
    if (before === half) this.#heads[head] = next
    else {
      while (fields[before * FIELDS + NEXT] !== half) before = fields[before * FIELDS + NEXT]!
      fields[before * FIELDS + NEXT] = next
    }
    this.waiting--
    this.release(half)
    while (this.oldest < this.end && this.numbered(this.oldest) === NONE) this.oldest++
  }

  /** @param number in [oldest, end) @returns -1 where it does not wait any more */
  numbered(number: number): number {
    const half = this.#order[number & (this.#order.length - 1)]!
    return this.#fields[half * FIELDS + NUMBER] === number ? half : NONE
  }

  /** Numbers up to here are known not to wait. */
  skipTo(number: number): void {
    if (this.oldest === this.end) this.oldest = this.end = number
    for (; this.end < number; this.end++) if (this.end - this.oldest >= this.#order.length) this.#growOrder()
  }

  keyOf(half: number): number {
    return this.#fields[half * FIELDS + KEY]!
  }
  numberOf(half: number): number {
    return this.#fields[half * FIELDS + NUMBER]!
  }
  serviceOf(half: number): GraphNode {
    return this.#services[half]!
  }
  peerOf(half: number): GraphNode | undefined {
    return this.#peers[half]
  }
  isServer(half: number): boolean {
    return (this.#what(half) & IS_SERVER) !== 0
  }
  isMessage(half: number): boolean {
    return (this.#what(half) & IS_MESSAGE) !== 0
  }
  statusOf(half: number): StatusCode {
    return (this.#what(half) >> STATUS) as StatusCode
  }
  #what(half: number): number {
    return this.#fields[half * FIELDS + WHEN]! % WHAT
  }
  minuteOf(half: number): UnixMinute {
    return unixMinute(Math.floor(this.#fields[half * FIELDS + WHEN]! / WHAT))
  }
  durationOf(half: number): Nanos {
    return nanos(this.#fields[half * FIELDS + DURATION]!)
  }
  receivedOf(half: number): number {
    return this.#fields[half * FIELDS + RECEIVED]!
  }

  /** As an object, for who has time. */
  read(half: number): Half {
    return {
      side: this.isServer(half) ? 'server' : 'client',
      key: this.keyOf(half),
      service: this.serviceOf(half),
      peer: this.peerOf(half),
      via: this.isMessage(half) ? 'message' : 'call',
      status: this.statusOf(half),
      minute: this.minuteOf(half),
      duration: this.durationOf(half),
      received: this.receivedOf(half),
    }
  }

  /** As one of the record at hand. */
  add({ key, service, peer, side, via, status, minute, duration, received }: Half): void {
    const is = (side === 'server' ? IS_SERVER : 0) | (via === 'message' ? IS_MESSAGE : 0)
    this.write(key, service, peer, is, status, minute, duration, received)
  }
}
