/**
 * The body of a remote-write request, which comes as one block of snappy. The length that it will have
 * is held to the limit, and charged to the budget, before anything is allocated.
 */
import { HodoscopeError } from '../model/errors.ts'
import { WireError } from '../wire/errors.ts'
import { unpackBlock, unpackedLength } from '../wire/snappy.ts'
import { tooLarge } from './body.ts'
import type { Charge } from './byte-budget.ts'

/** The framed format begins with this chunk; it is not what remote-write is sent in. */
const FRAMED = Buffer.from([0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59])

/** @throws HodoscopeError `payload_malformed`, `payload_too_large`, `store_busy` */
export function unsnap(body: Uint8Array, limit: number, charge: Charge): Uint8Array {
  if (Buffer.from(body.subarray(0, FRAMED.length)).equals(FRAMED))
    throw malformed('it is framed, and remote-write is sent in the block format')
  try {
    const length = unpackedLength(body)
    if (length > limit) throw tooLarge(`the body has ${length} bytes when decompressed`, limit)
    charge.add(length)
    return unpackBlock(body)
  } catch (error) {
    if (error instanceof WireError) throw malformed(error.message, error)
    throw error
  }
}

const malformed = (what: string, cause?: unknown): HodoscopeError =>
  new HodoscopeError('payload_malformed', `the body is not valid snappy: ${what}`, { cause })
