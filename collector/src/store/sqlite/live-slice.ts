/**
 * Slices of what the journal holds: consecutive rows of one signal, of as many records as make a
 * block. Most questions never read them: what a record says of itself (times, lookup hashes) tells
 * whether it can hold an answer. A slice that is read becomes a block in memory.
 */
import { lookupPrefix } from '../../model/lookup-hash.ts'
import { inflateFrame } from '../../durable/zstd.ts'
import type { Signal } from '../../model/telemetry.ts'
import { unixNano } from '../../model/time.ts'
import type { EncodedBlock } from '../columns/block.ts'
import { DictionaryBuilder } from '../columns/dictionaries.ts'
import { bytesOf, Dictionary } from '../columns/dictionary.ts'
import { PartReader, readDirectory } from '../columns/layout.ts'
import { LogBlock } from '../columns/log-block.ts'
import { LogBlockBuilder } from '../columns/logs.ts'
import { BLOCK_ROWS } from '../columns/rows.ts'
import { SpanBlock } from '../columns/span-block.ts'
import { SpanBlockBuilder } from '../columns/spans.ts'
import type { TailRecord } from '../journal/journal.ts'
import { rowsDone, type Watermark } from './partition-writer.ts'

/** Rows `[skip, end)` of a record. */
interface SlicePart {
  readonly record: TailRecord
  readonly skip: number
  readonly end: number
}

export interface LiveSlice {
  readonly signal: Signal
  /** At least one; in order of arrival. */
  readonly parts: readonly SlicePart[]
  readonly rows: number
  /** No row lies outside of these times; all slices and blocks together reach just so far. */
  readonly from: bigint
  readonly to: bigint
}

/** The rows of a signal behind a position, in slices of at most `BLOCK_ROWS`. */
export function slicesOf(records: readonly TailRecord[], signal: Signal, mark: Watermark): LiveSlice[] {
  const slices: LiveSlice[] = []
  let parts: SlicePart[] = []
  let room = BLOCK_ROWS
  const cut = (): void => {
    if (parts.length > 0) slices.push(sliceOf(signal, parts))
    parts = []
    room = BLOCK_ROWS
  }
  for (const record of records) {
    const { items } = record.facts[signal]
    let skip = rowsBefore(record, signal, mark)
    while (skip < items) {
      const end = Math.min(items, skip + room)
      parts.push({ record, skip, end })
      room -= end - skip
      skip = end
      if (room === 0) cut()
    }
  }
  cut()
  return slices
}

/** The slices less what lies before a position. */
export function slicesBehind(slices: readonly LiveSlice[], mark: Watermark): LiveSlice[] {
  return slices.flatMap(slice => {
    const parts = slice.parts.flatMap(part => {
      const skip = Math.max(part.skip, rowsBefore(part.record, slice.signal, mark))
      return skip < part.end ? [skip === part.skip ? part : { ...part, skip }] : []
    })
    if (parts.length === 0) return []
    const untouched = parts.length === slice.parts.length && parts[0] === slice.parts[0]
    return [untouched ? slice : sliceOf(slice.signal, parts)]
  })
}

/** Rows of a record that are in blocks already. */
function rowsBefore(record: TailRecord, signal: Signal, mark: Watermark): number {
  return record.sequence <= mark.sequence ? record.facts[signal].items : rowsDone(mark, record.sequence)
}

function sliceOf(signal: Signal, parts: readonly SlicePart[]): LiveSlice {
  const facts = parts.map(({ record }) => record.facts[signal])
  return {
    signal,
    parts,
    rows: parts.reduce((sum, { skip, end }) => sum + end - skip, 0),
    from: facts.reduce((least, { from }) => (from < least ? from : least), facts[0]!.from),
    to: facts.reduce((most, { to }) => (to > most ? to : most), facts[0]!.to),
  }
}

/** Whether a record of the slice may hold an id with this `lookupHash`. */
export function mayHold(slice: LiveSlice, hash: number): boolean {
  const prefix = lookupPrefix(hash)
  return slice.parts.some(({ record }) => record.lookups.includes(prefix))
}

export function openSlice(slice: LiveSlice): SpanBlock | LogBlock {
  const dictionary = new DictionaryBuilder()
  const encoded = encode(slice, dictionary)
  const parts = new PartReader(readDirectory(encoded.directory), place => encoded.chunks[place]!)
  const read = new Dictionary(bytesOf(dictionary))
  return slice.signal === 'traces'
    ? new SpanBlock(parts, read, encoded.from)
    : new LogBlock(parts, read, encoded.from)
}

function encode({ signal, parts }: LiveSlice, dictionary: DictionaryBuilder): EncodedBlock {
  // The bytes of a slice are bounded by those of its records.
  const Builder = signal === 'traces' ? SpanBlockBuilder : LogBlockBuilder
  const builder = new Builder(dictionary, Infinity)
  let block: EncodedBlock | undefined
  const finish = (): void => {
    block = builder.finish(false)
  }
  for (const { record, skip, end } of parts) {
    const { sequence, received } = record
    const rows = { sequence, received: unixNano(received), skip, end }
    builder.append(inflateFrame(record.bodies[signal]!), rows, finish)
  }
  if (builder.rows > 0) finish()
  return block!
}
