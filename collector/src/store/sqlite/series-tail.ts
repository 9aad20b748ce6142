/**
 * What the journal holds of metrics and partitions do not yet. Each snapshot adds the records that
 * came since the last one; when the consumer has written what was there, it begins anew behind it.
 */
import type { OtlpSeriesOptions } from '../../decode/series/otlp-labels.ts'
import type { JournalReader } from '../journal/journal.ts'
import { SeriesIntake } from '../series/intake.ts'
import { HeadLabels, livePart } from '../series/live-part.ts'
import type { SeriesPart } from '../series/part.ts'
import type { Watermark } from './partition-writer.ts'

/** Records read at a time. */
const READ_RECORDS = 16

export class SeriesTail {
  readonly #journal: JournalReader
  readonly #options: OtlpSeriesOptions
  #intake: SeriesIntake
  #labels: HeadLabels
  #from = 0
  /** Highest record that was read. */
  #upTo = 0

  constructor(journal: JournalReader, options: OtlpSeriesOptions) {
    this.#journal = journal
    this.#options = options
    this.#intake = new SeriesIntake(options)
    this.#labels = new HeadLabels(this.#intake.head.labels)
  }

  /** @param mark the position of the partitions that the snapshot sees */
  advance(mark: Watermark): readonly SeriesPart[] {
    if (mark.sequence > this.#from) this.#beginAnew(mark.sequence)
    this.#read()
    const { head } = this.#intake
    return head.isEmpty ? [] : [livePart(head.view(), this.#labels)]
  }

  #beginAnew(from: number): void {
    this.#from = this.#upTo = from
    this.#intake = new SeriesIntake(this.#options)
    this.#labels = new HeadLabels(this.#intake.head.labels)
  }

  #read(): void {
    for (;;) {
      const records = this.#journal.metricsAfter(this.#upTo, READ_RECORDS)
      for (const record of records) this.#intake.take(record)
      this.#upTo = records.at(-1)?.sequence ?? this.#upTo
      if (records.length < READ_RECORDS) return
    }
  }
}
