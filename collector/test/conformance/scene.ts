/**
 * The stage of one check: a day of its own and ids of its own, so that the records of all checks
 * lie in one store and every question is also asked against everybody else's records.
 */
import type { AnyValue, Attributes } from '../../src/model/attributes.ts'
import type { LogRecord, Resource, Scope, Span } from '../../src/model/telemetry.ts'
import { unixNano, type UnixNano } from '../../src/model/time.ts'
import type { Cancellation, TimeRange } from '../../src/store/api.ts'

const FIRST_DAY = BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n
const DAY = 86_400_000_000_000n

export interface SpanSketch extends Partial<Omit<Span, 'status'>> {
  /** Number of the trace within the scene; 1 unless told. */
  readonly trace?: number
  /** Number of the span within the scene; counts up unless told. */
  readonly id?: number
  /** Number of the parent; a root unless told. */
  readonly parent?: number
  /** Start in milliseconds after the beginning of the scene's day; 0 unless told. */
  readonly at?: number
  /** Length in milliseconds; 1 unless told. */
  readonly lasts?: number
  readonly service?: string
  readonly error?: boolean
  readonly status?: Span['status']
}

export interface LogSketch extends Partial<LogRecord> {
  readonly trace?: number
  readonly at?: number
  readonly service?: string
}

export class Scene {
  readonly #number: number
  #spans = 0

  constructor(number: number) {
    this.#number = number
  }

  /** @param millis after the beginning of the scene's day; whole nanoseconds are kept */
  at(millis: number): UnixNano {
    return unixNano(FIRST_DAY + BigInt(this.#number) * DAY + BigInt(Math.round(millis * 1e6)))
  }

  range(fromMillis: number, toMillis: number): TimeRange {
    return { from: this.at(fromMillis), to: this.at(toMillis) }
  }

  get day(): TimeRange {
    return this.range(0, 86_400_000)
  }

  traceId(n: number): string {
    return `${hex(this.#number, 8)}${'0'.repeat(16)}${hex(n, 8)}`
  }

  spanId(n: number): string {
    return `${hex(this.#number, 8)}${hex(n, 8)}`
  }

  /** A text that stands in no other scene. */
  text(stem: string): string {
    return `${stem}-${this.#number}`
  }

  span(sketch: SpanSketch = {}): Span {
    const {
      trace = 1,
      id = ++this.#spans + 1000,
      parent,
      at = 0,
      lasts = 1,
      service = 'shop',
      error,
      ...rest
    } = sketch
    return {
      traceId: this.traceId(trace),
      spanId: this.spanId(id),
      parentSpanId: parent === undefined ? '' : this.spanId(parent),
      traceState: '',
      flags: 0,
      name: 'work',
      kind: 1,
      startTimeUnixNano: this.at(at),
      endTimeUnixNano: this.at(at + lasts),
      attributes: [],
      droppedAttributesCount: 0,
      events: [],
      droppedEventsCount: 0,
      links: [],
      droppedLinksCount: 0,
      status: { code: error === true ? 2 : 0, message: '' },
      resource: resource(service),
      scope: NO_SCOPE,
      ...rest,
    }
  }

  log(sketch: LogSketch = {}): LogRecord {
    const { trace, at = 0, service = 'shop', ...rest } = sketch
    return {
      timeUnixNano: this.at(at),
      observedTimeUnixNano: unixNano(0n),
      severityNumber: 9,
      severityText: '',
      eventName: '',
      body: 'said',
      attributes: [],
      droppedAttributesCount: 0,
      flags: 0,
      traceId: trace === undefined ? '' : this.traceId(trace),
      spanId: '',
      resource: resource(service),
      scope: NO_SCOPE,
      ...rest,
    }
  }
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

export const NO_SCOPE: Scope = {
  name: '',
  version: '',
  attributes: [],
  droppedAttributesCount: 0,
  schemaUrl: '',
}

export function resource(service: string, attributes: Attributes = []): Resource {
  return {
    attributes: [{ key: 'service.name', value: service }, ...attributes],
    droppedAttributesCount: 0,
    schemaUrl: '',
  }
}

/** Attributes by pairs, in order: `attrs('a', 1n, 'b', 'x')`. */
export function attrs(...pairs: readonly AnyValue[]): Attributes {
  const list = []
  for (let i = 0; i < pairs.length; i += 2) list.push({ key: pairs[i] as string, value: pairs[i + 1]! })
  return list
}

export const patient: Cancellation = { check: () => {}, progress: () => {} }
