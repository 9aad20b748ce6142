/**
 * Cells: how many spans of one kind came in one slice of time, and how long they lasted. Cells of
 * the same series and time add up, in whatever order they come.
 *
 * A row of cells is a run of varints, a cell after the other: distance of its key from the one
 * before, sum of durations in nanoseconds, number of buckets, and for each the distance from the one
 * before and how many lay in it.
 */
import { ByteSink, ByteSource } from '../wire/bytes.ts'

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

/** @throws RangeError where the bytes are no cells */
export function decodeCells(bytes: Uint8Array): Cells {
  const source = new ByteSource(bytes)
  const cells: Cells = new Map()
  for (let key = 0; source.position < bytes.length;) {
    key += source.varint()
    const sum = source.varint()
    const buckets: number[] = []
    const counts: number[] = []
    for (let left = source.varint(), bucket = 0; left > 0; left--) {
      buckets.push((bucket += source.varint()))
      counts.push(source.varint())
    }
    cells.set(key, { sum, buckets, counts })
  }
  return cells
}
