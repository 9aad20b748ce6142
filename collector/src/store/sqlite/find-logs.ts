/**
 * Log search: the newest (or oldest) records that match, and the page behind a cursor.
 */
import type { LogSearch, StoredLog } from '../api.ts'
import type { LogBlock } from '../columns/log-block.ts'
import { comparePlace, type Place } from '../shared/order.ts'
import type { UnixNano } from '../../model/time.ts'
import { RangeSelector, rowsOf, type Scan } from './scan.ts'

interface Found extends Place {
  readonly block: LogBlock
  readonly row: number
}

export function findLogs(scan: Scan, query: LogSearch): { logs: readonly StoredLog[]; more: boolean } {
  const newest = query.order === 'newest'
  const compare = newest ? (a: Place, b: Place): number => comparePlace(b, a) : comparePlace
  const blocks = scan
    .candidates('logs', query.range, query.filter)
    .sort((a, b) => (newest ? compareBig(b.to, a.to) : compareBig(a.from, b.from)))
  const selector = new RangeSelector('logs', query.filter, query.range)
  let best: Found[] = []
  let told = 0
  /** Tells what no block that is left can come before: all of them lie at the bound or behind it. */
  const tell = (bound: bigint): void => {
    if (scan.cancel.found === undefined) return
    const from = told
    const isCertain = (found: Found): boolean => (newest ? found.time > bound : found.time < bound)
    while (told < Math.min(best.length, query.limit) && isCertain(best[told]!)) told++
    if (told > from) scan.cancel.found(materialise(best.slice(from, told)))
  }
  scan.each(
    'logs',
    blocks,
    (block, handle) => {
      tell(newest ? handle.to : handle.from)
      const last = best.length > query.limit ? best.at(-1)! : undefined
      if (last !== undefined && (newest ? handle.to < last.time : handle.from > last.time)) return true
      const after = query.after
      const fresh = rowsOf(selector.mask(block))
        .map((row): Found => ({
          block,
          row,
          time: block.times.at(row) as UnixNano,
          ordinal: block.ordinal(row),
        }))
        .filter(
          found =>
            (after === undefined || compare(found, after) > 0) &&
            (last === undefined || compare(found, last) < 0),
        )
      best = [...best, ...fresh].sort(compare).slice(0, query.limit + 1)
      return false
    },
    scan.blockTest('logs', query.filter),
  )
  return { logs: materialise(best.slice(0, query.limit)), more: best.length > query.limit }
}

const compareBig = (a: bigint, b: bigint): number => (a === b ? 0 : a < b ? -1 : 1)

/** Reads whole records, block by block, and gives them back in the order asked for. */
export function materialise(
  found: readonly { readonly block: LogBlock; readonly row: number }[],
): StoredLog[] {
  const byBlock = Map.groupBy(
    found.map((entry, place) => ({ ...entry, place })),
    entry => entry.block,
  )
  const logs: StoredLog[] = []
  for (const [block, entries] of byBlock) {
    const ascending = entries.sort((a, b) => a.row - b.row)
    block.logs(ascending.map(entry => entry.row)).forEach((log, i) => (logs[ascending[i]!.place] = log))
  }
  return logs
}
