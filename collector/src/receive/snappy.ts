/**
 * Snappy's block format, as Prometheus sends it. The length that the block will have stands at its
 * beginning: it is held to the limit, and charged to the budget, before anything is allocated.
 *
 * Source: google/snappy format_description.txt.
 */
import snappy from 'snappyjs'
import { HodoscopeError } from '../model/errors.ts'
import { WireError } from '../wire/errors.ts'
import { varintAt, varintHigh } from '../wire/varint.ts'
import { tooLarge } from './body.ts'
import type { Charge } from './byte-budget.ts'

/** The framed format begins with this chunk; it is not what remote-write is sent in. */
const FRAMED = Buffer.from([0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59])

/** @throws HodoscopeError `payload_malformed`, `payload_too_large`, `store_busy` */
export function unsnap(body: Uint8Array, limit: number, charge: Charge): Uint8Array {
  if (Buffer.from(body.subarray(0, FRAMED.length)).equals(FRAMED))
    throw malformed('it is framed, and remote-write is sent in the block format')
  const length = lengthOf(body)
  if (length > limit) throw tooLarge(`the body has ${length} bytes when decompressed`, limit)
  charge.add(length)
  try {
    return snappy.uncompress(plain(body), limit)
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : String(error), error)
  }
}

function lengthOf(body: Uint8Array): number {
  try {
    const length = varintAt(body, 0, Math.min(5, body.length))
    return length + varintHigh * 0x1_0000_0000
  } catch (error) {
    if (error instanceof WireError) throw malformed('it does not begin with its length', error)
    throw error
  }
}

const malformed = (what: string, cause?: unknown): HodoscopeError =>
  new HodoscopeError('payload_malformed', `the body is not valid snappy: ${what}`, { cause })

/** The decompressor makes of a Buffer a copy with Buffer's own slice. */
const plain = (body: Uint8Array): Uint8Array => new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
