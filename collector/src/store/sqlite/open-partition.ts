/**
 * A partition as a query thread keeps it open, and its blocks as snapshots see them.
 */
import type { Signal } from '../../model/telemetry.ts'
import { readBlockFilter, type BlockFilter } from '../columns/block-filter.ts'
import type { BlockCache, BlockHandle, FilterBudget } from './block-handle.ts'
import { isUnreadable } from './damage.ts'
import type { PartitionFile } from './folder.ts'
import { PartitionReader, type BlockMeta } from './partition-reader.ts'
import type { Watermarks } from './partition-writer.ts'

/** What a filter takes in memory beside its bytes. */
const FILTER_OBJECTS_BYTES = 4096

/** A partition with handles for its blocks, made once. It is open as long as it or a snapshot needs it. */
export class OpenPartition {
  readonly name: string
  readonly reader: PartitionReader
  readonly sealed: boolean
  /** undefined for the one that is being written, as long as it is. */
  last: number | undefined
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
      if (sealed) this.reader.keepReading()
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
    const { blocks } = this.reader
    for (let i = this.handles.length; i < blocks.length; i++) {
      const meta = blocks[i]!
      const dictionary = this.reader.dictionary(meta.set)
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

  get identity(): object {
    return this
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
  facts(): ReturnType<BlockHandle['facts']> {
    const { resources, maxDuration } = this.meta
    const filter = this.#knownFilter()
    const dictionary = this.#partition.reader.dictionary(this.meta.set)
    return filter === undefined ? undefined : { filter, dictionary, resources, maxDuration }
  }

  #knownFilter(): BlockFilter | undefined {
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
