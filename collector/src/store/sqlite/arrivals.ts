/**
 * What arrived behind a record, in order of arrival: what a live tail asks again and again.
 *
 * Blocks stand in order of arrival, and so do the rows of a block: where to begin is found by
 * halving, and the question of a tail that keeps up reads the last block alone.
 */
import type { Signal } from '../../model/telemetry.ts'
import { unixNano } from '../../model/time.ts'
import type { ArrivalQuery, Arrivals, Ordinal, StoredLog, StoredSpan, TimeRange } from '../api.ts'
import { BEFORE_ALL, compareOrdinal } from '../shared/order.ts'
import type { BlockHandle } from './block-handle.ts'
import { RangeSelector, rowsOf, type BlockTypes, type Scan } from './scan.ts'

export const ALWAYS: TimeRange = { from: unixNano(0n), to: unixNano(2n ** 64n) }

/** The ordinal of the record that arrived last; `BEFORE_ALL` without any. */
export function newestOrdinal(scan: Scan, signal: Signal): Ordinal {
  const last = scan.source.blocks(signal).at(-1)
  return (last && lastOrdinal(scan, signal, last)) ?? BEFORE_ALL
}

function lastOrdinal(scan: Scan, signal: Signal, handle: BlockHandle): Ordinal | undefined {
  return scan.read(signal, handle, block => block.ordinal(block.rows - 1))
}

export const logsSince = (scan: Scan, query: ArrivalQuery): Arrivals<StoredLog> =>
  since(scan, 'logs', query, (block, rows) => block.logs(rows))

export const spansSince = (scan: Scan, query: ArrivalQuery): Arrivals<StoredSpan> =>
  since(scan, 'traces', query, (block, rows) => block.spans(rows))

function since<S extends Signal, Item extends { readonly ordinal: Ordinal }>(
  scan: Scan,
  signal: S,
  { filter, after = BEFORE_ALL, limit }: ArrivalQuery,
  read: (block: BlockTypes[S], rows: readonly number[]) => Item[],
): Arrivals<Item> {
  const blocks = blocksBehind(scan, signal, after)
  const mayMatch = scan.blockTest(signal, filter)
  const selector = new RangeSelector(signal, filter, ALWAYS)
  const items: Item[] = []
  let upTo = after
  let more = false
  scan.each(signal, blocks, (block, handle) => {
    const rows = mayMatch(handle) ? rowsBehind(block, selector.mask(block), after) : []
    const room = limit - items.length
    items.push(...read(block, rows.slice(0, room)))
    more = rows.length > room
    upTo = block.ordinal(block.rows - 1)
    return more
  })
  return { items, upTo: more ? items.at(-1)!.ordinal : upTo, more }
}

function rowsBehind(block: BlockTypes[Signal], mask: Uint8Array<ArrayBuffer>, after: Ordinal): number[] {
  return rowsOf(mask).filter(row => compareOrdinal(block.ordinal(row), after) > 0)
}

/** The blocks from the first one on whose last record lies behind the ordinal; one that cannot be read may. */
function blocksBehind(scan: Scan, signal: Signal, after: Ordinal): readonly BlockHandle[] {
  const blocks = scan.source.blocks(signal)
  let low = 0
  for (let high = blocks.length; low < high;) {
    const middle = (low + high) >> 1
    const last = lastOrdinal(scan, signal, blocks[middle]!)
    if (last !== undefined && compareOrdinal(last, after) <= 0) low = middle + 1
    else high = middle
  }
  return blocks.slice(low)
}
