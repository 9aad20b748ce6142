/**
 * Requests on their way from the main thread to the journal's: one buffer, kind by kind, so that the
 * bodies of each kind lie in one piece and are a body again.
 *
 *   buffer   | body | body | body | … | body | body | … | body |
 *            |------- traces -------|----- logs ----|  metrics, samples
 *
 * What the journal writes beside the bodies stands in columns, one entry a body.
 */
import type { CanonicalRequest } from '../../model/canonical.ts'
import { lookupPrefix } from '../../model/lookup-hash.ts'
import { REQUEST_KINDS, type RequestKind, type Signal } from '../../model/telemetry.ts'

export const SIGNALS: readonly Signal[] = ['traces', 'logs']

export interface Batch {
  readonly buffer: Uint8Array<ArrayBuffer>
  /** For each body, in the order of the buffer: */
  readonly columns: {
    /** Place in `REQUEST_KINDS`; ascending. */
    readonly kinds: Uint8Array<ArrayBuffer>
    readonly lengths: Uint32Array<ArrayBuffer>
    readonly items: Uint32Array<ArrayBuffer>
    /** Earliest and latest time of the items, Unix nanoseconds; `NO_TIME` and 0 when none has one. */
    readonly from: BigUint64Array<ArrayBuffer>
    readonly to: BigUint64Array<ArrayBuffer>
    /** 1 where some item has no time. */
    readonly untimed: Uint8Array<ArrayBuffer>
    /** How many of `lookups` are its own. */
    readonly lookupCounts: Uint32Array<ArrayBuffer>
  }
  /** `lookupPrefix` of the trace ids and correlation values of all bodies, in their order. */
  readonly lookups: Uint32Array<ArrayBuffer>
}

export const NO_TIME = 2n ** 64n - 1n

interface Piece {
  readonly kind: RequestKind
  readonly body: Uint8Array
  readonly items: number
  readonly from: bigint
  readonly to: bigint
  readonly untimed: boolean
  readonly lookups: ArrayLike<number>
}

/** A body of this size that goes alone is handed over as it is: to copy 64 MiB holds up the thread. */
const HAND_OVER_BYTES = 1024 * 1024

/** @param requests in the order in which they came; @returns also the order in which they stand in the buffer */
export function packBatch(requests: readonly CanonicalRequest[]): { batch: Batch; order: number[] } {
  const order = REQUEST_KINDS.flatMap(kind =>
    requests.flatMap((request, i) => (request.signal === kind ? [i] : [])),
  )
  return { batch: batchOf(order.map(i => pieceOf(requests[i]!))), order }
}

const pieceOf = ({ signal: kind, body, items, times, untimed, lookups }: CanonicalRequest): Piece => ({
  kind,
  body,
  items,
  from: times?.from ?? NO_TIME,
  to: times?.to ?? 0n,
  untimed,
  lookups: lookups.map(lookupPrefix),
})

function batchOf(pieces: readonly Piece[]): Batch {
  const bytes = pieces.reduce((sum, { body }) => sum + body.length, 0)
  const lookups = new Uint32Array(pieces.reduce((sum, piece) => sum + piece.lookups.length, 0))
  pieces.reduce((at, piece) => (lookups.set(piece.lookups, at), at + piece.lookups.length), 0)
  return {
    buffer: joined(pieces, bytes),
    columns: {
      kinds: Uint8Array.from(pieces, ({ kind }) => REQUEST_KINDS.indexOf(kind)),
      lengths: Uint32Array.from(pieces, ({ body }) => body.length),
      items: Uint32Array.from(pieces, ({ items }) => items),
      from: BigUint64Array.from(pieces, ({ from }) => from),
      to: BigUint64Array.from(pieces, ({ to }) => to),
      untimed: Uint8Array.from(pieces, ({ untimed }) => Number(untimed)),
      lookupCounts: Uint32Array.from(pieces, piece => piece.lookups.length),
    },
    lookups,
  }
}

function joined(pieces: readonly Piece[], bytes: number): Uint8Array<ArrayBuffer> {
  if (pieces.length === 1 && bytes >= HAND_OVER_BYTES) return pieces[0]!.body as Uint8Array<ArrayBuffer>
  const buffer = new Uint8Array(bytes)
  pieces.reduce((at, { body }) => (buffer.set(body, at), at + body.length), 0)
  return buffer
}

/** The batch without the bodies that `keep` leaves out. */
export function filterBatch(batch: Batch, keep: readonly boolean[]): Batch {
  return batchOf(piecesOf(batch).filter((_, i) => keep[i]))
}

function piecesOf({ buffer, columns, lookups }: Batch): Piece[] {
  let at = 0
  let lookup = 0
  return Array.from(columns.lengths, (length, i) => {
    const piece: Piece = {
      kind: REQUEST_KINDS[columns.kinds[i]!]!,
      body: buffer.subarray(at, (at += length)),
      items: columns.items[i]!,
      from: columns.from[i]!,
      to: columns.to[i]!,
      untimed: columns.untimed[i] === 1,
      lookups: lookups.subarray(lookup, (lookup += columns.lookupCounts[i]!)),
    }
    return piece
  })
}

/** What threads hand over instead of copying it. */
export const transferables = ({ buffer, columns, lookups }: Batch): ArrayBuffer[] =>
  [buffer, lookups, ...Object.values(columns)].map(array => array.buffer)

/** The bodies of one kind, one behind the other: a body again. */
export function bodiesOf({ buffer, columns }: Batch, kind: RequestKind): Uint8Array<ArrayBuffer> {
  const wanted = REQUEST_KINDS.indexOf(kind)
  let start = 0
  let length = 0
  columns.kinds.forEach((of, i) => {
    if (of < wanted) start += columns.lengths[i]!
    else if (of === wanted) length += columns.lengths[i]!
  })
  return buffer.subarray(start, start + length)
}

/** What a record says of one signal's bodies without being read. */
export interface SignalFacts {
  readonly items: number
  /** Earliest and latest time, Unix nanoseconds. */
  readonly from: bigint
  readonly to: bigint
}

/** @param received counts as the time of what has none; @returns undefined when there is nothing of the signal */
export function signalFacts(batch: Batch, signal: Signal, received: bigint): SignalFacts | undefined {
  const { columns } = batch
  const wanted = REQUEST_KINDS.indexOf(signal)
  let items = 0
  let from = NO_TIME
  let to = 0n
  columns.kinds.forEach((kind, i) => {
    if (kind !== wanted) return
    items += columns.items[i]!
    from = least(from, columns.from[i]!, columns.untimed[i] === 1 ? received : NO_TIME)
    to = most(to, columns.to[i]!, columns.untimed[i] === 1 ? received : 0n)
  })
  return items === 0 ? undefined : { items, from, to }
}

const least = (...times: readonly bigint[]): bigint => times.reduce((a, b) => (b < a ? b : a))
const most = (...times: readonly bigint[]): bigint => times.reduce((a, b) => (b > a ? b : a))
