/**
 * One run of index entries out of the runs of several partitions, range by range of the hashes, so
 * that a step sorts some ten thousand entries however many there are.
 */
import { lookupEntry, type LookupIndexWriter, MAX_BLOCKS } from './lookup-index.ts'
import type { PartitionReader } from './partition-reader.ts'

/** Entries that a step is meant to have. */
const STEP_ENTRIES = 65_536
const HASHES = 2 ** 32

/** New numbers of a partition's blocks; those that were built anew have none. */
export class BlockMap {
  readonly #numbers: Int32Array

  constructor(blocks: number) {
    this.#numbers = new Int32Array(blocks).fill(-1)
  }

  set(block: number, to: number): void {
    this.#numbers[block] = to
  }

  /** @returns -1 for a block that was not copied */
  get(block: number): number {
    return this.#numbers[block] ?? -1
  }
}

/** Lookup hashes of a block that was built anew, and its number. */
export interface RebuiltBlock {
  readonly lookups: Float64Array
  readonly block: number
}

/** Gives the bytes of the entries it has worked on. */
export function* mergeIndexes(
  sources: readonly PartitionReader[],
  maps: readonly BlockMap[],
  rebuilt: readonly RebuiltBlock[],
  target: LookupIndexWriter,
): Generator<number, void> {
  const anew = joined(
    rebuilt.map(({ lookups, block }) => lookups.map(hash => lookupEntry(hash, block))),
  ).sort()
  const expected = sources.reduce((sum, source) => sum + source.index.mostEntries(), anew.length)
  const steps = Math.max(1, Math.ceil(expected / STEP_ENTRIES))
  const run = target.beginRun()
  let anewAt = 0
  for (let step = 0; step < steps; step++) {
    const least = lookupBound(step, steps)
    const end = lookupBound(step + 1, steps)
    const parts = sources.map((source, i) => renumbered(source.index.entriesBetween(least, end), maps[i]!))
    const from = anewAt
    while (anewAt < anew.length && anew[anewAt]! < end) anewAt++
    const entries = joined([...parts, anew.subarray(from, anewAt)]).sort()
    target.addPages(run, entries)
    yield entries.length * Float64Array.BYTES_PER_ELEMENT
  }
}

/** The least entry of a step. */
const lookupBound = (step: number, steps: number): number => Math.floor((step / steps) * HASHES) * MAX_BLOCKS

function renumbered(entries: Float64Array, map: BlockMap): Float64Array {
  let count = 0
  for (const entry of entries) {
    const block = entry % MAX_BLOCKS
    const to = map.get(block)
    if (to >= 0) entries[count++] = entry - block + to
  }
  return entries.subarray(0, count)
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0)
  return all
}
