/**
 * Figures over many records: counts over time, and span statistics. Both work on numbers of the
 * block (places of names, classes) and come to names once a group, not once a record.
 */
import { isEntry, type SpanKind } from '../../model/telemetry.ts'
import { nanos } from '../../model/time.ts'
import type { HeatMap, HeatMapQuery, Histogram, HistogramQuery, SpanStats, SpanStatsQuery } from '../api.ts'
import type { BlockReader } from '../columns/block-reader.ts'
import { ROLE } from '../columns/layout.ts'
import { ERROR, type SpanBlock } from '../columns/span-block.ts'
import { HeatMapCounts } from '../shared/heat-map.ts'
import { HistogramCounts, logClass, spanClass } from '../shared/histogram.ts'
import { SpanStatsTable } from '../shared/span-stats.ts'
import { RangeSelector, type Scan } from './scan.ts'

export function histogram(scan: Scan, query: HistogramQuery): Histogram {
  const counts = new HistogramCounts(query)
  const add = (block: BlockReader, mask: Uint8Array, classOf: (row: number) => string): void => {
    for (let row = 0; row < mask.length; row++)
      if (mask[row] === 1) counts.add(classOf(row), block.times.at(row))
  }
  const blocks = scan.candidates(query.signal, query.range, query.filter)
  const mayMatch = scan.blockTest(query.signal, query.filter)
  if (query.signal === 'traces') {
    const selector = new RangeSelector('traces', query.filter, query.range)
    scan.each(
      'traces',
      blocks,
      block => add(block, selector.mask(block), row => spanClass(block.integers(ROLE.status)[row] === ERROR)),
      mayMatch,
    )
  } else {
    const selector = new RangeSelector('logs', query.filter, query.range)
    scan.each(
      'logs',
      blocks,
      block => add(block, selector.mask(block), row => logClass(block.integers(ROLE.severity)[row]!)),
      mayMatch,
    )
  }
  return counts.result()
}

export function heatMap(scan: Scan, query: HeatMapQuery): HeatMap {
  const counts = new HeatMapCounts(query)
  const selector = new RangeSelector('traces', query.filter, query.range)
  scan.each(
    'traces',
    scan.candidates('traces', query.range, query.filter),
    block => {
      const mask = selector.mask(block)
      const statuses = block.integers(ROLE.status)
      const { durations, times } = block
      for (let row = 0; row < mask.length; row++)
        if (mask[row] === 1)
          counts.add(times.at(row), nanos(Math.max(0, durations[row]!)), statuses[row] === ERROR)
    },
    scan.blockTest('traces', query.filter),
  )
  return counts.result()
}

export function spanStats(scan: Scan, query: SpanStatsQuery): readonly SpanStats[] {
  const table = new SpanStatsTable()
  const selector = new RangeSelector('traces', query.filter, query.range)
  scan.each(
    'traces',
    scan.candidates('traces', query.range, query.filter),
    block => addBlock(table, block, selector.mask(block)),
    scan.blockTest('traces', query.filter),
  )
  return table.rows()
}

/** Groups are known by four small numbers of the block; names are looked up when a group is new. */
function addBlock(table: SpanStatsTable, block: SpanBlock, mask: Uint8Array): void {
  const names = block.strings(ROLE.name)
  const kinds = block.integers(ROLE.kind)
  const resources = block.integers(ROLE.resource)
  const parents = block.integers(ROLE.parentCode)
  const statuses = block.integers(ROLE.status)
  const durations = block.durations
  const groups = new Map<number, ReturnType<SpanStatsTable['group']>>()
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] === 0) continue
    const kind = kinds[row]! as SpanKind
    const root = parents[row] === 0
    const key = ((resources[row]! * 65_536 + names.indexOf(row)) * 8 + kind) * 2 + (root ? 1 : 0)
    let group = groups.get(key)
    if (group === undefined) {
      const service = block.service(row)
      group = table.group({
        service,
        name: names.text(names.indexOf(row)),
        kind,
        entry: isEntry(kind, root),
      })
      groups.set(key, group)
    }
    group.count++
    if (statuses[row] === ERROR) group.errors++
    group.durations.add(nanos(Math.max(0, durations[row]!)))
  }
}
