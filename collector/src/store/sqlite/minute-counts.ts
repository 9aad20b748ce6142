/**
 * Events by minute, counted over a range of journal sequences: how counts are made up for what was
 * stored before anybody counted it.
 *
 * Blocks are taken from the newest on, some at a time. A block may begin in the midst of a record,
 * so a turn ends with the record behind that in which its oldest block begins.
 */
import type { MinuteCountQuery, MinuteCounts } from '../api.ts'
import { MinuteTable } from '../shared/minute-table.ts'
import type { BlockHandle } from './block-handle.ts'
import { RangeSelector, type BlockTypes, type Scan } from './scan.ts'
import { ALWAYS } from './arrivals.ts'
import type { Signal } from '../../model/telemetry.ts'

/** Records of one turn: some tens of milliseconds of work. */
const ROWS_A_TURN = 500_000

export function minuteCounts(scan: Scan, query: MinuteCountQuery): MinuteCounts {
  const { blocks, reached } = turn(scan, query.signal, query)
  const table = new MinuteTable()
  const { signal } = query
  const events = new RangeSelector(signal, query.event, ALWAYS)
  const good = new RangeSelector(signal, query.good, ALWAYS)
  scan.each(
    signal,
    blocks,
    block => {
      const [first, end] = [rowBehind(block, reached), rowBehind(block, query.upTo)]
      const [isEvent, isGood] = [events.mask(block), good.mask(block)]
      for (let row = first; row < end; row++)
        if (isEvent[row] === 1) table.add(block.times.at(row), isGood[row] === 1)
    },
    scan.blockTest(signal, query.event),
  )
  return { reached, minutes: table.rows() }
}

/** The blocks of one turn and the sequence that it reaches down to. */
function turn(
  scan: Scan,
  signal: Signal,
  { after, upTo }: MinuteCountQuery,
): { readonly blocks: readonly BlockHandle[]; readonly reached: number } {
  const all = scan.source.blocks(signal)
  const blocks: BlockHandle[] = []
  let rows = 0
  for (let i = all.length - 1; i >= 0; i--) {
    const handle = all[i]!
    const first = scan.read(signal, handle, block => block.ordinal(0).sequence)
    // What cannot be read is told in `partial`; there is nothing in it to count.
    if (first === undefined || first > upTo) continue
    blocks.push(handle)
    rows += handle.rows
    if (first <= after) break
    if (rows >= ROWS_A_TURN && first < upTo) return { blocks, reached: first }
  }
  return { blocks, reached: after }
}

/** The first row that lies behind all rows of a record. */
function rowBehind(block: BlockTypes[Signal], sequence: number): number {
  let low = 0
  for (let high = block.rows; low < high;) {
    const middle = (low + high) >> 1
    if (block.ordinal(middle).sequence <= sequence) low = middle + 1
    else high = middle
  }
  return low
}
