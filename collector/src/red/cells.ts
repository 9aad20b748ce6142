/**
 * Cells: how many spans of one kind came in one slice of time, and how long they lasted. Cells of
 * the same series and time add up, in whatever order they come.
 *
 * A row of cells is a run of varints, a cell after the other: distance of its key from the one
 * before, sum of durations in nanoseconds, number of buckets, and for each the distance from the one
 * before and how many lay in it.
 */
import { BUCKETS } from '../model/duration-buckets.ts'
import { ByteSink } from '../wire/bytes.ts'

/** Never changed once it is made: it may stand in several places. */
export interface Cell {
  /** Nanoseconds, exact up to 2^53. */
  readonly sum: number
  /** Of `model/duration-buckets`, ascending. */
  readonly buckets: readonly number[]
  /** Of each of these, at least one. */
  readonly counts: readonly number[]
}

export const countOf = ({ counts }: Cell): number => counts.reduce((sum, count) => sum + count, 0)

/** Cells by a number that stands for their series and time. */
export type Cells = Map<number, Cell>

export function addCell(into: Cells, key: number, cell: Cell): void {
  const known = into.get(key)
  into.set(key, known === undefined ? cell : sumOf(known, cell))
}

function sumOf(a: Cell, b: Cell): Cell {
  const buckets: number[] = []
  const counts: number[] = []
  for (let i = 0, j = 0; i < a.buckets.length || j < b.buckets.length;) {
    const left = a.buckets[i] ?? Infinity
    const right = b.buckets[j] ?? Infinity
    buckets.push(Math.min(left, right))
    counts.push((left <= right ? a.counts[i++]! : 0) + (right <= left ? b.counts[j++]! : 0))
  }
  return { sum: a.sum + b.sum, buckets, counts }
}

export function encodeCells(cells: Cells): Uint8Array {
  const sink = new ByteSink(4096)
  let before = 0
  for (const key of [...cells.keys()].sort((a, b) => a - b)) {
    const { sum, buckets, counts } = cells.get(key)!
    sink.varint(key - before)
    before = key
    sink.varint(sum)
    sink.varint(buckets.length)
    for (let i = 0; i < buckets.length; i++) {
      sink.varint(buckets[i]! - (i === 0 ? 0 : buckets[i - 1]!))
      sink.varint(counts[i]!)
    }
  }
  return sink.take()
}

/**
 * One cell after the other, in memory that the next one takes over: who reads a week of a hundred
 * services looks at each for a moment.
 */
export class CellScan {
  readonly #bytes: Uint8Array
  #at = 0
  key = 0
  sum = 0
  /** How many of `buckets` and `counts` are of this cell. */
  size = 0
  readonly buckets = scratch.buckets
  readonly counts = scratch.counts

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** @returns whether there is another. @throws RangeError where the bytes are no cells */
  next(): boolean {
    if (this.#at >= this.#bytes.length) return false
    this.key += this.#varint()
    this.sum = this.#varint()
    this.size = this.#varint()
    if (this.size > BUCKETS) throw new RangeError('a cell of more buckets than there are')
    for (let i = 0, bucket = 0; i < this.size; i++) {
      this.buckets[i] = bucket += this.#varint()
      this.counts[i] = this.#varint()
    }
    return true
  }

  #varint(): number {
    const first = this.#bytes[this.#at++]
    if (first === undefined) throw new RangeError('cells run past the end')
    if (first < 0x80) return first
    let value = first & 0x7f
    for (let scale = 0x80; ; scale *= 0x80) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new RangeError('cells run past the end')
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
}

const scratch = { buckets: new Uint8Array(BUCKETS), counts: new Float64Array(BUCKETS) }

/** @throws RangeError where the bytes are no cells */
export function decodeCells(bytes: Uint8Array): Cells {
  const cells: Cells = new Map()
  for (const scan = new CellScan(bytes); scan.next();) {
    const { key, sum, size, buckets, counts } = scan
    cells.set(key, {
      sum,
      buckets: Array.from(buckets.subarray(0, size)),
      counts: Array.from(counts.subarray(0, size)),
    })
  }
  return cells
}
