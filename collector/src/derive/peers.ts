/**
 * Whom a span names as its other end: a database, a queue, or a third party. Read from the bytes of
 * the span; only the attributes that tell it are looked at.
 *
 * Source: OpenTelemetry semantic conventions 1.38, database, messaging and general attributes, and
 * the names that they had before 1.20.
 */
import { ANY_VALUE, KEY_VALUE, SPAN } from '../decode/fields.ts'
import type { GraphNode, NodeKind } from '../red/edges.ts'
import { hashOf, isAt, isIn } from './bytes.ts'
import { lengthEndAt, skipAt, tagAt, varintEnd } from '../wire/varint.ts'

/** One object for each that is named. */
export type Peer = GraphNode

/** In the order in which they are believed; those of one line mean the same. */
const TOLD_BY = [
  ['db.system.name', 'db.system'],
  ['db.namespace', 'db.name'],
  ['messaging.system'],
  ['messaging.destination.name', 'messaging.destination'],
  ['peer.service', 'server.address', 'net.peer.name'],
  ['url.full', 'http.url'],
] as const
const [DB, NAMESPACE, QUEUE, DESTINATION, PARTY, URL] = [0, 1, 2, 3, 4, 5] as const
const NO_PART = -1
const UNTOLD = 255
const PLACES = TOLD_BY.flatMap((names, line) =>
  names.map((name, rank) => ({ name: new TextEncoder().encode(name), line, rank })),
)
const LONGEST = Math.max(...PLACES.map(({ name }) => name.length))
/** The place by length and first byte, which no two share; one more than its index. */
const placeBy = new Uint8Array((LONGEST + 1) << 8)
for (const [index, { name }] of PLACES.entries()) placeBy[(name.length << 8) | name[0]!] = index + 1

/** Names that are known by their bytes. */
const KNOWN = 10_000
/** A power of two. */
const LATELY = 1_024

const utf8 = Buffer.prototype.utf8Slice as (this: Uint8Array, start: number, end: number) => string

interface Lately {
  readonly line: number
  readonly name: Uint8Array
  readonly part: Uint8Array
  readonly peer: Peer | undefined
}

export class PeerNames {
  readonly #known = new Map<string, Peer>()
  readonly #lately = new Array<Lately | undefined>(LATELY)
  /** Of the span at hand, for each line: where the value begins and ends, and how well it is known. */
  readonly #starts = new Int32Array(TOLD_BY.length)
  readonly #ends = new Int32Array(TOLD_BY.length)
  readonly #ranks = new Uint8Array(TOLD_BY.length)

  /** @param start of a Span message, or of its first attribute @returns undefined where it names nobody */
  of(bytes: Uint8Array, start: number, end: number): Peer | undefined {
    for (let line = 0; line < TOLD_BY.length; line++) this.#ranks[line] = UNTOLD
    for (let at = start; at < end;) {
      const tag = bytes[at]!
      const length = bytes[at + 1]!
      // A tag and a length of one byte each, as most fields have.
      if ((tag & 0x87) === 2 && length < 0x80) {
        if (tag === SPAN.attributes) {
          this.#attribute(bytes, at + 2, at + 2 + length)
          if (this.#ranks[DB] === 0 && this.#ranks[NAMESPACE] === 0) break
        }
        at += 2 + length
      } else at = this.#field(bytes, at, end)
    }
    return this.#told(bytes)
  }

  #field(bytes: Uint8Array, at: number, end: number): number {
    const tag = tagAt(bytes, at, end)
    const value = varintEnd
    if (tag !== SPAN.attributes) return skipAt(bytes, tag, value, end)
    const stop = lengthEndAt(bytes, value, end)
    this.#attribute(bytes, varintEnd, stop)
    return stop
  }

  #attribute(bytes: Uint8Array, start: number, end: number): void {
    const length = bytes[start + 1]!
    // A key stands first, and those that are looked for are short.
    if (bytes[start] !== KEY_VALUE.key || length > LONGEST) return
    const index = placeBy[(length << 8) | bytes[start + 2]!]!
    if (index === 0) return
    const { name, line, rank } = PLACES[index - 1]!
    if (rank >= this.#ranks[line]! || !isAt(bytes, start + 2, name)) return
    this.#value(bytes, start + 2 + length, end, line, rank)
  }

  /** The part of a KeyValue behind its key. */
  #value(bytes: Uint8Array, at: number, end: number, line: number, rank: number): void {
    if (at >= end || tagAt(bytes, at, end) !== KEY_VALUE.value) return
    const valueEnd = lengthEndAt(bytes, varintEnd, end)
    const start = varintEnd
    if (start >= valueEnd || tagAt(bytes, start, valueEnd) !== ANY_VALUE.string) return
    const textEnd = lengthEndAt(bytes, varintEnd, valueEnd)
    if (varintEnd === textEnd) return
    this.#starts[line] = varintEnd
    this.#ends[line] = textEnd
    this.#ranks[line] = rank
  }

  #told(bytes: Uint8Array): Peer | undefined {
    const ranks = this.#ranks
    if (ranks[DB] !== UNTOLD) return this.#peer(bytes, 'database', DB, NAMESPACE)
    if (ranks[QUEUE] !== UNTOLD) return this.#peer(bytes, 'queue', QUEUE, DESTINATION)
    if (ranks[PARTY] !== UNTOLD) return this.#peer(bytes, 'external', PARTY, NO_PART)
    return ranks[URL] === UNTOLD ? undefined : this.#peer(bytes, 'external', URL, NO_PART)
  }

  /** By its bytes, which nearly always are those of one that was named lately. */
  #peer(bytes: Uint8Array, kind: NodeKind, line: number, part: number): Peer | undefined {
    const start = this.#starts[line]!
    const end = this.#ends[line]!
    const hasPart = part !== NO_PART && this.#ranks[part] !== UNTOLD
    const partStart = hasPart ? this.#starts[part]! : 0
    const partEnd = hasPart ? this.#ends[part]! : 0
    const place = hashOf(bytes, partStart, partEnd, hashOf(bytes, start, end, line)) & (LATELY - 1)
    const lately = this.#lately[place]
    if (
      lately?.line === line &&
      isIn(bytes, start, end, lately.name) &&
      isIn(bytes, partStart, partEnd, lately.part)
    )
      return lately.peer
    const name = line === URL ? hostOf(this.#text(bytes, line)) : this.#text(bytes, line)
    const peer = this.#named(kind, hasPart ? `${name}/${this.#text(bytes, part)}` : name)
    this.#lately[place] = { line, name: bytes.slice(start, end), part: bytes.slice(partStart, partEnd), peer }
    return peer
  }

  #named(kind: NodeKind, name: string): Peer | undefined {
    if (name === '') return undefined
    const key = `${kind} ${name}`
    let peer = this.#known.get(key)
    if (peer !== undefined) return peer
    if (this.#known.size >= KNOWN) this.#known.clear()
    this.#known.set(key, (peer = { kind, name }))
    return peer
  }

  #text(bytes: Uint8Array, line: number): string {
    return utf8.call(bytes, this.#starts[line]!, this.#ends[line]!)
  }
}

const hostOf = (url: string): string =>
  /^[^:/?#]+:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/.exec(url)?.[1] ?? ''
