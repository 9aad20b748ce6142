/**
 * The sqlite backend's reader, one in each query thread: keeps the partitions open and takes
 * snapshots of them together with the journal.
 */
import { existsSync } from 'node:fs'
import { lookupHash } from '../../model/lookup-hash.ts'
import type { Signal } from '../../model/telemetry.ts'
import type { Dictionary } from '../columns/dictionary.ts'
import type { OpenReader, Partial, Snapshot, StoreReader } from '../api.ts'
import { readBlockFilter, type BlockFilter } from '../columns/block-filter.ts'
import { JournalReader } from '../journal/journal.ts'
import { SharedCells } from '../shared-cells.ts'
import { BlockCache, FilterBudget, type BlockHandle } from './block-handle.ts'
import { isDamage, isUnreadable, PartitionDamaged } from './damage.ts'
import { DataFolder, type PartitionFile } from './folder.ts'
import { fileFault } from './inspect.ts'
import { LiveTail, openLive, type LiveBlock } from './live-tail.ts'
import { PartitionReader, type BlockMeta } from './partition-reader.ts'
import type { Watermarks } from './partition-writer.ts'
import { SqliteSnapshot, type BlockSource } from './snapshot.ts'

export interface SqliteReaderOptions {
  readonly folder: string
  readonly cells: SharedArrayBuffer
}

/** About 32 MB of decoded columns. */
const CACHED_ROWS = 300_000
/** A thread that nobody asks anything lets go of files that are gone after at most this long. */
const LET_GO_EVERY_MILLIS = 1_000
/** The filters of about twelve million records. */
const KEPT_FILTER_BYTES = 24 * 1024 * 1024
/** What a filter takes in memory beside its bytes. */
const FILTER_OBJECTS_BYTES = 4096
/** A snapshot is taken anew when the partition list changed under it; it does not change this often. */
const TRIES = 20

export class SqliteReader implements StoreReader {
  readonly #folder: DataFolder
  readonly #cells: SharedCells
  readonly #reader: number
  readonly #cache = new BlockCache(CACHED_ROWS)
  readonly #filters = new FilterBudget(KEPT_FILTER_BYTES)
  #version = -1
  readonly #partitions = new Map<string, OpenPartition>()
  /** The partitions in order of their sequences. */
  #inOrder: readonly OpenPartition[] = []
  readonly #unreadable = new Map<string, string>()
  #letGoAt = -1
  readonly #lettingGo: NodeJS.Timeout
  #journal: JournalReader | undefined
  #tail: LiveTail | undefined

  constructor(options: SqliteReaderOptions) {
    this.#folder = new DataFolder(options.folder)
    this.#cells = new SharedCells(options.cells)
    this.#reader = this.#cells.claimReader()
    this.#lettingGo = setInterval(() => this.#letGo(), LET_GO_EVERY_MILLIS).unref()
  }

  /** A file that was unlinked takes its space until the last reader closes it. */
  #letGo(): void {
    const version = this.#cells.partitionsVersion
    if (version === this.#letGoAt || version === this.#version) return
    this.#letGoAt = version
    this.#closeGone(new Set(this.#folder.partitions().map(file => file.name)))
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
        const source = this.#look()
        if (source !== undefined) return new SqliteSnapshot(source)
      }
      throw new Error(`the list of partitions changed ${TRIES} times while a snapshot was taken`)
    } finally {
      this.#cells.lowerHand(this.#reader)
    }
  }

  /** @returns undefined when the list of partitions changed meanwhile */
  #look(): BlockSource | undefined {
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
    return sourceOf(this.#inOrder, live, this.#cache, partial, onRelease)
  }

  #relist(): void {
    const files = new Map(this.#folder.partitions().map(file => [file.name, file]))
    this.#closeGone(files)
    this.#unreadable.clear()
    for (const { name, reason } of this.#folder.quarantined()) this.#unreadable.set(name, reason)
    for (const file of files.values()) if (!this.#partitions.has(file.name)) this.#open(file)
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

  /** How far partitions reach; blocks that came to the open one are taken note of. */
  #position(): Watermarks {
    const sealed = Math.max(0, ...this.#inOrder.map(partition => partition.last ?? 0))
    const marks = this.#refreshOpen()
    const least = { sequence: sealed, rows: 0 }
    if (marks === undefined) return [least, least]
    const [traces, logs] = marks.map(mark => (mark.sequence < sealed ? least : mark))
    return [traces!, logs!]
  }

  #refreshOpen(): Watermarks | undefined {
    const open = this.#inOrder.find(partition => !partition.sealed)
    try {
      return open?.refresh()
    } catch (error) {
      if (!isUnreadable(error)) throw error
      this.#unreadable.set(open!.name, (error as Error).message)
      this.#partitions.delete(open!.name)
      this.#inOrder = this.#inOrder.filter(partition => partition !== open)
      open!.leave()
      return undefined
    }
  }

  #liveBlocks(marks: Watermarks): readonly LiveBlock[] {
    if (this.#tail === undefined) {
      if (!existsSync(this.#folder.journalPath)) return []
      this.#journal = new JournalReader(this.#folder.journalPath)
      this.#tail = new LiveTail(this.#journal)
    }
    return this.#tail.advance(marks)
  }

  close(): void {
    clearInterval(this.#lettingGo)
    this.#closeGone(new Set())
    this.#journal?.close()
  }
}

/** A partition with handles for its blocks, made once. It is open as long as it or a snapshot needs it. */
class OpenPartition {
  readonly name: string
  readonly reader: PartitionReader
  readonly sealed: boolean
  readonly last: number | undefined
  readonly handles: StoredBlock[] = []
  readonly cache: BlockCache
  readonly #filters: FilterBudget
  #filterBytes = 0
  #users = 1

  /** @throws what `isUnreadable` knows */
  constructor({ name, path, sealed, last }: PartitionFile, cache: BlockCache, filters: FilterBudget) {
    this.cache = cache
    this.#filters = filters
    this.name = name
    this.sealed = sealed
    this.last = last
    this.reader = new PartitionReader(path)
    try {
      this.#addHandles()
    } catch (error) {
      this.reader.close()
      throw error
    }
  }

  use(): void {
    this.#users++
  }

  leave(): void {
    if (--this.#users > 0) return
    this.reader.close()
    this.#filters.giveBack(this.#filterBytes)
  }

  /** @returns whether a filter of so many bytes may be kept for as long as the partition is open */
  mayKeep(bytes: number): boolean {
    if (!this.#filters.take(bytes)) return false
    this.#filterBytes += bytes
    return true
  }

  refresh(): Watermarks {
    const marks = this.reader.refresh()
    this.#addHandles()
    return marks
  }

  #addHandles(): void {
    const { blocks, dictionary } = this.reader
    for (let i = this.handles.length; i < blocks.length; i++) {
      const meta = blocks[i]!
      const services = new Set(meta.resources.map(id => dictionary.service(id)))
      this.handles.push(new StoredBlock(this, meta, services))
    }
  }

  /** With an index that cannot be read all blocks may hold the id: slower, and still the whole answer. */
  ofId(id: Uint8Array): readonly StoredBlock[] {
    try {
      return this.reader.blocksOfId(id).map(meta => this.handles[meta.id]!)
    } catch (error) {
      if (!isUnreadable(error)) throw error
      return this.handles
    }
  }
}

/** One object for as long as the partition is open: it is also the key of what is cached of the block. */
class StoredBlock implements BlockHandle {
  readonly #partition: OpenPartition
  readonly meta: BlockMeta
  readonly services: ReadonlySet<string>

  constructor(partition: OpenPartition, meta: BlockMeta, services: ReadonlySet<string>) {
    this.#partition = partition
    this.meta = meta
    this.services = services
  }

  get where(): string {
    return this.#partition.name
  }
  get signal(): Signal {
    return this.meta.signal
  }
  get rows(): number {
    return this.meta.rows
  }
  get from(): bigint {
    return this.meta.from
  }
  get to(): bigint {
    return this.meta.to
  }
  get maxDuration(): number {
    return this.meta.maxDuration
  }
  get resources(): readonly number[] {
    return this.meta.resources
  }
  get dictionary(): Dictionary {
    return this.#partition.reader.dictionary
  }

  filter(): ReturnType<BlockHandle['filter']> {
    if (this.#filter !== undefined) return this.#filter ?? undefined
    const chunk = this.#partition.reader.filterChunk(this.meta)
    const filter = chunk === undefined ? undefined : readBlockFilter(chunk)
    if (this.#partition.mayKeep(FILTER_OBJECTS_BYTES + (chunk?.length ?? 0))) this.#filter = filter ?? null
    return filter
  }
  /** Null where the block is known to have none. */
  #filter: BlockFilter | null | undefined

  open(): ReturnType<BlockHandle['open']> {
    const { cache, reader } = this.#partition
    return cache.get(this, () => reader.open(this.meta))
  }
}

/** What a snapshot sees: it keeps the block lists as they are now. */
function sourceOf(
  partitions: readonly OpenPartition[],
  live: readonly LiveBlock[],
  cache: BlockCache,
  partial: Partial[],
  onRelease: () => void,
): BlockSource {
  const known = new Map(partitions.map(partition => [partition, partition.handles.length]))
  for (const partition of partitions) partition.use()
  let stored: BlockHandle[] | undefined
  const storedBlocks = (): BlockHandle[] =>
    (stored ??= partitions.flatMap(partition => partition.handles.slice(0, known.get(partition))))
  const liveHandles = live.map(block => ({
    handle: liveHandle(block, cache),
    lookups: block.encoded.lookups,
  }))
  return {
    partial,
    blocks: signal =>
      [...storedBlocks(), ...liveHandles.map(entry => entry.handle)].filter(block => block.signal === signal),
    blocksOf(signal, id) {
      const hash = lookupHash(id, 0, id.length)
      const found: BlockHandle[] = partitions.flatMap(partition =>
        partition.ofId(id).filter(block => block.meta.id < known.get(partition)!),
      )
      const alive = liveHandles.filter(entry => hasHash(entry.lookups, hash)).map(entry => entry.handle)
      return [...found, ...alive].filter(block => block.signal === signal)
    },
    release() {
      for (const partition of known.keys()) partition.leave()
      onRelease()
    },
  }
}

function liveHandle(block: LiveBlock, cache: BlockCache): BlockHandle {
  const { signal, rows, from, to, maxDuration, resources } = block.encoded
  const services = new Set(resources.map(id => block.dictionary.service(id)))
  return {
    where: 'journal',
    signal,
    rows: rows - block.firstRow,
    from,
    to,
    maxDuration,
    services,
    resources,
    dictionary: block.dictionary,
    // To build it takes longer than to read the block.
    filter: () => undefined,
    open: () => cache.get(block, () => openLive(block)),
  }
}

function hasHash(sorted: Float64Array, hash: number): boolean {
  let low = 0
  for (let high = sorted.length; low < high;) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < hash) low = middle + 1
    else high = middle
  }
  return sorted[low] === hash
}

const open: OpenReader = options => new SqliteReader(options as SqliteReaderOptions)
export default open
