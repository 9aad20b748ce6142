/**
 * Walks over the blocks of a snapshot: skips what cannot hold an answer, looks at the cancellation
 * between blocks, and tells what could not be read instead of leaving it out silently.
 */
import type { Filter } from '../../filter/ast.ts'
import { requiredServices } from '../../filter/walk.ts'
import type { Signal } from '../../model/telemetry.ts'
import type { Cancellation, Partial, TimeRange } from '../api.ts'
import { compileBlockTest } from '../columns/block-test.ts'
import { ChunkDamaged } from '../columns/layout.ts'
import { LogBlock } from '../columns/log-block.ts'
import type { Mask } from '../columns/select.ts'
import { logSelector } from '../columns/select-logs.ts'
import { spanSelector } from '../columns/select-spans.ts'
import { SpanBlock } from '../columns/span-block.ts'
import type { BlockHandle } from './block-handle.ts'
import { isUnreadable } from './damage.ts'

export interface BlockSource {
  /** What is missing; grows while blocks are read. */
  readonly partial: Partial[]
  /** Blocks of a signal in order of arrival. */
  blocks(signal: Signal): readonly BlockHandle[]
  /** Blocks that may hold an id (the bytes of a trace id, or of a correlation value), in order of arrival. */
  blocksOf(signal: Signal, id: Uint8Array): readonly BlockHandle[]
  /** Nobody reads these blocks any more: files that are gone from the folder may be closed. */
  release(): void
}

export interface BlockTypes {
  readonly traces: SpanBlock
  readonly logs: LogBlock
}

export class Scan {
  readonly source: BlockSource
  readonly cancel: Cancellation
  #told: ReadonlySet<string>

  constructor(source: BlockSource, cancel: Cancellation) {
    this.source = source
    this.cancel = cancel
    this.#told = new Set(source.partial.map(part => part.what))
    cancel.check()
  }

  /** Blocks that can hold records of the range that match the filter, as far as their places in the list tell. */
  candidates(signal: Signal, range: TimeRange, filter: Filter): BlockHandle[] {
    const services = requiredServices(filter)
    return this.source
      .blocks(signal)
      .filter(block => block.from < range.to && block.to >= range.from)
      .filter(block => services === undefined || mayServe(block, services))
  }

  /** Whether a block may hold a match, by its filter, for `each`; a filter that cannot be read excludes nothing. */
  blockTest(signal: Signal, filter: Filter): (handle: BlockHandle) => boolean {
    if (filter.op === 'all') return () => true
    const test = compileBlockTest(filter)
    const indexed = new IndexedBlocks(this.source, signal)
    return handle => {
      try {
        const facts = handle.facts()
        if (facts === undefined) return true
        return test({ ...facts, signal, indexed: id => indexed.hold(id, handle) })
      } catch (error) {
        if (!isUnreadable(error)) throw error
        return true
      }
    }
  }

  /**
   * Visits blocks in the given order.
   * @param visit returns true when no further block is needed
   * @param mayMatch looked at when a block's turn comes: many a search ends before the last one
   */
  each<S extends Signal>(
    signal: S,
    blocks: readonly BlockHandle[],
    visit: (block: BlockTypes[S], handle: BlockHandle) => boolean | void,
    mayMatch: (handle: BlockHandle) => boolean = () => true,
  ): void {
    for (const [done, handle] of blocks.entries()) {
      this.cancel.check()
      this.cancel.progress(done, blocks.length)
      if (mayMatch(handle) && this.read(signal, handle, block => visit(block, handle)) === true) break
    }
  }

  /** @returns undefined when the block could not be read; that is told in `partial` */
  read<S extends Signal, Result>(
    signal: S,
    handle: BlockHandle,
    use: (block: BlockTypes[S]) => Result,
  ): Result | undefined {
    try {
      const block = handle.open()
      if (!(block instanceof (signal === 'traces' ? SpanBlock : LogBlock)))
        throw new ChunkDamaged(`a block of ${signal} holds something else`)
      return use(block as BlockTypes[S])
    } catch (error) {
      if (!isUnreadable(error)) throw error
      this.#tell(handle.where, (error as Error).message)
      return undefined
    }
  }

  #tell(what: string, reason: string): void {
    if (this.#told.has(what)) return
    this.#told = new Set([...this.#told, what])
    this.source.partial.push({ what, reason })
  }
}

const mayServe = ({ services }: BlockHandle, wanted: ReadonlySet<string>): boolean =>
  services === undefined || [...wanted].some(service => services.has(service))

/** What the lookup index says of ids and correlation values, asked once for each. */
class IndexedBlocks {
  readonly #source: BlockSource
  readonly #signal: Signal
  readonly #known = new Map<string, ReadonlySet<BlockHandle>>()

  constructor(source: BlockSource, signal: Signal) {
    this.#source = source
    this.#signal = signal
  }

  hold(id: Buffer, handle: BlockHandle): boolean {
    const text = id.toString('latin1')
    let blocks = this.#known.get(text)
    if (blocks === undefined)
      this.#known.set(text, (blocks = new Set(this.#source.blocksOf(this.#signal, id))))
    return blocks.has(handle)
  }
}

/** Selects the records of a range that match a filter; the masks of a query are made once a block. */
export class RangeSelector<S extends Signal> {
  readonly #select: (block: BlockTypes[S]) => Mask
  readonly #range: TimeRange
  readonly #masks = new WeakMap<object, Mask>()

  constructor(signal: S, filter: Filter, range: TimeRange) {
    const selector = signal === 'traces' ? spanSelector(filter) : logSelector(filter)
    this.#select = block => (selector as { select(block: BlockTypes[S]): Mask }).select(block)
    this.#range = range
  }

  /** Shared between callers: not to be changed. */
  mask(block: BlockTypes[S]): Mask {
    let mask = this.#masks.get(block)
    if (mask === undefined) {
      mask = this.#select(block)
      block.times.keepWithin(mask, this.#range.from, this.#range.to)
      this.#masks.set(block, mask)
    }
    return mask
  }
}

/** Rows that a mask marks. */
export function rowsOf(mask: Mask): number[] {
  const rows: number[] = []
  for (let row = 0; row < mask.length; row++) if (mask[row] === 1) rows.push(row)
  return rows
}
