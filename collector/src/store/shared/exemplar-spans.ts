/**
 * One span for many: of each service, name, kind and status the slowest in each slice of time and step
 * of duration.
 */
import { bucketOf } from '../../model/duration-buckets.ts'
import type { Nanos } from '../../model/time.ts'
import type { ExemplarSpan, ExemplarSpansQuery } from '../api.ts'
import { bucketWidth } from './histogram.ts'

/** Of the buckets of durations, in a step: half a doubling. */
const BUCKETS_A_STEP = 4
const STEPS = 64

/** More are told of nobody: they would be too many to look at. */
const MOST = 10_000

/** Where a span belongs within its group. */
export class ExemplarPlaces {
  readonly #from: bigint
  readonly #width: bigint

  constructor({ range, columns }: Pick<ExemplarSpansQuery, 'range' | 'columns'>) {
    this.#from = range.from
    this.#width = bucketWidth(range, columns)
  }

  at(start: bigint, duration: Nanos): number {
    const column = Number((start - this.#from) / this.#width)
    return column * STEPS + Math.floor(bucketOf(duration) / BUCKETS_A_STEP)
  }
}

/** Whether one stands for many rather than another: it lasts longer, or else began before; ids decide at last. */
export function standsBefore(a: ExemplarSpan, b: ExemplarSpan): boolean {
  if (a.duration !== b.duration) return a.duration > b.duration
  if (a.start !== b.start) return a.start < b.start
  return a.traceId === b.traceId ? a.spanId < b.spanId : a.traceId < b.traceId
}

export class ExemplarSpans {
  readonly #found = new Map<string, ExemplarSpan>()

  /** @param place as `ExemplarPlaces` has it */
  offer(place: number, span: ExemplarSpan): void {
    const key = JSON.stringify([place, span.service, span.name, span.kind, span.status])
    const known = this.#found.get(key)
    if (known === undefined ? this.#found.size < MOST : standsBefore(span, known)) this.#found.set(key, span)
  }

  all(): readonly ExemplarSpan[] {
    return [...this.#found.values()].sort((a, b) =>
      a.start === b.start
        ? Number(standsBefore(b, a)) - Number(standsBefore(a, b))
        : a.start < b.start
          ? -1
          : 1,
    )
  }
}
