/**
 * Trace search: the traces whose best matching span (the newest, or the longest) comes first.
 *
 * Blocks are read from the one that can hold the best key downwards, and the search ends when no
 * block that is left can beat what was found. A trace may match in several blocks; its key is the
 * best of all, so behind a cursor a trace is listed only if none of its matches lies before it.
 */
import type { TraceSearch, TraceHit, TraceSummary } from '../api.ts'
import type { Mask } from '../columns/select.ts'
import type { SpanBlock } from '../columns/span-block.ts'
import { compareHits, type HitKey } from '../shared/order.ts'
import type { BlockHandle } from './block-handle.ts'
import { RangeSelector, type Scan } from './scan.ts'

interface KeyKind {
  /** Best key that a block can hold. */
  bound(block: BlockHandle): bigint
  /** Key of a row as a number that orders like the key itself within the block, or NaN to use `exact`. */
  exact(block: SpanBlock, row: number): bigint
}

const NEWEST: KeyKind = {
  bound: block => block.to,
  exact: (block, row) => block.times.at(row),
}

const SLOWEST: KeyKind = {
  bound: block => (Number.isFinite(block.maxDuration) ? BigInt(block.maxDuration) : 2n ** 64n),
  exact(block, row) {
    const length = block.endAt(row) - block.times.at(row)
    return length > 0n ? length : 0n
  },
}

export function findTraces(
  scan: Scan,
  query: TraceSearch,
  summary: (traceId: string) => TraceSummary | undefined,
): { hits: readonly TraceHit[]; more: boolean } {
  const kind = query.sort === 'newest' ? NEWEST : SLOWEST
  const blocks = scan.candidates('traces', query.range, query.filter).sort(byBound(kind))
  const selector = new RangeSelector('traces', query.filter, query.range)
  const best = new BestTraces(query.limit + 1)
  const listedBefore = (hit: HitKey): boolean =>
    query.after !== undefined && isListedBefore(scan, hit, query.after, kind, selector)
  scan.each(
    'traces',
    blocks,
    (block, handle) => {
      if (best.full && kind.bound(handle) < best.least) return true
      for (const hit of bestOfBlock(
        block,
        selector.mask(block),
        kind,
        query.after,
        best.full ? best.least : undefined,
      ))
        if (!best.holds(hit) && !listedBefore(hit)) best.add(hit)
      return false
    },
    scan.blockTest('traces', query.filter),
  )
  const found = best.ordered()
  const hits = found.slice(0, query.limit).flatMap(({ key, traceId }): TraceHit[] => {
    const line = summary(traceId)
    return line === undefined ? [] : [{ key, summary: line }]
  })
  return { hits, more: found.length > query.limit }
}

const byBound =
  (kind: KeyKind) =>
  (a: BlockHandle, b: BlockHandle): number => {
    const [left, right] = [kind.bound(a), kind.bound(b)]
    return left === right ? 0 : left > right ? -1 : 1
  }

/** For each trace of the block its best key behind the cursor, those below `least` left out. */
function bestOfBlock(
  block: SpanBlock,
  mask: Mask,
  kind: KeyKind,
  after: HitKey | undefined,
  least: bigint | undefined,
): HitKey[] {
  const keys = new Map<number, bigint>()
  const traces = block.traceIndex
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] === 0) continue
    const key = kind.exact(block, row)
    if (least !== undefined && key < least) continue
    if (after !== undefined && key > after.key) continue
    const known = keys.get(traces[row]!)
    if (known === undefined || key > known) keys.set(traces[row]!, key)
  }
  return [...keys]
    .map(([index, key]): HitKey => ({ traceId: block.traceIdAt(index), key }))
    .filter(hit => after === undefined || compareHits(hit, after) > 0)
}

/** Whether a match of the trace stands at the cursor or before it, so that an earlier page listed it. */
function isListedBefore(
  scan: Scan,
  hit: HitKey,
  after: HitKey,
  kind: KeyKind,
  selector: RangeSelector<'traces'>,
): boolean {
  const id = Buffer.from(hit.traceId, 'hex')
  return scan.source
    .blocksOf('traces', id)
    .filter(handle => kind.bound(handle) >= after.key)
    .some(handle =>
      scan.read('traces', handle, block => {
        const mask = selector.mask(block)
        return block
          .rowsOfTrace(id)
          .some(
            row =>
              mask[row] === 1 &&
              compareHits({ traceId: hit.traceId, key: kind.exact(block, row) }, after) <= 0,
          )
      }),
    )
}

/** The best few traces so far, each by its best key. */
class BestTraces {
  readonly #limit: number
  #hits: HitKey[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  get full(): boolean {
    return this.#hits.length >= this.#limit
  }

  /** Key of the last one, where it is full. */
  get least(): bigint {
    return this.#hits.at(-1)!.key
  }

  /** Whether the trace is held with this key or a better one, or would not make it. */
  holds(hit: HitKey): boolean {
    if (this.full && compareHits(hit, this.#hits.at(-1)!) >= 0) return true
    const known = this.#hits.find(held => held.traceId === hit.traceId)
    return known !== undefined && known.key >= hit.key
  }

  add(hit: HitKey): void {
    const others = this.#hits.filter(held => held.traceId !== hit.traceId)
    let at = others.length
    while (at > 0 && compareHits(hit, others[at - 1]!) < 0) at--
    others.splice(at, 0, hit)
    this.#hits = others.slice(0, this.#limit)
  }

  ordered(): readonly HitKey[] {
    return this.#hits
  }
}
