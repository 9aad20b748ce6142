/**
 * Samples of up to 64 neighbouring series in one chunk.
 *
 * Series that are scraped together share their times, so each distinct list of times stands once.
 * A column of values takes the form that fits it: one value; whole numbers (after a shift of the
 * decimal point), as they are or as differences; or the bits of each float XORed with those of the
 * one before. Numbers lie in planes, all lowest bytes first, and the chunk is compressed as a whole.
 *
 *   chunk      crc32 | coding | payload                      (`columns/layout.ts`)
 *   payload    varints: slots, time lists
 *              for each time list   count, encoding
 *              for each series      slot, time list, form, stale marks, starts
 *              then the bytes of all columns in the same order
 *
 * Precise description: `collector/docs/format.md`.
 */
import { decodeDoubles, encodeIntegers, type IntegerEncoding } from '../columns/integers.ts'
import { ChunkDamaged, openChunk, sealChunk } from '../columns/layout.ts'
import { ByteSink, ByteSource } from '../../wire/bytes.ts'
import type { Piece } from './piece.ts'
import { decodeValues, encodeValues, readForm, writeForm, type ValueForm } from './value-forms.ts'

export const GROUP_SERIES = 64

/** @param pieces by slot, at most 64; undefined where a series has no samples here */
export function encodeGroupChunk(pieces: readonly (Piece | undefined)[]): Uint8Array {
  const head = new ByteSink(1024)
  const data = new ByteSink(4096)
  const present = pieces.flatMap((piece, slot) => (piece === undefined ? [] : [{ piece, slot }]))
  const lists: Float64Array[] = []
  const listOf = present.map(({ piece }) => timeList(lists, piece.times))
  head.varint(present.length)
  head.varint(lists.length)
  for (const times of lists) {
    const { encoding, bytes } = encodeIntegers(times, true)
    writeIntegers(head, encoding)
    data.push(bytes, 0, bytes.length)
  }
  present.forEach(({ piece, slot }, i) => {
    head.varint(slot)
    head.varint(listOf[i]!)
    const { form, bytes } = encodeValues(piece)
    writeForm(head, form)
    writeStale(head, piece.stale)
    writeStarts(head, piece.starts)
    data.push(bytes, 0, bytes.length)
  })
  const payload = new ByteSink(head.length + data.length + 8)
  payload.varint(head.length)
  payload.push(head.bytes, 0, head.length)
  payload.push(data.bytes, 0, data.length)
  return sealChunk(payload.take(), true)
}

/** Neighbours mostly have the list that was met last. */
function timeList(lists: Float64Array[], times: Float64Array): number {
  for (let i = lists.length - 1; i >= 0; i--) if (sameNumbers(lists[i]!, times)) return i
  return lists.push(times) - 1
}

function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function writeIntegers(head: ByteSink, { count, least, width, delta, first }: IntegerEncoding): void {
  head.varint(count)
  head.varint(width * 2 + (delta ? 1 : 0))
  head.float64(least)
  head.float64(first)
}

function readIntegers(source: ByteSource): IntegerEncoding {
  const count = source.varint()
  const code = source.varint()
  return {
    count,
    width: code >> 1,
    delta: (code & 1) === 1,
    least: source.float64(),
    first: source.float64(),
  }
}

/** How many, then where each stands, counted from the one before. */
function writeStale(head: ByteSink, stale: Uint8Array | undefined): void {
  const marks = stale === undefined ? [] : [...stale.keys()].filter(row => stale[row] === 1)
  head.varint(marks.length)
  marks.forEach((row, i) => head.varint(i === 0 ? row : row - marks[i - 1]!))
}

function readStale(source: ByteSource, count: number): Uint8Array | undefined {
  const marks = source.varint()
  if (marks === 0) return undefined
  const stale = new Uint8Array(count)
  for (let i = 0, row = 0; i < marks; i++) stale[(row += source.varint())] = 1
  return stale
}

/** Runs of equal starts: how many runs, then length and start of each. */
function writeStarts(head: ByteSink, starts: Float64Array | undefined): void {
  if (starts === undefined) return head.varint(0)
  const runs: { start: number; length: number }[] = []
  for (const start of starts) {
    const last = runs.at(-1)
    if (last?.start === start) last.length++
    else runs.push({ start, length: 1 })
  }
  head.varint(runs.length)
  for (const { start, length } of runs) {
    head.varint(length)
    head.float64(start)
  }
}

function readStarts(source: ByteSource, count: number): Float64Array | undefined {
  const runs = source.varint()
  if (runs === 0) return undefined
  const starts = new Float64Array(count)
  for (let i = 0, row = 0; i < runs; i++) {
    const length = source.varint()
    starts.fill(source.float64(), row, (row += length))
  }
  return starts
}

interface Column {
  readonly list: number
  readonly form: ValueForm
  readonly stale: Uint8Array | undefined
  readonly starts: Float64Array | undefined
  readonly offset: number
}

/** A chunk that was read and checked; each series in it is decoded when it is asked for. */
export class GroupChunk {
  readonly #data: Uint8Array
  readonly #lists: { readonly encoding: IntegerEncoding; readonly offset: number }[] = []
  readonly #times: (Float64Array | undefined)[] = []
  readonly #columns = new Map<number, Column>()

  /** @throws ChunkDamaged */
  constructor(chunk: Uint8Array) {
    const payload = openChunk(chunk)
    const source = new ByteSource(payload)
    const headLength = source.varint()
    this.#data = payload.subarray(source.position + headLength)
    const slots = source.varint()
    const lists = source.varint()
    let offset = 0
    for (let i = 0; i < lists; i++) {
      const encoding = readIntegers(source)
      this.#lists.push({ encoding, offset })
      offset += encoding.count * encoding.width
    }
    for (let i = 0; i < slots; i++) {
      const slot = source.varint()
      const list = source.varint()
      const encoding = this.#lists[list]?.encoding
      if (encoding === undefined) throw new ChunkDamaged(`time list ${list} of a chunk is missing`)
      const form = readForm(source)
      const stale = readStale(source, encoding.count)
      const starts = readStarts(source, encoding.count)
      this.#columns.set(slot, { list, form, stale, starts, offset })
      offset += encoding.count * form.width
    }
  }

  get slots(): Iterable<number> {
    return this.#columns.keys()
  }

  piece(slot: number): Piece | undefined {
    const column = this.#columns.get(slot)
    if (column === undefined) return undefined
    const times = (this.#times[column.list] ??= this.#timesOf(column.list))
    const values = decodeValues(column.form, this.#data.subarray(column.offset), times.length)
    return { times, values, starts: column.starts, stale: column.stale }
  }

  #timesOf(list: number): Float64Array {
    const { encoding, offset } = this.#lists[list]!
    return decodeDoubles(encoding, this.#data.subarray(offset))
  }
}
