/**
 * Builds full blocks anew of small ones, in order of arrival.
 */
import { encodeLogs, encodeSpans } from '../../decode/objects.ts'
import type { Signal } from '../../model/telemetry.ts'
import { unixNano } from '../../model/time.ts'
import type { Ordinal, StoredLog, StoredSpan } from '../api.ts'
import type { EncodedBlock } from '../columns/block.ts'
import type { DictionaryBuilder } from '../columns/dictionaries.ts'
import type { LogBlock } from '../columns/log-block.ts'
import { LogBlockBuilder } from '../columns/logs.ts'
import { SpanBlock } from '../columns/span-block.ts'
import { SpanBlockBuilder } from '../columns/spans.ts'
import type { RecordRows } from '../columns/walk.ts'
import type { BlockMeta, PartitionReader } from './partition-reader.ts'

export class SmallBlocks {
  readonly #spans: SpanBlockBuilder
  readonly #logs: LogBlockBuilder
  readonly #put: (block: EncodedBlock) => void

  /** @param put takes each block that is full, and what `flush` leaves */
  constructor(dictionary: DictionaryBuilder, put: (block: EncodedBlock) => void) {
    this.#spans = new SpanBlockBuilder(dictionary)
    this.#logs = new LogBlockBuilder(dictionary)
    this.#put = put
  }

  add(source: PartitionReader, meta: BlockMeta): void {
    const rows = Array.from({ length: meta.rows }, (_, row) => row)
    this.addRows(source.open(meta), rows)
  }

  /** @param rows ascending */
  addRows(block: SpanBlock | LogBlock, rows: readonly number[]): void {
    if (block instanceof SpanBlock)
      for (const run of arrivalRuns(block.spans(rows)))
        this.#spans.append(encodeSpans(run), rowsOfRun(run), () => this.flush('traces'))
    else
      for (const run of arrivalRuns(block.logs(rows)))
        this.#logs.append(encodeLogs(run), rowsOfRun(run), () => this.flush('logs'))
  }

  flush(signal: Signal): void {
    const builder = signal === 'traces' ? this.#spans : this.#logs
    if (builder.rows > 0) this.#put(builder.finish(true))
  }
}

/** Every record has got a time when it was first put into a block. */
function rowsOfRun(run: readonly { readonly ordinal: Ordinal }[]): RecordRows {
  const { sequence, row } = run[0]!.ordinal
  return { sequence, received: unixNano(0n), firstRow: row }
}

/** Runs of records that follow each other in one journal record. */
function* arrivalRuns<Item extends StoredSpan | StoredLog>(items: readonly Item[]): Generator<Item[]> {
  let run: Item[] = []
  for (const item of items) {
    const before = run.at(-1)?.ordinal
    if (
      before !== undefined &&
      (before.sequence !== item.ordinal.sequence || before.row + 1 !== item.ordinal.row)
    ) {
      yield run
      run = []
    }
    run.push(item)
  }
  if (run.length > 0) yield run
}
