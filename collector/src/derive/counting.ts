/**
 * Counts good and bad events of all indicators as they come: indicators that want one service are
 * looked at for its spans alone.
 */
import { compileLogFilter, compileSpanFilter } from '../filter/evaluate.ts'
import { requiredServices } from '../filter/walk.ts'
import type { LogRecord, Span } from '../model/telemetry.ts'
import { serviceName } from '../model/telemetry.ts'
import { milliOfNano, minuteOf, type UnixMinute } from '../model/time.ts'
import type { Collecting } from './derivation.ts'
import { countsRecords, type IndicatorRow } from './indicator-table.ts'
import type { CountedIndicator } from './indicator.ts'
import type { SpanView } from './span-view.ts'

type Counts = Map<UnixMinute, { good: number; bad: number }>

interface Counter<Item> {
  readonly isEvent: (item: Item) => boolean
  readonly isGood: (item: Item) => boolean
  readonly services: ReadonlySet<string> | undefined
  readonly indicator: number
  readonly liveFrom: number
}

export class EventCounting implements Collecting {
  #spans: readonly Counter<Span>[] = []
  #logs: readonly Counter<LogRecord>[] = []
  #entered: readonly Counter<Span>[] = []
  #byService = new Map<string, readonly Counter<Span>[]>()
  readonly #deltas = new Map<number, Counts>()
  readonly #record = new Map<number, Counts>()
  /** Of the record that is being counted. */
  #sequence = 0

  define(rows: readonly IndicatorRow[]): void {
    const spans: Counter<Span>[] = []
    const logs: Counter<LogRecord>[] = []
    for (const { id, liveFrom, definition } of rows.filter(countsRecords)) {
      const { signal, event, good } = JSON.parse(definition) as CountedIndicator
      const base = { indicator: id, liveFrom, services: requiredServices(event) }
      if (signal === 'traces')
        spans.push({ ...base, isEvent: compileSpanFilter(event), isGood: compileSpanFilter(good) })
      else logs.push({ ...base, isEvent: compileLogFilter(event), isGood: compileLogFilter(good) })
    }
    this.#spans = spans
    this.#logs = logs
    this.#byService = new Map()
  }

  begin(sequence: number): void {
    this.#sequence = sequence
  }

  get wantsLogs(): boolean {
    return this.#logs.length > 0
  }

  enter(service: string): boolean {
    let wanting = this.#byService.get(service)
    if (wanting === undefined) {
      if (this.#byService.size > 10_000) this.#byService.clear()
      wanting = this.#spans.filter(({ services }) => services === undefined || services.has(service))
      this.#byService.set(service, wanting)
    }
    this.#entered = wanting
    return wanting.length > 0
  }

  span(view: SpanView): void {
    for (const counter of this.#entered)
      if (this.#sequence > counter.liveFrom && counter.isEvent(view))
        this.#count(counter.indicator, view.minute, counter.isGood(view))
  }

  log(log: LogRecord): void {
    const service = serviceName(log.resource)
    for (const counter of this.#logs)
      if (
        this.#sequence > counter.liveFrom &&
        (counter.services === undefined || counter.services.has(service)) &&
        counter.isEvent(log)
      )
        this.#count(counter.indicator, minuteOf(milliOfNano(log.timeUnixNano)), counter.isGood(log))
  }

  /** Counts of the record at hand stand apart until it is known that all of it could be counted. */
  #count(indicator: number, minute: UnixMinute, isGood: boolean): void {
    add(this.#record, indicator, minute, isGood ? ONE_GOOD : ONE_BAD)
  }

  keep(): void {
    for (const [indicator, counts] of this.#record)
      for (const [minute, tally] of counts) add(this.#deltas, indicator, minute, tally)
    this.#record.clear()
  }

  takeBack(): void {
    this.#record.clear()
  }

  /** What was counted since it was last cleared. */
  get deltas(): ReadonlyMap<number, Counts> {
    return this.#deltas
  }

  clear(): void {
    this.#deltas.clear()
  }
}

const ONE_GOOD = { good: 1, bad: 0 }
const ONE_BAD = { good: 0, bad: 1 }

function add(
  all: Map<number, Counts>,
  indicator: number,
  minute: UnixMinute,
  { good, bad }: { readonly good: number; readonly bad: number },
): void {
  let counts = all.get(indicator)
  if (counts === undefined) all.set(indicator, (counts = new Map()))
  const tally = counts.get(minute)
  if (tally === undefined) counts.set(minute, { good, bad })
  else {
    tally.good += good
    tally.bad += bad
  }
}
