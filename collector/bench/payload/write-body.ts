/** Remote-write bodies of the benches: the same times for each series, labels encoded once. */
import { WireWriter } from '../../src/wire/writer.ts'

export interface WrittenSeries {
  /** As `labelFields` gives them. */
  readonly labels: Uint8Array
  next(): number
}

/** @param times Unix milliseconds, ascending */
export function bodyOf(series: readonly WrittenSeries[], ...times: readonly number[]): Uint8Array {
  const out = new WireWriter(series.length * 200)
  for (const one of series) {
    out.varint(0x0a)
    const opened = out.open()
    out.raw(one.labels, 0, one.labels.length)
    for (const time of times) {
      out.varint(0x12)
      const sample = out.open()
      out.varint(0x09)
      out.double(one.next())
      out.varint(0x10)
      out.int64(BigInt(time))
      out.close(sample)
    }
    out.close(opened)
  }
  return out.finish()
}

export function labelFields(labels: readonly (readonly [string, string])[]): Uint8Array {
  const out = new WireWriter(256)
  for (const [name, value] of labels) {
    out.varint(0x0a)
    const opened = out.open()
    out.varint(0x0a)
    out.text(name)
    out.varint(0x12)
    out.text(value)
    out.close(opened)
  }
  return out.finish()
}
