/**
 * What the journal still holds, as blocks that live in memory: so every question is asked of
 * blocks alone, and a span is found in the moment its export was acknowledged.
 *
 * Each snapshot adds the records that came since the last one. When the consumer's position moves
 * on, blocks behind it go, and of a block that it stands in the rows before it are masked.
 */
import type { Signal } from '../../model/telemetry.ts'
import { unixNano } from '../../model/time.ts'
import type { EncodedBlock } from '../columns/block.ts'
import type { BlockReader } from '../columns/block-reader.ts'
import { DictionaryBuilder } from '../columns/dictionaries.ts'
import { bytesOf, Dictionary } from '../columns/dictionary.ts'
import { PartReader, readDirectory } from '../columns/layout.ts'
import { LogBlock } from '../columns/log-block.ts'
import { LogBlockBuilder } from '../columns/logs.ts'
import { SpanBlock } from '../columns/span-block.ts'
import { SpanBlockBuilder } from '../columns/spans.ts'
import { SIGNALS } from '../journal/batch.ts'
import type { JournalReader, JournalRecord } from '../journal/journal.ts'
import { rowsDone, type Watermark, type Watermarks } from './partition-writer.ts'

export interface LiveBlock {
  readonly encoded: EncodedBlock
  readonly dictionary: Dictionary
  /** Record of its last row. */
  readonly last: number
  /** Rows below this one are in a partition already. */
  readonly firstRow: number
}

/** Records read at a time. */
const READ_RECORDS = 16
/** With more blocks than this the tail is built anew as few. */
const MAX_BLOCKS = 24
/** A dictionary of the tail is left behind when it has this many entries. */
const MAX_RESOURCES = 4096

export class LiveTail {
  readonly #journal: JournalReader
  #dictionary = new DictionaryBuilder()
  #spans = new SpanBlockBuilder(this.#dictionary)
  #logs = new LogBlockBuilder(this.#dictionary)
  #blocks: LiveBlock[] = []
  /** Highest record that is in the blocks. */
  #upTo = 0

  constructor(journal: JournalReader) {
    this.#journal = journal
  }

  /** @param marks the position of the partitions that the snapshot sees */
  advance(marks: Watermarks): readonly LiveBlock[] {
    this.#blocks = this.#blocks.flatMap(block => this.#behind(block, marks))
    const least = Math.min(...marks.map(mark => mark.sequence))
    this.#upTo = Math.max(this.#upTo, least)
    if (this.#blocks.length > MAX_BLOCKS) {
      this.#blocks = []
      this.#upTo = least
    }
    if (this.#blocks.length === 0) this.#beginAnew()
    this.#read(marks)
    return this.#blocks
  }

  #beginAnew(): void {
    if (this.#dictionary.resources.size < MAX_RESOURCES && this.#dictionary.keys.size < MAX_RESOURCES) return
    this.#dictionary = new DictionaryBuilder()
    this.#spans = new SpanBlockBuilder(this.#dictionary)
    this.#logs = new LogBlockBuilder(this.#dictionary)
  }

  #behind(block: LiveBlock, marks: Watermarks): LiveBlock[] {
    const mark = marks[SIGNALS.indexOf(block.encoded.signal)]!
    if (block.last <= mark.sequence) return []
    const firstRow = rowsBefore(openLive(block), mark)
    if (firstRow >= block.encoded.rows) return []
    return [firstRow === block.firstRow ? block : { ...block, firstRow }]
  }

  #read(marks: Watermarks): void {
    for (;;) {
      const records = this.#journal.after(this.#upTo, READ_RECORDS)
      for (const record of records) this.#take(record, marks)
      if (records.length < READ_RECORDS) break
    }
    this.#cut('traces')
    this.#cut('logs')
  }

  #take(record: JournalRecord, marks: Watermarks): void {
    const { sequence, traces, logs } = record
    this.#upTo = sequence
    if (traces !== undefined && sequence > marks[0].sequence)
      this.#spans.append(traces, sequence, rowsDone(marks[0], sequence), () => this.#cut('traces'))
    if (logs !== undefined && sequence > marks[1].sequence)
      this.#logs.append(logs, sequence, rowsDone(marks[1], sequence), unixNano(record.received), () =>
        this.#cut('logs'),
      )
  }

  #cut(signal: Signal): void {
    const builder = signal === 'traces' ? this.#spans : this.#logs
    if (builder.rows === 0) return
    const dictionary = new Dictionary(bytesOf(this.#dictionary))
    this.#blocks.push({ encoded: builder.finish(false), dictionary, last: this.#upTo, firstRow: 0 })
  }
}

export function openLive({ encoded, dictionary, firstRow }: LiveBlock): SpanBlock | LogBlock {
  const parts = new PartReader(readDirectory(encoded.directory), place => encoded.chunks[place]!)
  return encoded.signal === 'traces'
    ? new SpanBlock(parts, dictionary, encoded.from, firstRow)
    : new LogBlock(parts, dictionary, encoded.from, firstRow)
}

/** Rows of a block up to a position: rows stand in order of arrival. */
function rowsBefore(block: BlockReader, mark: Watermark): number {
  for (let row = 0; row < block.rows; row++) {
    const { sequence, row: rowOfRecord } = block.ordinal(row)
    if (sequence > mark.sequence && rowOfRecord >= rowsDone(mark, sequence)) return row
  }
  return block.rows
}
