/**
 * The outline of a trace, read from the columns of its blocks: no span becomes an object, save where
 * some agree in id, start and end and have to be compared as a whole.
 */
import { createHash } from 'node:crypto'
import { SpanIdTable } from '../../model/span-ids.ts'
import { nanos, unixNano } from '../../model/time.ts'
import type { Places, StoredSpan, TraceOutline, TraceSummary } from '../api.ts'
import { ROLE } from '../columns/layout.ts'
import type { SpanBlock } from '../columns/span-block.ts'
import { contentOf } from '../shared/duplicates.ts'
import { compareText } from '../shared/order.ts'
import type { BlockHandle } from './block-handle.ts'
import type { Scan } from './scan.ts'
import { SpanColumns } from './span-columns.ts'
import { orderOf, orderOfInstants } from './start-order.ts'

/** Spans that are whole in memory at a time. */
const AT_A_TIME = 1024

/** An outline, and where each of its spans lies. */
export interface StoredOutline extends TraceOutline, Where {}

interface Where {
  /** Blocks that may hold spans of the trace. */
  readonly blocks: readonly BlockHandle[]
  readonly blockOf: Uint32Array
  readonly rowOf: Uint32Array
}

/** @returns undefined when no span of the trace is stored */
export function readOutline(
  scan: Scan,
  traceId: string,
  blocks: readonly BlockHandle[],
): StoredOutline | undefined {
  const services = new Names()
  const arrived = collect(scan, traceId, blocks, services)
  if (arrived.size === 0) return undefined
  const earliest = arrived.instants.reduce((least, instant) => (instant < least ? instant : least))
  const isExact = arrived.instants.every(instant => instant - earliest <= MOST_EXACT)
  const order = isExact ? orderOf(startsOf(arrived, earliest)) : orderOfInstants(arrived.instants)
  const columns = withoutDuplicates(scan, blocks, arrived.picked(order))
  const summary = summarise(scan, traceId, blocks, columns, services.list)
  const { size, spanIds, parentIds, instants, ends, kinds, errors, blockOf, rowOf } = columns
  const starts = startsOf(columns, earliest)
  const durations = Float64Array.from(ends, (end, place) => Number(end - instants[place]!))
  return { summary, size, spanIds, parentIds, starts, durations, kinds, errors, blocks, blockOf, rowOf }
}

const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER)

const startsOf = ({ instants }: SpanColumns, earliest: bigint): Float64Array =>
  Float64Array.from(instants, instant => Number(instant - earliest))

/** All spans of the trace in order of arrival. */
function collect(scan: Scan, traceId: string, blocks: readonly BlockHandle[], services: Names): SpanColumns {
  const id = Buffer.from(traceId, 'hex')
  const parts: SpanColumns[] = []
  let index = -1
  scan.each('traces', blocks, (block, handle) => {
    index = blocks.indexOf(handle, index + 1)
    const rows = block.rowsOfTrace(id)
    if (rows.length > 0) parts.push(SpanColumns.ofBlock(block, index, rows, name => services.numberOf(name)))
  })
  return SpanColumns.joined(parts)
}

/** Numbers for texts in order of first appearance. */
class Names {
  readonly list: string[] = []
  readonly #numbers = new Map<string, number>()

  numberOf(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.list.length)
    return this.list.push(name) - 1
  }
}

// ---- spans that were sent twice ----------------------------------------------------------------

/** @param columns by start and ordinal; of equal spans the first is kept */
function withoutDuplicates(scan: Scan, blocks: readonly BlockHandle[], columns: SpanColumns): SpanColumns {
  const suspects = alike(columns)
  if (suspects.length === 0) return columns
  const where = { blocks, blockOf: columns.blockOf, rowOf: columns.rowOf }
  const seen = new Set<string>()
  const dropped = new Set<number>()
  for (let from = 0; from < suspects.length; from += AT_A_TIME) {
    const places = suspects.slice(from, from + AT_A_TIME)
    for (const [i, span] of spansAt(scan, where, places).entries()) {
      if (span === undefined) continue
      const content = createHash('sha256').update(contentOf(span)).digest('base64')
      if (seen.has(content)) dropped.add(places[i]!)
      seen.add(content)
    }
  }
  if (dropped.size === 0) return columns
  return columns.picked(Int32Array.from({ length: columns.size }, (_, i) => i).filter(i => !dropped.has(i)))
}

/** Places of spans that agree with another one in id, start and end; ascending. */
function alike({ size, spanIds, instants, ends }: SpanColumns): number[] {
  const table = new SpanIdTable(spanIds)
  const repeated = new Map<number, number[]>()
  for (let place = 0; place < size; place++) {
    const first = table.enter(place)
    if (first === place) continue
    const group = repeated.get(first)
    if (group === undefined) repeated.set(first, [first, place])
    else group.push(place)
  }
  const found: number[] = []
  for (const group of repeated.values()) {
    const by = Map.groupBy(group, place => `${instants[place]} ${ends[place]}`)
    for (const places of by.values()) if (places.length > 1) found.push(...places)
  }
  return found.sort((a, b) => a - b)
}

// ---- the trace in one line ---------------------------------------------------------------------

function summarise(
  scan: Scan,
  traceId: string,
  blocks: readonly BlockHandle[],
  columns: SpanColumns,
  services: readonly string[],
): TraceSummary {
  const where = { blocks, blockOf: columns.blockOf, rowOf: columns.rowOf }
  const counted = new Uint8Array(columns.size).fill(1)
  for (const place of countedOnce(scan, where, columns)) counted[place] = 0
  const spanCounts = new Float64Array(services.length)
  const errorCounts = new Float64Array(services.length)
  let end = columns.instants[0]!
  for (let place = 0; place < columns.size; place++) {
    if (place === 0 || columns.ends[place]! > end) end = columns.ends[place]!
    spanCounts[columns.services[place]!]! += counted[place]!
    errorCounts[columns.services[place]!]! += counted[place]! * columns.errors[place]!
  }
  const root = rootOf(columns)
  const start = columns.instants[0]!
  return {
    traceId,
    rootService: services[columns.services[root]!]!,
    rootName: namesAt(scan, where, [root])[0] ?? '',
    startTimeUnixNano: unixNano(start),
    durationNano: nanos(end > start ? Number(end - start) : 0),
    spanCount: spanCounts.reduce((sum, count) => sum + count, 0),
    errorCount: errorCounts.reduce((sum, count) => sum + count, 0),
    services: services
      .map((name, i) => ({ name, spanCount: spanCounts[i]!, errorCount: errorCounts[i]! }))
      .filter(service => service.spanCount > 0)
      .sort((a, b) => b.spanCount - a.spanCount || compareText(a.name, b.name)),
  }
}

/** Places of spans that agree with an earlier one in id, kind, name, start and end. */
function countedOnce(scan: Scan, where: Where, columns: SpanColumns): number[] {
  const suspects = alike(columns)
  const names = namesAt(scan, where, suspects)
  const known = new Set<string>()
  // Of equal starts the first to arrive comes first.
  return suspects.filter((place, i) => {
    const [low, high] = [columns.spanIds[2 * place]!, columns.spanIds[2 * place + 1]!]
    const identity = `${low} ${high} ${columns.kinds[place]} ${columns.instants[place]} ${columns.ends[place]} ${names[i]}`
    return known.size === known.add(identity).size
  })
}

/** The earliest without a parent, else the earliest whose parent is absent, else the earliest. */
function rootOf({ size, spanIds, parentIds }: SpanColumns): number {
  const hasParent = (place: number): boolean => (parentIds[2 * place]! | parentIds[2 * place + 1]!) !== 0
  for (let place = 0; place < size; place++) if (!hasParent(place)) return place
  const table = new SpanIdTable(spanIds)
  for (let place = 0; place < size; place++) table.enter(place)
  for (let place = 0; place < size; place++) if (table.find(parentIds, place) < 0) return place
  return 0
}

// ---- whole spans -------------------------------------------------------------------------------

/** In the order of the places; undefined where a block cannot be read, which is told in `partial`. */
export function spansAt(scan: Scan, where: Where, places: Places): (StoredSpan | undefined)[] {
  const spans = new Array<StoredSpan | undefined>(places.length).fill(undefined)
  eachBlock(scan, where, places, (block, rows, at) =>
    block.spans(rows).forEach((span, i) => (spans[at[i]!] = span)),
  )
  return spans
}

function namesAt(scan: Scan, where: Where, places: Places): string[] {
  const names = new Array<string>(places.length).fill('')
  eachBlock(scan, where, places, (block, rows, at) =>
    rows.forEach((row, i) => (names[at[i]!] = block.text(ROLE.name, row))),
  )
  return names
}

/** Visits the blocks in which places lie, each once, with rows ascending and where each stands among the places. */
function eachBlock(
  scan: Scan,
  { blocks, blockOf, rowOf }: Where,
  places: Places,
  visit: (block: SpanBlock, rows: readonly number[], at: readonly number[]) => void,
): void {
  const byBlock = Map.groupBy(
    Array.from(places, (_, i) => i),
    i => blockOf[places[i]!]!,
  )
  for (const [index, at] of byBlock) {
    scan.cancel.check()
    at.sort((a, b) => rowOf[places[a]!]! - rowOf[places[b]!]!)
    const rows = at.map(i => rowOf[places[i]!]!)
    scan.read('traces', blocks[index]!, block => visit(block, rows, at))
  }
}
