/**
 * A span in its bytes, read no further than it is asked for. One view is reused for every span of a
 * scan; most spans are done with after their kind and their status.
 *
 * Relies on `decode/`, which has checked every length.
 */
import type { Attributes } from '../model/attributes.ts'
import {
  isEntry,
  type Resource,
  type Scope,
  type Span,
  type SpanEvent,
  type SpanKind,
  type SpanLink,
  type StatusCode,
} from '../model/telemetry.ts'
import { nanos, unixMinute, unixNano, type Nanos, type UnixMinute, type UnixNano } from '../model/time.ts'
import { SPAN, STATUS } from '../decode/fields.ts'
import { spanOf } from '../decode/spans.ts'
import { WireReader } from '../wire/reader.ts'
import { hashOf, isIn } from './bytes.ts'
import { pairKey } from './pair-key.ts'
import type { Peer, PeerNames } from './peers.ts'
import { lengthEndAt, skipAt, tagAt, varintAt, varintEnd } from '../wire/varint.ts'
import { isException } from './span-errors.ts'

const NANOS_PER_MINUTE = 6e10

const latin1 = Buffer.prototype.latin1Slice as (this: Uint8Array, start: number, end: number) => string

export class SpanView implements Span {
  #bytes: Uint8Array = new Uint8Array(0)
  #start = 0
  #end = 0
  #full: Span | undefined
  #startAt = -1
  #endAt = -1
  #traceAt = 0
  #spanAt = 0
  #parentAt = 0
  #attributesAt = 0
  #nameStart = 0
  #nameEnd = 0
  #isRoot = true
  #minute = -1
  #code: StatusCode = 0
  readonly #status = new StatusView(this)
  kind: SpanKind = 0
  /** Whether one of its events is an exception. */
  hasException = false
  resource: Resource = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
  scope: Scope = { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' }

  /** The Span message in [start, end), under the resource and scope that were set. */
  read(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes
    this.#start = start
    this.#end = end
    this.#full = undefined
    this.#startAt = this.#endAt = -1
    this.#nameStart = this.#nameEnd = 0
    this.#isRoot = true
    this.#minute = -1
    this.#attributesAt = end
    this.#code = 0
    this.kind = 0
    this.hasException = false
    let at = start
    while (at < end) {
      const tag = bytes[at]!
      const length = bytes[at + 1]!
      // A tag and a length of one byte each: nearly every field, and most of them are passed over.
      if ((tag & 0x87) === 2 && length < 0x80) {
        if (tag === SPAN.attributes) {
          if (this.#attributesAt > at) this.#attributesAt = at
        } else if (tag > SPAN.traceState) this.#message(tag, at + 2, at + 2 + length)
        else if (tag === SPAN.traceId) this.#traceAt = at + 2
        else if (tag === SPAN.spanId) this.#spanAt = at + 2
        at += 2 + length
      } else at = this.#field(bytes, at, end)
    }
  }

  #field(bytes: Uint8Array, at: number, end: number): number {
    const tag = tagAt(bytes, at, end)
    const value = varintEnd
    if (tag === SPAN.attributes && this.#attributesAt > at) this.#attributesAt = at
    if ((tag & 7) === 2) {
      const stop = lengthEndAt(bytes, value, end)
      this.#message(tag, varintEnd, stop)
      return stop
    }
    if (tag === SPAN.startTimeUnixNano) this.#startAt = value
    else if (tag === SPAN.endTimeUnixNano) this.#endAt = value
    else if (tag === SPAN.kind) this.kind = varintAt(bytes, value, end) as SpanKind
    return skipAt(bytes, tag, value, end)
  }

  #message(tag: number, start: number, end: number): void {
    if (tag === SPAN.name) {
      this.#nameStart = start
      this.#nameEnd = end
    } else if (tag === SPAN.parentSpanId) {
      this.#isRoot = start === end
      this.#parentAt = start
    } else if (tag === SPAN.traceId) this.#traceAt = start
    else if (tag === SPAN.spanId) this.#spanAt = start
    else if (tag === SPAN.status) this.#readStatus(this.#bytes, start, end)
    else if (tag === SPAN.events) this.hasException ||= isException(this.#bytes, start, end)
  }

  #readStatus(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end;) {
      const tag = tagAt(bytes, at, end)
      const value = varintEnd
      if (tag === STATUS.code) this.#code = varintAt(bytes, value, end) as StatusCode
      at = skipAt(bytes, tag, value, end)
    }
  }

  /** Of its start. */
  get minute(): UnixMinute {
    if (this.#minute < 0) this.#minute = this.#startMinute()
    return unixMinute(this.#minute)
  }

  #startMinute(): number {
    const at = this.#startAt
    if (at < 0) return 0
    const quotient = (word(this.#bytes, at + 4) * 0x1_0000_0000 + word(this.#bytes, at)) / NANOS_PER_MINUTE
    const minute = Math.floor(quotient)
    // Halves of a double round: next to a boundary the exact number decides.
    const isClose = quotient - minute < 1e-6 || minute + 1 - quotient < 1e-6
    return isClose ? Number(this.startTimeUnixNano / BigInt(NANOS_PER_MINUTE)) : minute
  }

  /** Nanoseconds; 0 where it ends before it starts. */
  get duration(): Nanos {
    if (this.#startAt < 0 || this.#endAt < 0) return nanos(0)
    const bytes = this.#bytes
    const seconds = word(bytes, this.#endAt + 4) - word(bytes, this.#startAt + 4)
    const rest = word(bytes, this.#endAt) - word(bytes, this.#startAt)
    return nanos(Math.max(0, seconds * 0x1_0000_0000 + rest))
  }

  /** Whether it is where a request enters its service. */
  get isEntry(): boolean {
    return isEntry(this.kind, this.#isRoot)
  }

  get isRoot(): boolean {
    return this.#isRoot
  }

  /** What its children know it by. */
  get key(): number {
    return pairKey(this.#bytes, this.#traceAt, this.#spanAt)
  }

  /** What it knows its parent by; of a span that has one. */
  get parentKey(): number {
    return pairKey(this.#bytes, this.#traceAt, this.#parentAt)
  }

  /** What it names in its attributes. */
  peer(names: PeerNames): Peer | undefined {
    return names.of(this.#bytes, this.#attributesAt, this.#end)
  }

  /** The bytes of its name, a character each: another text for each name, and quicker made. */
  get nameKey(): string {
    return latin1.call(this.#bytes, this.#nameStart, this.#nameEnd)
  }

  get nameHash(): number {
    return hashOf(this.#bytes, this.#nameStart, this.#nameEnd, 0)
  }

  /** @param name its bytes */
  isNamed(name: Uint8Array): boolean {
    return isIn(this.#bytes, this.#nameStart, this.#nameEnd, name)
  }

  get nameBytes(): Uint8Array {
    return this.#bytes.slice(this.#nameStart, this.#nameEnd)
  }

  get name(): string {
    const { buffer, byteOffset } = this.#bytes
    return Buffer.from(buffer, byteOffset + this.#nameStart, this.#nameEnd - this.#nameStart).toString('utf8')
  }

  get startTimeUnixNano(): UnixNano {
    return this.#instant(this.#startAt)
  }

  get endTimeUnixNano(): UnixNano {
    return this.#instant(this.#endAt)
  }

  #instant(at: number): UnixNano {
    if (at < 0) return unixNano(0n)
    return unixNano((BigInt(word(this.#bytes, at + 4)) << 32n) | BigInt(word(this.#bytes, at)))
  }

  /** The message is read only when it is looked at. */
  get status(): Span['status'] {
    return this.#status
  }

  /** Over its fields, for who wants a few of them. */
  reader(): WireReader {
    return new WireReader(this.#bytes, this.#start, this.#end)
  }

  get statusCode(): StatusCode {
    return this.#code
  }

  get statusMessage(): string {
    return this.#whole.status.message
  }

  get #whole(): Span {
    return (this.#full ??= spanOf(this.#bytes, this.#start, this.#end, this.resource, this.scope))
  }

  get traceId(): string {
    return this.#whole.traceId
  }
  get spanId(): string {
    return this.#whole.spanId
  }
  get parentSpanId(): string {
    return this.#isRoot ? '' : this.#whole.parentSpanId
  }
  get traceState(): string {
    return this.#whole.traceState
  }
  get flags(): number {
    return this.#whole.flags
  }
  get attributes(): Attributes {
    return this.#whole.attributes
  }
  get droppedAttributesCount(): number {
    return this.#whole.droppedAttributesCount
  }
  get events(): readonly SpanEvent[] {
    return this.#whole.events
  }
  get droppedEventsCount(): number {
    return this.#whole.droppedEventsCount
  }
  get links(): readonly SpanLink[] {
    return this.#whole.links
  }
  get droppedLinksCount(): number {
    return this.#whole.droppedLinksCount
  }
}

class StatusView {
  readonly #span: SpanView

  constructor(span: SpanView) {
    this.#span = span
  }

  get code(): StatusCode {
    return this.#span.statusCode
  }

  get message(): string {
    return this.#span.statusMessage
  }
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
