/** Samples as a WriteRequest of remote-write 1.0, for those that the collector makes itself. */
import type { Labels } from '../../model/series.ts'
import type { UnixMillis } from '../../model/time.ts'
import { WireWriter } from '../../wire/writer.ts'
import { LABEL, SAMPLE, TIME_SERIES, WRITE_REQUEST } from './fields.ts'

export interface WrittenSample {
  /** Ascending by name, as canonical labels are. */
  readonly labels: Labels
  readonly at: UnixMillis
  /** undefined: the series ends here. */
  readonly value: number | undefined
}

/** Bits of the NaN that ends a series. Source: prometheus/model/value, StaleNaN. */
const STALE = 0x7ff0_0000_0000_0002n

export function encodeWrite(samples: readonly WrittenSample[]): Uint8Array {
  const writer = new WireWriter()
  for (const sample of samples) {
    writer.varint(WRITE_REQUEST.series)
    const series = writer.open()
    for (const [name, value] of sample.labels) {
      writer.varint(TIME_SERIES.labels)
      const label = writer.open()
      writer.varint(LABEL.name)
      writer.text(name)
      writer.varint(LABEL.value)
      writer.text(value)
      writer.close(label)
    }
    writer.varint(TIME_SERIES.samples)
    const point = writer.open()
    writer.varint(SAMPLE.value)
    if (sample.value === undefined) writer.fixed64(STALE)
    else writer.double(sample.value)
    writer.varint(SAMPLE.timestamp)
    writer.int64(BigInt(sample.at))
    writer.close(point)
    writer.close(series)
  }
  return writer.finish()
}
