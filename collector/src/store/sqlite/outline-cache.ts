/**
 * Outlines of the traces that a query thread was asked for last, so that every window but the first
 * reads only what it shows. One is good as long as the blocks that may hold its trace are the same:
 * blocks never change, and what arrives, or is sealed, comes as another block.
 */
import type { BlockHandle } from './block-handle.ts'
import type { Scan } from './scan.ts'
import { readOutline, type StoredOutline } from './trace-outline.ts'

/** Spans of all outlines that are kept: with their trees about 80 MB. */
const KEPT_SPANS = 1_250_000
/** Below this an outline is read as fast as it is found. */
const WORTHWHILE_SPANS = 1_000

export class OutlineCache {
  /** The one that was asked for last stands last. */
  readonly #known = new Map<string, StoredOutline>()
  #spans = 0

  of(scan: Scan, traceId: string): StoredOutline | undefined {
    const blocks = scan.source.blocksOf('traces', Buffer.from(traceId, 'hex'))
    const known = this.#known.get(traceId)
    if (known !== undefined) {
      this.#forget(traceId, known)
      if (isSame(known.blocks, blocks)) return this.#keep(traceId, known)
    }
    const missing = scan.source.partial.length
    const outline = readOutline(scan, traceId, blocks)
    const isWhole = scan.source.partial.length === missing
    if (outline !== undefined && isWhole && outline.size >= WORTHWHILE_SPANS) this.#keep(traceId, outline)
    return outline
  }

  #keep(traceId: string, outline: StoredOutline): StoredOutline {
    if (outline.size > KEPT_SPANS) return outline
    this.#known.set(traceId, outline)
    this.#spans += outline.size
    for (const [oldest, { size }] of this.#known) {
      if (this.#spans <= KEPT_SPANS) break
      this.#known.delete(oldest)
      this.#spans -= size
    }
    return outline
  }

  #forget(traceId: string, { size }: StoredOutline): void {
    this.#known.delete(traceId)
    this.#spans -= size
  }
}

const isSame = (some: readonly BlockHandle[], others: readonly BlockHandle[]): boolean =>
  some.length === others.length && some.every((block, i) => block.identity === others[i]!.identity)
