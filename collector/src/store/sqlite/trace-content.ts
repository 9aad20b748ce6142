/**
 * What belongs to one trace: its logs, its summary, and what carries a correlation value.
 */
import { correlationValues } from '../../model/attributes.ts'
import type { Ordinal, StoredLog, TraceSummary } from '../api.ts'
import type { BlockReader } from '../columns/block-reader.ts'
import type { LogBlock } from '../columns/log-block.ts'
import { partId, ROLE } from '../columns/layout.ts'
import { compareOrdinal, comparePlace } from '../shared/order.ts'
import { summarise, type SummaryRow } from '../shared/summary.ts'
import type { UnixNano } from '../../model/time.ts'
import { materialise } from './find-logs.ts'
import type { Scan } from './scan.ts'

export function logsOfTrace(
  scan: Scan,
  traceId: string,
  limit: number,
): { logs: readonly StoredLog[]; total: number } {
  if (traceId === '') return { logs: [], total: 0 }
  const id = Buffer.from(traceId, 'hex')
  const found: { block: LogBlock; row: number; time: UnixNano; ordinal: Ordinal }[] = []
  scan.each('logs', scan.source.blocksOf('logs', id), block => {
    for (const row of block.rowsOfTrace(id))
      found.push({ block, row, time: block.times.at(row) as UnixNano, ordinal: block.ordinal(row) })
  })
  found.sort(comparePlace)
  return { logs: materialise(found.slice(0, limit)), total: found.length }
}

export function summaryOfTrace(scan: Scan, traceId: string): TraceSummary | undefined {
  const id = Buffer.from(traceId, 'hex')
  const rows: SummaryRow[] = []
  scan.each('traces', scan.source.blocksOf('traces', id), block => {
    for (const row of block.summaryRows(block.rowsOfTrace(id))) rows.push(row)
  })
  return summarise(traceId, rows)
}

export function correlated(
  scan: Scan,
  value: string,
  limit: number,
): { traceIds: readonly string[]; logs: readonly StoredLog[] } {
  const id = Buffer.from(value)
  const arrivals: Arrival[] = []
  scan.each('traces', scan.source.blocksOf('traces', id), block => {
    for (const span of block.spans(rowsWithValue(block, value)))
      arrivals.push({ traceId: span.traceId, ordinal: span.ordinal })
  })
  const logs: StoredLog[] = []
  scan.each('logs', scan.source.blocksOf('logs', id), block => {
    for (const log of block.logs(rowsWithValue(block, value))) logs.push(log)
  })
  logs.sort((a, b) =>
    comparePlace({ time: b.timeUnixNano, ordinal: b.ordinal }, { time: a.timeUnixNano, ordinal: a.ordinal }),
  )
  return { traceIds: newestArrivals(arrivals, limit), logs: logs.slice(0, limit) }
}

/** Rows on whose own attributes the value stands under a correlation key. */
function rowsWithValue(block: BlockReader, value: string): number[] {
  const { attributes } = block
  const rows = new Set<number>()
  attributes.columns.forEach(({ key, count }, place) => {
    if (count === 0 || !isCorrelationKey(key)) return
    const { first, times } = attributes.positions(place)
    for (let row = 0; row < first.length; row++)
      for (let i = 0; i < times[row]!; i++)
        if (correlationValues([{ key, value: attributes.value(place, first[row]! + i) }]).includes(value))
          rows.add(row)
  })
  for (const rest of attributes.restRows())
    if (correlationValues(rest.attributes).includes(value)) rows.add(rest.row)
  return [...rows].sort((a, b) => a - b)
}

const isCorrelationKey = (key: string): boolean => correlationValues([{ key, value: 'x' }]).length > 0

/** A scan over the ids of all blocks, newest first. */
export function tracesOfSpan(scan: Scan, spanId: string, limit: number): readonly string[] {
  const id = Buffer.from(spanId, 'hex')
  const arrivals: Arrival[] = []
  scan.each('traces', scan.source.blocks('traces').toReversed(), block => {
    const bytes = block.parts.bytes(partId(ROLE.spanIds))
    const ids = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = ids.indexOf(id); at >= 0 && id.length === 8; at = ids.indexOf(id, at + 1))
      if (at % 8 === 0)
        arrivals.push({ traceId: block.traceIdAt(block.traceIndex[at / 8]!), ordinal: block.ordinal(at / 8) })
    return new Set(arrivals.map(arrival => arrival.traceId)).size >= limit
  })
  return newestArrivals(arrivals, limit)
}

interface Arrival {
  readonly traceId: string
  readonly ordinal: Ordinal
}

/** Distinct trace ids, the one that arrived last first. */
function newestArrivals(arrivals: readonly Arrival[], limit: number): string[] {
  const ordered = [...arrivals].sort((a, b) => compareOrdinal(b.ordinal, a.ordinal))
  return [...new Set(ordered.map(arrival => arrival.traceId))].slice(0, limit)
}
