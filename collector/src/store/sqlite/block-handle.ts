/**
 * A block as a snapshot sees it, wherever it lies: what is known of it without reading it, and the
 * way to read it. Opened blocks are kept for a while, since one question often comes back to one
 * block, and the next question too.
 */
import type { Signal } from '../../model/telemetry.ts'
import type { BlockFacts } from '../columns/block-test.ts'
import type { LogBlock } from '../columns/log-block.ts'
import type { SpanBlock } from '../columns/span-block.ts'

export interface BlockHandle {
  /** The same object for the same rows, whichever snapshot sees them. */
  readonly identity: object
  /** Name of the partition, or 'journal'. */
  readonly where: string
  readonly signal: Signal
  readonly rows: number
  /** No record lies outside of these times; all blocks of a signal together reach just so far. */
  readonly from: bigint
  readonly to: bigint
  /** No duration is longer; Infinity where that is not known. */
  readonly maxDuration: number
  /** undefined where they are not known. */
  readonly services: ReadonlySet<string> | undefined
  /**
   * What the block holds and does not hold; undefined where that is not known.
   * @throws `ChunkDamaged` and what SQLite throws
   */
  facts(): Omit<BlockFacts, 'signal' | 'indexed'> | undefined
  /** @throws `ChunkDamaged` and what SQLite throws, now or when columns are read */
  open(): SpanBlock | LogBlock
}

/** Keeps the blocks opened last. */
export class BlockCache {
  readonly #limitRows: number
  #rows = 0
  readonly #blocks = new Map<object, SpanBlock | LogBlock>()

  /** @param limitRows rows of all blocks that are kept; a row takes about 100 bytes at most */
  constructor(limitRows: number) {
    this.#limitRows = limitRows
  }

  get(key: object, open: () => SpanBlock | LogBlock): SpanBlock | LogBlock {
    const known = this.#blocks.get(key)
    if (known !== undefined) {
      this.#blocks.delete(key)
      this.#blocks.set(key, known)
      return known
    }
    const block = open()
    this.#blocks.set(key, block)
    this.#rows += block.rows
    for (const [oldest, { rows }] of this.#blocks) {
      if (this.#rows <= this.#limitRows || oldest === key) break
      this.#blocks.delete(oldest)
      this.#rows -= rows
    }
    return block
  }
}

/** How many bytes of filters are kept in memory, by all partitions together. */
export class FilterBudget {
  #free: number

  constructor(bytes: number) {
    this.#free = bytes
  }

  /** @returns false when there is no room left: what comes is read anew each time */
  take(bytes: number): boolean {
    if (bytes > this.#free) return false
    this.#free -= bytes
    return true
  }

  giveBack(bytes: number): void {
    this.#free += bytes
  }
}
