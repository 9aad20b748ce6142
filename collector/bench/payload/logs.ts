/**
 * The logs of the payload: six a trace, written by the services that the trace visits.
 */
import type { Attribute } from './attribute.ts'
import { Random } from './random.ts'
import * as shop from './shop.ts'
import { SERVICES_PER_TRACE, traceFrames, type TraceFrame } from './trace.ts'

export const LOGS_PER_TRACE = 6

export interface PayloadLog {
  readonly trace: TraceFrame
  /** 8 random bytes. */
  readonly spanId: Uint8Array
  readonly service: number
  /** Nanoseconds since the payload's start: when it was written, and when the SDK took it. */
  readonly start: number
  readonly end: number
  readonly severityNumber: number
  readonly severityText: string
  readonly body: string
  readonly attributes: readonly Attribute[]
}

/** @param count records; the last trace is cut when it is no multiple of six */
export function* payloadLogs(seed: number, count: number, tracesPerSecond: number): Generator<PayloadLog> {
  const random = new Random(seed, 3)
  let left = count
  for (const trace of traceFrames(seed, tracesPerSecond)) {
    for (let i = 0; i < LOGS_PER_TRACE && left > 0; i++, left--) yield logOfTrace(trace, i, random)
    if (left === 0) return
  }
}

function logOfTrace(trace: TraceFrame, i: number, random: Random): PayloadLog {
  const template = random.pick(shop.LOG_TEMPLATES)
  const spanId = new Uint32Array(2)
  random.fillWords(spanId)
  const service = trace.services[i % SERVICES_PER_TRACE]!
  const start = trace.start + Math.floor((trace.duration * (i + random.unit())) / LOGS_PER_TRACE)
  return {
    trace,
    spanId: new Uint8Array(spanId.buffer),
    service,
    start,
    end: start + 2_000 + random.below(60_000),
    severityNumber: template.severityNumber,
    severityText: template.severityText,
    body: template.text(bound => random.below(bound)),
    attributes: [
      template.logger,
      template.thread,
      { key: 'request.id', value: random.hex(4) + random.hex(2) },
      random.pick(shop.ROUTES[service]!).route,
    ],
  }
}
