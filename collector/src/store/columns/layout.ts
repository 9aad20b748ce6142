/**
 * How a block lies in its chunks.
 *
 * A block is a set of *parts*: runs of bytes or of whole numbers, each known by its role (and, for
 * an attribute, by key and type). Parts that are read together share a *chunk*, the unit that is
 * compressed, checked and read on its own. The *directory* says where each part lies.
 *
 *   chunk      crc32 (4) | coding (1: 0 plain, 1 zstd) | payload
 *   directory  varints: version, rows, chunks, parts, then for each part
 *              id, chunk, offset, length, kind (0 bytes, 1 integers, 2 integers as differences)
 *              and for integers: count, width, least and first (float64)
 *
 * Precise description: `collector/docs/format.md`.
 */
import { constants, crc32, zstdCompressSync } from 'node:zlib'
import { inflateFrame } from '../../durable/zstd.ts'
import { HodoscopeError } from '../../model/errors.ts'
import { decodeIntegers, encodeIntegers, type IntegerEncoding, type Integers } from './integers.ts'
import { ByteSink, ByteSource } from '../../wire/bytes.ts'

export const BLOCK_FORMAT = 1

/** Roles of parts. The numbers are part of the format and are never used again for another meaning. */
export const ROLE = {
  time: 1,
  duration: 2,
  traceIndex: 3,
  traceIds: 4,
  spanIds: 5,
  parentCode: 6,
  parentIds: 7,
  name: 8,
  kind: 9,
  status: 10,
  statusMessage: 11,
  flags: 12,
  traceState: 13,
  resource: 14,
  scope: 15,
  shape: 16,
  shapes: 17,
  droppedAttributes: 18,
  droppedEvents: 19,
  droppedLinks: 20,
  eventRow: 21,
  events: 22,
  linkRow: 23,
  links: 24,
  attribute: 25,
  rest: 26,
  segments: 27,
  observedTime: 28,
  severity: 29,
  severityText: 30,
  eventName: 31,
  bodyType: 32,
  body: 33,
  spanIdPresent: 34,
  endTime: 35,
} as const
export type Role = (typeof ROLE)[keyof typeof ROLE]

/** Which parts are read together. `ids` are random bytes and stay as they are; `own` joins the small ones. */
export type Group = 'time' | 'head' | 'trace' | 'traceIds' | 'spanIds' | 'own'

/** Identifies a part: role, attribute key and value type (0 where it has none), and place within its column. */
export const partId = (role: Role, key = 0, type = 0, sub = 0): number =>
  ((key * 16 + type) * 64 + role) * 4 + sub

export interface EncodedChunks {
  readonly directory: Uint8Array
  readonly chunks: readonly Uint8Array[]
}

interface PendingPart {
  readonly id: number
  readonly bytes: Uint8Array
  readonly integers: IntegerEncoding | undefined
}

/** Columns below this share a chunk: a call into the compressor costs about 20 µs whatever its size. */
const SHARED_BELOW = 4096

export class BlockWriter {
  readonly #groups = new Map<string, PendingPart[]>()
  #column: PendingPart[] = []
  #own = 0

  bytes(id: number, bytes: Uint8Array): this {
    this.#column.push({ id, bytes, integers: undefined })
    return this
  }

  integers(id: number, values: Float64Array, delta = false): this {
    const { encoding, bytes } = encodeIntegers(values, delta)
    this.#column.push({ id, bytes, integers: encoding })
    return this
  }

  /** Ends a column: the parts since the last end go into the group's chunk. */
  into(group: Group): void {
    const size = this.#column.reduce((sum, part) => sum + part.bytes.length, 0)
    const name = group !== 'own' ? group : size < SHARED_BELOW ? 'small' : `own ${this.#own++}`
    const parts = this.#groups.get(name)
    if (parts === undefined) this.#groups.set(name, this.#column)
    else parts.push(...this.#column)
    this.#column = []
  }

  finish(rows: number, compress: boolean): EncodedChunks {
    const directory = new ByteSink(2048)
    const groups = [...this.#groups.entries()]
    directory.varint(BLOCK_FORMAT)
    directory.varint(rows)
    directory.varint(groups.length)
    directory.varint(groups.reduce((sum, [, parts]) => sum + parts.length, 0))
    const chunks = groups.map(([name, parts], chunk) => {
      describe(directory, parts, chunk)
      return sealChunk(
        joined(parts.map(part => part.bytes)),
        compress && name !== 'spanIds' && name !== 'traceIds',
      )
    })
    return { directory: directory.take(), chunks }
  }
}

function describe(directory: ByteSink, parts: readonly PendingPart[], chunk: number): void {
  let offset = 0
  for (const { id, bytes, integers } of parts) {
    directory.varint(id)
    directory.varint(chunk)
    directory.varint(offset)
    directory.varint(bytes.length)
    directory.varint(integers === undefined ? 0 : integers.delta ? 2 : 1)
    if (integers !== undefined) {
      directory.varint(integers.count)
      directory.varint(integers.width)
      directory.float64(integers.least)
      directory.float64(integers.first)
    }
    offset += bytes.length
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const CHUNK_HEAD = 5
/** No block is built from more than 16 MB, save a single record that is larger; 1 GiB is beyond any. */
const MAX_CHUNK_BYTES = 2 ** 30

/** @param compress false for bytes that are random */
export function sealChunk(plain: Uint8Array, compress: boolean): Uint8Array {
  const packed = compress ? zstdCompressSync(plain, ZSTD) : plain
  const coded = packed.length < plain.length
  const payload = coded ? packed : plain
  const chunk = new Uint8Array(CHUNK_HEAD + payload.length)
  chunk[4] = coded ? 1 : 0
  chunk.set(payload, CHUNK_HEAD)
  new DataView(chunk.buffer).setUint32(0, crc32(chunk.subarray(4)), true)
  return chunk
}

/** @throws `ChunkDamaged` when the checksum does not fit */
export function openChunk(chunk: Uint8Array): Uint8Array {
  const expected = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength).getUint32(0, true)
  if (crc32(chunk.subarray(4)) !== expected) throw new ChunkDamaged('checksum of a chunk does not fit')
  const payload = chunk.subarray(CHUNK_HEAD)
  return chunk[4] === 0 ? payload : inflateFrame(payload, MAX_CHUNK_BYTES)
}

export class ChunkDamaged extends HodoscopeError {
  constructor(message: string) {
    super('internal', message)
  }
}

export interface Part {
  readonly chunk: number
  readonly offset: number
  readonly length: number
  readonly integers: IntegerEncoding | undefined
}

export interface Directory {
  readonly rows: number
  readonly chunks: number
  readonly parts: ReadonlyMap<number, Part>
}

export function readDirectory(bytes: Uint8Array): Directory {
  const source = new ByteSource(bytes)
  const version = source.varint()
  if (version !== BLOCK_FORMAT)
    throw new ChunkDamaged(`block of format ${version}; this collector reads format ${BLOCK_FORMAT}`)
  const rows = source.varint()
  const chunks = source.varint()
  const count = source.varint()
  const parts = new Map<number, Part>()
  for (let i = 0; i < count; i++) {
    const id = source.varint()
    const chunk = source.varint()
    const offset = source.varint()
    const length = source.varint()
    parts.set(id, { chunk, offset, length, integers: readEncoding(source) })
  }
  return { rows, chunks, parts }
}

function readEncoding(source: ByteSource): IntegerEncoding | undefined {
  const kind = source.varint()
  if (kind === 0) return undefined
  const count = source.varint()
  const width = source.varint()
  return { count, width, least: source.float64(), first: source.float64(), delta: kind === 2 }
}

/** Reads parts of one block; each chunk is loaded, checked and inflated at most once. */
export class PartReader {
  readonly directory: Directory
  readonly #load: (chunk: number) => Uint8Array
  readonly #open: (Uint8Array | undefined)[] = []

  constructor(directory: Directory, load: (chunk: number) => Uint8Array) {
    this.directory = directory
    this.#load = load
  }

  has(id: number): boolean {
    return this.directory.parts.has(id)
  }

  bytes(id: number): Uint8Array {
    const part = this.#part(id)
    return this.#chunk(part.chunk).subarray(part.offset, part.offset + part.length)
  }

  integers(id: number): Integers {
    const part = this.#part(id)
    if (part.integers === undefined) throw new ChunkDamaged(`part ${id} holds bytes, not integers`)
    // A column of equal values has no bytes: it is answered without its chunk.
    return decodeIntegers(part.integers, part.length === 0 ? EMPTY : this.bytes(id))
  }

  #part(id: number): Part {
    const part = this.directory.parts.get(id)
    if (part === undefined) throw new ChunkDamaged(`part ${id} is missing`)
    return part
  }

  #chunk(index: number): Uint8Array {
    return (this.#open[index] ??= openChunk(this.#load(index)))
  }
}

const EMPTY = new Uint8Array(0)
