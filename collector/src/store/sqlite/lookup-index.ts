/**
 * The index of trace ids and correlation values: sorted runs of entries, each entry one number.
 *
 *   entry   32 bits of lookup hash | 13 bits of block            an exact double, sorted natively
 *   page    varints: count, then for each entry the difference   about 3 bytes an entry
 *           of its hash to the one before, and the block
 *
 * A block brings a run of its own; eight runs of a level become one of the next, so that a look-up
 * reads few pages and an entry is rewritten few times. A hash that agrees is only a hint: whoever
 * reads the block compares the id itself.
 */
import { lookupPrefix } from '../../model/lookup-hash.ts'
import type { Sqlite, Statement } from '../../durable/sqlite-file.ts'
import { ByteSink, ByteSource } from '../../wire/bytes.ts'

/** Blocks that one partition can have; it is cut before. */
export const MAX_BLOCKS = 8192
const PAGE_ENTRIES = 512
const RUNS_A_LEVEL = 8

/** @param hash `lookupHash`: 52 bits, of which the upper 32 are kept */
export const lookupEntry = (hash: number, block: number): number => lookupPrefix(hash) * MAX_BLOCKS + block

const blockOf = (entry: number): number => entry % MAX_BLOCKS
const hashOf = (entry: number): number => Math.floor(entry / MAX_BLOCKS)

export function encodePages(entries: Float64Array): { first: number; data: Uint8Array }[] {
  const pages: { first: number; data: Uint8Array }[] = []
  const sink = new ByteSink(PAGE_ENTRIES * 4)
  for (let start = 0; start < entries.length; start += PAGE_ENTRIES) {
    const end = Math.min(entries.length, start + PAGE_ENTRIES)
    sink.clear()
    sink.varint(end - start)
    for (let i = start, before = 0; i < end; i++) {
      const hash = hashOf(entries[i]!)
      sink.varint(hash - before)
      sink.varint(blockOf(entries[i]!))
      before = hash
    }
    pages.push({ first: entries[start]!, data: sink.take() })
  }
  return pages
}

export function decodePage(data: Uint8Array): Float64Array {
  const source = new ByteSource(data)
  const entries = new Float64Array(source.varint())
  for (let i = 0, hash = 0; i < entries.length; i++) {
    hash += source.varint()
    entries[i] = hash * MAX_BLOCKS + source.varint()
  }
  return entries
}

export interface IndexStatements {
  readonly insertRun: Statement
  readonly insertPage: Statement
  readonly runs: Statement
  readonly removeRun: Statement
  readonly removePages: Statement
  readonly pagesOf: Statement
}

/** Writes runs within the transaction of its caller. */
export class LookupIndexWriter {
  readonly #sql: IndexStatements

  constructor(db: Sqlite, sql: Readonly<Record<keyof IndexStatements, string>>) {
    this.#sql = {
      insertRun: db.prepare(sql.insertRun),
      insertPage: db.prepare(sql.insertPage),
      runs: db.prepare(sql.runs),
      removeRun: db.prepare(sql.removeRun),
      removePages: db.prepare(sql.removePages),
      pagesOf: db.prepare(sql.pagesOf).pluck(),
    }
  }

  /** @param hashes of one block, in any order */
  addBlock(hashes: Float64Array, block: number): void {
    this.#add(0, hashes.map(hash => lookupEntry(hash, block)).sort())
  }

  /** @returns the number of a run that is empty yet */
  beginRun(level = 0): number {
    return Number(this.#sql.insertRun.run(level).lastInsertRowid)
  }

  /** @param entries ascending, and behind all that the run has */
  addPages(run: number, entries: Float64Array): void {
    for (const { first, data } of encodePages(entries)) this.#sql.insertPage.run(run, first, data)
  }

  #add(level: number, entries: Float64Array): void {
    const runs = (this.#sql.runs.all() as { id: number; level: number }[]).filter(run => run.level === level)
    if (runs.length + 1 < RUNS_A_LEVEL) return this.#write(level, entries)
    const merged = merge([entries, ...runs.map(run => this.#entriesOf(run.id))])
    for (const { id } of runs) {
      this.#sql.removePages.run(id)
      this.#sql.removeRun.run(id)
    }
    this.#add(level + 1, merged)
  }

  #write(level: number, entries: Float64Array): void {
    this.addPages(this.beginRun(level), entries)
  }

  #entriesOf(run: number): Float64Array {
    return merge((this.#sql.pagesOf.all(run) as Uint8Array[]).map(decodePage))
  }
}

/** One sorted array of several: a native sort of what is mostly sorted beats a merge by hand. */
function merge(parts: readonly Float64Array[]): Float64Array {
  const all = joined(parts)
  return parts.length < 2 ? all : all.sort()
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0)
  return all
}

export class LookupIndexReader {
  readonly #pagesAround: Statement
  readonly #pageCount: Statement

  constructor(db: Sqlite, sql: Readonly<Record<'pagesAround' | 'pageCount', string>>) {
    this.#pagesAround = db.prepare(sql.pagesAround).pluck()
    this.#pageCount = db.prepare(sql.pageCount).pluck()
  }

  /** There are no more entries than this. */
  mostEntries(): number {
    return (this.#pageCount.get() as number) * PAGE_ENTRIES
  }

  /** Entries in [least, end), in no order. */
  entriesBetween(least: number, end: number): Float64Array {
    return joined(
      this.#pagesBetween(least, end - 1).map(data =>
        decodePage(data).filter(entry => entry >= least && entry < end),
      ),
    )
  }

  /** Pages of all runs that can hold entries in [least, most]. */
  #pagesBetween(least: number, most: number): Uint8Array[] {
    return this.#pagesAround.all({ least, most }) as Uint8Array[]
  }

  /** Blocks that may hold a record with this hash, ascending. */
  blocksOf(hash: number): number[] {
    const least = lookupEntry(hash, 0)
    const most = least + MAX_BLOCKS - 1
    const blocks = new Set<number>()
    for (const data of this.#pagesBetween(least, most))
      for (const entry of decodePage(data)) if (entry >= least && entry <= most) blocks.add(blockOf(entry))
    return [...blocks].sort((a, b) => a - b)
  }
}
