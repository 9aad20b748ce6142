/** Remote-write requests for tests, written field by field: independent of the code under test. */
import { bytesOf, fixed64, int, len } from '../otlp/wire.ts'

export interface WrittenSeries {
  readonly labels: Readonly<Record<string, string>>
  /** Time in Unix milliseconds and value; a bigint is the bits of a float64. */
  readonly samples?: readonly (readonly [time: number, value: number | bigint])[]
  readonly exemplars?: readonly {
    readonly labels: Readonly<Record<string, string>>
    readonly time: number
    readonly value: number
  }[]
  /** Histogram messages. */
  readonly histograms?: readonly Uint8Array[]
}

export const STALE_BITS = 0x7ff0000000000002n

export const double = (field: number, value: number | bigint): Uint8Array =>
  fixed64(field, typeof value === 'bigint' ? value : bitsOf(value))

export function bitsOf(value: number): bigint {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes.readBigUInt64LE()
}

/** In the order in which they stand in the object. */
const labelFields = (labels: Readonly<Record<string, string>>): Uint8Array[] =>
  Object.entries(labels).map(([name, value]) => len(1, len(1, name), len(2, value)))

export const writtenSeries = ({
  labels,
  samples = [],
  exemplars = [],
  histograms = [],
}: WrittenSeries): Uint8Array =>
  len(
    1,
    ...labelFields(labels),
    ...samples.map(([time, value]) => len(2, double(1, value), int(2, BigInt(time)))),
    ...exemplars.map(exemplar =>
      len(3, ...labelFields(exemplar.labels), double(2, exemplar.value), int(3, BigInt(exemplar.time))),
    ),
    ...histograms.map(histogram => len(4, histogram)),
  )

export const writeRequest = (...series: readonly WrittenSeries[]): Uint8Array =>
  bytesOf(...series.map(writtenSeries))

export const metadata = (type: number, family: string, help: string, unit = ''): Uint8Array =>
  len(3, int(1, type), len(2, family), len(4, help), len(5, unit))
