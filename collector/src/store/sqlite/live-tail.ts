/**
 * What the journal holds and partitions do not yet: the newest records, as slices that look like
 * blocks. A query thread keeps them from one snapshot to the next and reads only what came since.
 */
import type { Signal } from '../../model/telemetry.ts'
import { BLOCK_ROWS } from '../columns/rows.ts'
import { SIGNALS } from '../journal/batch.ts'
import type { JournalReader, TailRecord } from '../journal/journal.ts'
import { slicesBehind, slicesOf, type LiveSlice } from './live-slice.ts'
import type { Watermarks } from './partition-writer.ts'

/** Records read at a time. */
const READ_RECORDS = 64
/** Slices of a quiet service are small: with more of them than this they are cut anew. */
const MAX_SMALL = 24

export class LiveTail {
  readonly #journal: JournalReader
  #records: readonly TailRecord[] = []
  /** Highest record that was read. */
  #upTo = 0
  #slices: Readonly<Record<Signal, readonly LiveSlice[]>> = { traces: [], logs: [] }

  constructor(journal: JournalReader) {
    this.#journal = journal
  }

  /** @param marks the position of the partitions that the snapshot sees */
  advance(marks: Watermarks): readonly LiveSlice[] {
    const least = Math.min(...marks.map(mark => mark.sequence))
    this.#upTo = Math.max(this.#upTo, least)
    const fresh = this.#read()
    this.#records = [...this.#records.filter(record => record.sequence > least), ...fresh]
    const [traces, logs] = SIGNALS.map((signal, i) => {
      const mark = marks[i]!
      const slices = [...slicesBehind(this.#slices[signal], mark), ...slicesOf(fresh, signal, mark)]
      const small = slices.filter(({ rows }) => rows < BLOCK_ROWS / 2)
      return small.length > MAX_SMALL ? slicesOf(this.#records, signal, mark) : slices
    })
    this.#slices = { traces: traces!, logs: logs! }
    return [...this.#slices.traces, ...this.#slices.logs]
  }

  #read(): TailRecord[] {
    const fresh: TailRecord[] = []
    for (;;) {
      const records = this.#journal.tailAfter(this.#upTo, READ_RECORDS)
      fresh.push(...records)
      this.#upTo = records.at(-1)?.sequence ?? this.#upTo
      if (records.length < READ_RECORDS) return fresh
    }
  }
}
