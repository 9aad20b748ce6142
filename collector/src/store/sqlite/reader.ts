/**
 * The sqlite backend's reader, one in each query thread: keeps the partitions open and takes
 * snapshots of them together with the journal.
 */
import { existsSync } from 'node:fs'
import type { OtlpSeriesOptions } from '../../decode/series/otlp-labels.ts'
import type { OpenReader, Partial, Snapshot, StoreReader } from '../api.ts'
import { JournalReader } from '../journal/journal.ts'
import { SharedCells } from '../shared-cells.ts'
import { BlockCache, FilterBudget } from './block-handle.ts'
import { blockSource } from './block-source.ts'
import { isDamage, isUnreadable, PartitionDamaged } from './damage.ts'
import { DataFolder, type PartitionFile } from './folder.ts'
import { fileFault } from './inspect.ts'
import type { LiveSlice } from './live-slice.ts'
import { LiveTail } from './live-tail.ts'
import { OutlineCache } from './outline-cache.ts'
import { OpenPartition } from './open-partition.ts'
import type { Watermark, Watermarks } from './partition-writer.ts'
import { partitionParts } from './series-parts.ts'
import { SeriesTail } from './series-tail.ts'
import { SqliteSnapshot } from './snapshot.ts'

export interface SqliteReaderOptions {
  readonly folder: string
  readonly cells: SharedArrayBuffer
  readonly series?: OtlpSeriesOptions
}

/** About 32 MB of decoded columns. */
const CACHED_ROWS = 300_000
/** A thread that nobody asks anything lets go of files that are gone after at most this long. */
const LET_GO_EVERY_MILLIS = 1_000
/** The filters of about twelve million records. */
const KEPT_FILTER_BYTES = 24 * 1024 * 1024
/** A snapshot is taken anew when the partition list changed under it; it does not change this often. */
const TRIES = 20

export class SqliteReader implements StoreReader {
  readonly #folder: DataFolder
  readonly #cells: SharedCells
  readonly #reader: number
  readonly #cache = new BlockCache(CACHED_ROWS)
  readonly #filters = new FilterBudget(KEPT_FILTER_BYTES)
  readonly #outlines = new OutlineCache()
  #version = -1
  readonly #partitions = new Map<string, OpenPartition>()
  /** The partitions in order of their sequences. */
  #inOrder: readonly OpenPartition[] = []
  readonly #unreadable = new Map<string, string>()
  #letGoAt = -1
  readonly #lettingGo: NodeJS.Timeout
  #journal: JournalReader | undefined
  #tail: LiveTail | undefined
  #seriesTail: SeriesTail | undefined
  readonly #seriesOptions: OtlpSeriesOptions

  constructor(options: SqliteReaderOptions) {
    this.#folder = new DataFolder(options.folder)
    this.#cells = new SharedCells(options.cells)
    this.#reader = this.#cells.claimReader()
    this.#seriesOptions = options.series ?? { resourceLabels: [] }
    this.#lettingGo = setInterval(() => this.#letGo(), LET_GO_EVERY_MILLIS).unref()
  }

  /** A file that was unlinked takes its space until the last reader closes it. */
  #letGo(): void {
    const version = this.#cells.partitionsVersion
    if (version === this.#letGoAt || version === this.#version) return
    this.#letGoAt = version
    this.#closeGone(new Set(this.#folder.readable().map(file => file.name)))
  }

  #closeGone(names: { has(name: string): boolean }): void {
    for (const [name, partition] of this.#partitions)
      if (!names.has(name)) {
        partition.leave()
        this.#partitions.delete(name)
      }
  }

  snapshot(): Snapshot {
    this.#cells.raiseHand(this.#reader)
    try {
      for (let tries = 0; tries < TRIES; tries++) {
        const seen = this.#look()
        if (seen !== undefined) return seen
      }
      throw new Error(`the list of partitions changed ${TRIES} times while a snapshot was taken`)
    } finally {
      this.#cells.lowerHand(this.#reader)
    }
  }

  /** @returns undefined when the list of partitions changed meanwhile */
  #look(): SqliteSnapshot | undefined {
    const version = this.#cells.partitionsVersion
    if (version !== this.#version) this.#relist()
    const marks = this.#position()
    if (this.#cells.partitionsVersion !== version) return undefined
    this.#version = version
    const live = this.#liveBlocks(marks)
    const partial: Partial[] = [...this.#unreadable].map(([what, reason]) => ({ what, reason }))
    const known = partial.length
    const onRelease = (): void => {
      if (partial.length > known) this.#cells.meetDamage()
    }
    const source = blockSource(this.#inOrder, live, this.#cache, partial, onRelease)
    const tail = this.#seriesTail?.advance(marks[2])
    const series = [...partitionParts(this.#inOrder, partial), ...(tail ?? [])]
    return new SqliteSnapshot(source, series, this.#outlines)
  }

  #relist(): void {
    const files = new Map(this.#folder.readable().map(file => [file.name, file]))
    this.#closeGone(files)
    this.#unreadable.clear()
    for (const { name, reason } of this.#folder.quarantined()) this.#unreadable.set(name, reason)
    for (const file of files.values()) {
      if (!this.#partitions.has(file.name)) this.#open(file)
      const partition = this.#partitions.get(file.name)
      if (partition !== undefined) partition.last = file.last
    }
    this.#inOrder = [...files.keys()].flatMap(name => this.#partitions.get(name) ?? [])
  }

  #open(file: PartitionFile): void {
    try {
      const fault = fileFault(file)
      if (fault !== undefined) throw new PartitionDamaged(fault)
      this.#partitions.set(file.name, new OpenPartition(file, this.#cache, this.#filters))
    } catch (error) {
      // A partition that was sealed or removed between listing and opening is no fault: the version moved.
      if (!existsSync(file.path)) return
      this.#unreadable.set(file.name, (error as Error).message)
      if (isDamage(error)) this.#cells.meetDamage()
    }
  }

  /** How far partitions reach; blocks that came to those not sealed are taken note of. */
  #position(): Watermarks {
    const unsealed = this.#inOrder.filter(partition => !partition.sealed)
    const marks = unsealed.flatMap(partition => this.#refresh(partition) ?? [])
    const complete = Math.max(0, ...this.#inOrder.map(partition => partition.last ?? 0))
    const least = { sequence: complete, rows: 0 }
    const [traces, logs, series] = [least, least, least].map((before, signal) =>
      marks.reduce((furthest, mark) => further(furthest, mark[signal]!), before),
    )
    return [traces!, logs!, series!]
  }

  #refresh(partition: OpenPartition): [Watermarks] | undefined {
    try {
      return [partition.refresh()]
    } catch (error) {
      if (!isUnreadable(error)) throw error
      this.#unreadable.set(partition.name, (error as Error).message)
      this.#partitions.delete(partition.name)
      this.#inOrder = this.#inOrder.filter(other => other !== partition)
      partition.leave()
      return undefined
    }
  }

  #liveBlocks(marks: Watermarks): readonly LiveSlice[] {
    if (this.#tail === undefined) {
      if (!existsSync(this.#folder.journalPath)) return []
      this.#journal = new JournalReader(this.#folder.journalPath)
      this.#tail = new LiveTail(this.#journal)
      this.#seriesTail = new SeriesTail(this.#journal, this.#seriesOptions)
    }
    return this.#tail.advance(marks)
  }

  close(): void {
    clearInterval(this.#lettingGo)
    this.#closeGone(new Set())
    this.#journal?.close()
  }
}

const further = (a: Watermark, b: Watermark): Watermark =>
  b.sequence > a.sequence || (b.sequence === a.sequence && b.rows > a.rows) ? b : a

const open: OpenReader = options => new SqliteReader(options as SqliteReaderOptions)
export default open
