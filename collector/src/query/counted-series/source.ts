/**
 * What was counted of spans, as series beside the stored ones: rate, errors and durations of operations
 * and of calls, which no sampling and no retention of spans biases.
 *
 * A series is a counter with a sample at the end of each minute, of each hour where minutes are not kept
 * any more. It counts up from the beginning of the selection, as series of deltas do: `rate` and `increase` are what
 * Prometheus tells of a counter that it scrapes at these times.
 */
import type { Labels, Series, SeriesSelection } from '../../model/series.ts'
import { MILLIS_PER_MINUTE, milliOfNano } from '../../model/time.ts'
import { BY_HOUR, BY_MINUTE, type Grain } from '../../red/keys.ts'
import { RedReader } from '../../red/reader.ts'
import {
  compileMatchers,
  type Cancellation,
  type ExemplarSpan,
  type ExemplarSpansQuery,
} from '../../store/api.ts'
import type { Metadata, MetricsSource, SeriesExemplars } from '../metrics/source.ts'
import { Counters, wanted } from './counters.ts'
import { spanExemplars } from './exemplars.ts'
import { FAMILIES, METADATA, type Family } from './families.ts'

/** Cells between two looks at whether the question is still wanted. */
const CHECK_EVERY = 4_096

type AskSpans = (query: ExemplarSpansQuery) => readonly ExemplarSpan[]

/** Slices whose ends lie in a selection. */
interface Span {
  readonly grain: Grain
  /** Minutes since the epoch, `to` left out. */
  readonly from: number
  readonly to: number
}

export class CountedSeries implements MetricsSource {
  readonly #path: string
  readonly #cancel: Cancellation
  readonly #askSpans: AskSpans
  #reader: RedReader | undefined
  /** Why nothing could be told of it; undefined where it could, or nobody asked. */
  fault: string | undefined

  /**
   * @param path of `derived.db`, which is opened when something in it is asked for
   * @param askSpans of the store, for exemplars
   */
  constructor(path: string, cancel: Cancellation, askSpans: AskSpans) {
    this.#path = path
    this.#askSpans = askSpans
    this.#cancel = cancel
  }

  select(selection: SeriesSelection): readonly Series[] {
    const found = this.#read(selection, ({ from, to, grain }) => (to - from) / grain.minutes)
    if (found === undefined) return []
    const { counters, span } = found
    const { from, grain } = span
    const ends = Float64Array.from(
      { length: (span.to - from) / grain.minutes },
      (_, i) => (from + (i + 1) * grain.minutes) * MILLIS_PER_MINUTE,
    )
    return Array.from(counters.all(), ({ labels, added }) => {
      for (let i = 1; i < added.length; i++) added[i]! += added[i - 1]!
      return { labels, times: ends, values: added, stale: undefined }
    })
  }

  labels(selection: SeriesSelection): readonly Labels[] {
    const found = this.#read(selection, () => 1)
    return found === undefined ? [] : Array.from(found.counters.all(), ({ labels }) => labels)
  }

  labelNames(selection: SeriesSelection): readonly string[] {
    return distinct(this.labels(selection).flatMap(labels => labels.map(([name]) => name)))
  }

  labelValues(name: string, selection: SeriesSelection): readonly string[] {
    return distinct(
      this.labels(selection).flatMap(labels =>
        labels.filter(([key]) => key === name).map(([, value]) => value),
      ),
    )
  }

  metadata(): readonly Metadata[] {
    return METADATA
  }

  exemplars(selection: SeriesSelection): readonly SeriesExemplars[] {
    return spanExemplars(selection, this.#askSpans)
  }

  /** @param slicesOf how many slices are told apart @returns undefined where nothing can be asked for */
  #read(selection: SeriesSelection, slicesOf: (span: Span) => number) {
    const matchers = compileMatchers(selection.matchers)
    const families = wanted(FAMILIES, matchers)
    if (families.length === 0) return undefined
    const reader = (this.#reader ??= this.#open())
    if (reader === undefined) return undefined
    const span = spanOf(selection, reader)
    if (span.to <= span.from) return undefined
    const slices = slicesOf(span)
    const counters = new Counters(families, matchers, slices)
    const of = (kind: Family['of']): boolean => families.some(family => family.of === kind)
    const service = selection.matchers.find(({ name, op }) => name === 'service' && op === '=')?.value
    if (of('spans')) this.#add(reader, counters, span, slices, service)
    const client = selection.matchers.find(({ name, op }) => name === 'client' && op === '=')?.value
    if (of('calls')) this.#add(reader.edges, counters, span, slices, client)
    return { counters, span }
  }

  #add(reader: RedReader, counters: Counters, span: Span, slices: number, service: string | undefined): void {
    const { grain, from } = span
    let cells = 0
    reader.each(
      { ...span, of: 'operations', service: service === '' ? undefined : service },
      (operation, status, minute, cell) => {
        if (++cells % CHECK_EVERY === 0) this.#cancel.check()
        counters.add(operation, status, slices === 1 ? 0 : (minute - from) / grain.minutes, cell)
      },
    )
  }

  /** A file that was damaged is put aside and begun anew; stored series are told all the same. */
  #open(): RedReader | undefined {
    try {
      return new RedReader(this.#path)
    } catch (error) {
      this.fault = `counts of spans: ${error instanceof Error ? error.message : String(error)}`
      return undefined
    }
  }

  close(): void {
    this.#reader?.close()
  }
}

function spanOf({ from, to }: SeriesSelection, reader: RedReader): Span {
  const { received } = reader.reached
  const now = received === undefined ? to : milliOfNano(received)
  const [first, last] = [from / MILLIS_PER_MINUTE, to / MILLIS_PER_MINUTE]
  const grain = first >= now / MILLIS_PER_MINUTE - BY_MINUTE.kept ? BY_MINUTE : BY_HOUR
  const { minutes } = grain
  return {
    grain,
    from: Math.max(0, Math.ceil(first / minutes) - 1) * minutes,
    to: Math.floor(last / minutes) * minutes,
  }
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort()
