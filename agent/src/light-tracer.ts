/**
 * Spans of the agent's own instrumentations, made for their price: a request has several, and the SDK copies and checks
 * the attributes of each twice before anything is known about it.
 *
 * Its sampler decides, its limits hold, and what leaves is encoded like any other span; the host may use these spans as
 * it uses the SDK's. Attributes are taken as they are and looked at once, when the span is encoded.
 */
import {
  context as contextApi,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  type TimeInput,
  type Tracer,
} from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import { SamplingDecision, type ReadableSpan, type Sampler, type TimedEvent } from '@opentelemetry/sdk-trace'
import { now } from './clock.ts'
import { CORRELATION_ATTRIBUTE, correlationOf } from './correlation.ts'
import { recordError } from './errors.ts'
import { hardenSpans } from './harden.ts'
import { newSpanId, newTraceId } from './ids.ts'
import { VERSION } from './version.ts'

const SCOPE = { name: '@hodoscope/agent', version: VERSION }

let hardened = false

export interface SpanMaking {
  readonly sampler: Sampler
  readonly resource: Resource
  readonly limits: { readonly attributes: number; readonly events: number; readonly links: number }
  /** Takes what has ended and is sampled. */
  readonly onEnd: (span: ReadableSpan) => void
}

export class LightTracer implements Tracer {
  readonly #making: SpanMaking

  constructor(making: SpanMaking) {
    this.#making = making
  }

  startSpan(name: string, options: SpanOptions = {}, context: Context = contextApi.active()): Span {
    if (isTracingSuppressed(context)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
    const parent = options.root === true ? undefined : validParent(context)
    const { kind = SpanKind.INTERNAL, attributes = {}, links = [] } = options
    const traceId = parent?.traceId ?? newTraceId()
    const sampled = this.#making.sampler.shouldSample(context, traceId, name, kind, attributes, links)
    const traceState = sampled.traceState ?? parent?.traceState
    const spanContext: SpanContext = {
      traceId,
      spanId: newSpanId(),
      traceFlags:
        sampled.decision === SamplingDecision.RECORD_AND_SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE,
      ...(traceState === undefined ? {} : { traceState }),
    }
    if (sampled.decision === SamplingDecision.NOT_RECORD) return trace.wrapSpanContext(spanContext)
    if (sampled.attributes) Object.assign(attributes, sampled.attributes)
    attributes[CORRELATION_ATTRIBUTE] ??= correlationOf(context) ?? traceId
    const complete = { startTime: options.startTime, kind, attributes, links } as Complete
    return this.#hardened(new LightSpan(this.#making, name, spanContext, parent, complete))
  }

  /** The host reaches these spans by `trace.getActiveSpan()`. */
  #hardened(span: LightSpan): LightSpan {
    if (!hardened) hardenSpans(span)
    hardened = true
    return span
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    const run = rest.pop() as F
    const [options, given] = rest as [SpanOptions | undefined, Context | undefined]
    const context = given ?? contextApi.active()
    const span = this.startSpan(name, options, context)
    return contextApi.with(trace.setSpan(context, span), () => run(span) as ReturnType<F>)
  }
}

function validParent(context: Context): SpanContext | undefined {
  const parent = trace.getSpanContext(context)
  return parent && isSpanContextValid(parent) ? parent : undefined
}

type Complete = SpanOptions & { kind: SpanKind; attributes: Attributes; links: Link[] }

class LightSpan implements Span, ReadableSpan {
  name: string
  readonly kind: SpanKind
  readonly parentSpanContext?: SpanContext
  readonly startTime: HrTime
  endTime: HrTime = [0, 0]
  status: SpanStatus = { code: SpanStatusCode.UNSET }
  readonly attributes: Attributes
  readonly links: Link[]
  readonly events: TimedEvent[] = []
  ended = false
  droppedAttributesCount = 0
  droppedEventsCount = 0
  droppedLinksCount = 0
  readonly resource: Resource
  readonly instrumentationScope = SCOPE
  readonly #making: SpanMaking
  readonly #context: SpanContext
  /** −1 until the first attribute is set: most spans have all of theirs from the start. */
  #attributeCount = -1

  constructor(
    making: SpanMaking,
    name: string,
    spanContext: SpanContext,
    parent: SpanContext | undefined,
    options: Complete,
  ) {
    this.#making = making
    this.#context = spanContext
    this.resource = making.resource
    this.name = name
    this.kind = options.kind
    this.attributes = options.attributes
    this.links = options.links
    this.startTime = timeOf(options.startTime)
    if (parent) this.parentSpanContext = parent
  }

  get duration(): HrTime {
    const nanos = (this.endTime[0] - this.startTime[0]) * 1e9 + this.endTime[1] - this.startTime[1]
    return [Math.floor(nanos / 1e9), nanos % 1e9]
  }

  // ReadableSpan and Span both have it.
  readonly spanContext = (): SpanContext => this.#context

  setAttribute(key: string, value: unknown): this {
    if (this.ended || typeof key !== 'string' || key === '') return this
    if (this.#attributeCount === -1) this.#attributeCount = Object.keys(this.attributes).length
    const isNew = !Object.hasOwn(this.attributes, key)
    if (isNew && this.#attributeCount >= this.#making.limits.attributes) {
      this.droppedAttributesCount++
      return this
    }
    if (isNew) this.#attributeCount++
    if (key === '__proto__') Object.defineProperty(this.attributes, key, plainData(value))
    else this.attributes[key] = value
    return this
  }

  setAttributes(attributes: Attributes): this {
    for (const key of Object.keys(attributes)) this.setAttribute(key, attributes[key])
    return this
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.ended) return this
    const isTime =
      typeof attributesOrTime === 'number' ||
      attributesOrTime instanceof Date ||
      Array.isArray(attributesOrTime)
    if (this.events.length >= this.#making.limits.events) {
      this.events.shift()
      this.droppedEventsCount++
    }
    this.events.push({
      name,
      time: timeOf(isTime ? attributesOrTime : time),
      attributes: isTime ? {} : { ...attributesOrTime },
    })
    return this
  }

  addLink(link: Link): this {
    if (this.ended) return this
    if (this.links.length < this.#making.limits.links) this.links.push(link)
    else this.droppedLinksCount++
    return this
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link)
    return this
  }

  setStatus({ code, message }: SpanStatus): this {
    if (this.ended || code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK) return this
    this.status = code === SpanStatusCode.ERROR && typeof message === 'string' ? { code, message } : { code }
    return this
  }

  updateName(name: string): this {
    if (!this.ended) this.name = name
    return this
  }

  recordException(exception: Exception, time?: TimeInput): void {
    recordError(this, exception, time)
  }

  isRecording(): boolean {
    return !this.ended
  }

  end(endTime?: TimeInput): void {
    if (this.ended) return
    const end = timeOf(endTime)
    this.endTime = isBefore(end, this.startTime) ? this.startTime : end
    this.ended = true
    if ((this.#context.traceFlags & TraceFlags.SAMPLED) !== 0) this.#making.onEnd(this)
  }
}

function plainData(value: unknown): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true }
}

function isBefore([seconds, nanos]: HrTime, [otherSeconds, otherNanos]: HrTime): boolean {
  return seconds < otherSeconds || (seconds === otherSeconds && nanos < otherNanos)
}

/** @param time  ms since the epoch or, as `performance.now()` gives it, since the process began */
function timeOf(time: TimeInput | undefined): HrTime {
  if (time === undefined) return now()
  if (typeof time === 'object' && !(time instanceof Date)) return time
  const given = typeof time === 'number' ? time : time.getTime()
  if (!Number.isFinite(given)) return now()
  const millis = given <= performance.now() ? performance.timeOrigin + given : given
  return [Math.floor(millis / 1000), Math.round((millis % 1000) * 1e6)]
}
