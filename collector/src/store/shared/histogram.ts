/**
 * Counts over time: buckets of equal width, one row of counts for each class.
 */
import { severityClass, type SeverityClass } from '../../filter/severity.ts'
import type { Signal } from '../../model/telemetry.ts'
import { nanos } from '../../model/time.ts'
import type { Histogram, HistogramQuery, TimeRange } from '../api.ts'

export const HISTOGRAM_CLASSES: Readonly<Record<Signal, readonly string[]>> = {
  traces: ['ok', 'error'],
  logs: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'unspecified'] satisfies SeverityClass[],
}

export const spanClass = (error: boolean): string => (error ? 'error' : 'ok')
export { severityClass as logClass }

/** ⌈(to - from) / buckets⌉ nanoseconds; 1 where the range is empty. */
export function bucketWidth(range: TimeRange, buckets: number): bigint {
  const length = range.to > range.from ? range.to - range.from : 0n
  const count = BigInt(buckets)
  const width = (length + count - 1n) / count
  return width < 1n ? 1n : width
}

/** Collects counts; only times within the range may be added. */
export class HistogramCounts {
  readonly #from: bigint
  readonly #width: bigint
  readonly #counts: Record<string, number[]>

  constructor(query: Pick<HistogramQuery, 'signal' | 'range' | 'buckets'>) {
    this.#from = query.range.from
    this.#width = bucketWidth(query.range, query.buckets)
    this.#counts = Object.fromEntries(
      HISTOGRAM_CLASSES[query.signal].map(name => [name, Array.from({ length: query.buckets }, () => 0)]),
    )
  }

  add(className: string, time: bigint, count = 1): void {
    const bucket = Number((time - this.#from) / this.#width)
    this.#counts[className]![bucket]! += count
  }

  result(): Histogram {
    return {
      from: this.#from as Histogram['from'],
      widthNano: nanos(Number(this.#width)),
      counts: this.#counts,
    }
  }
}
