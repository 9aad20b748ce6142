/**
 * The spans of the payload: nine a trace over five services, nested in time, ids random.
 *
 * ```
 * 0 server    service 1  |------------------------------------|
 * 1 client      "         |--------------|
 * 2 server    service 2     |----------|
 * 3 database    "            |-|
 * 4 internal  service 3         |----|
 * 5 internal    "                |--|
 * 6 server    service 4                    |---------------|
 * 7 database    "                            |---|
 * 8 internal  service 5                            |----|
 * ```
 */
import type { Attribute } from './attribute.ts'
import { Random } from './random.ts'
import * as shop from './shop.ts'
import { SPANS_PER_TRACE, traceFrames, type TraceFrame } from './trace.ts'

type Role = 'server' | 'internal' | 'database' | 'client'

/** `from` and `to` are the part of the parent's time in which the span may lie. */
interface Place {
  readonly role: Role
  readonly visit: number
  readonly parent: number
  readonly from: number
  readonly to: number
}

const PLACES: readonly Place[] = [
  { role: 'server', visit: 0, parent: -1, from: 0, to: 1 },
  { role: 'client', visit: 0, parent: 0, from: 0.02, to: 0.48 },
  { role: 'server', visit: 1, parent: 1, from: 0.02, to: 0.98 },
  { role: 'database', visit: 1, parent: 2, from: 0.05, to: 0.4 },
  { role: 'internal', visit: 2, parent: 2, from: 0.45, to: 0.95 },
  { role: 'internal', visit: 2, parent: 4, from: 0.1, to: 0.9 },
  { role: 'server', visit: 3, parent: 0, from: 0.5, to: 0.98 },
  { role: 'database', visit: 3, parent: 6, from: 0.05, to: 0.5 },
  { role: 'internal', visit: 4, parent: 6, from: 0.55, to: 0.95 },
]

export interface PayloadSpan {
  readonly trace: TraceFrame
  /** 0 to 8: which of the trace's span ids is its own, and which its parent's (-1: none). */
  readonly index: number
  readonly parent: number
  readonly service: number
  readonly name: string
  /** As OTLP numbers it: 1 internal, 2 server, 3 client. */
  readonly kind: 1 | 2 | 3
  /** Nanoseconds since the payload's start. */
  readonly start: number
  readonly end: number
  readonly attributes: readonly Attribute[]
  /** It ends in an exception, and carries the event. */
  readonly failed: boolean
}

/** @param count spans; the last trace is cut when it is no multiple of nine */
export function* payloadSpans(seed: number, count: number, tracesPerSecond: number): Generator<PayloadSpan> {
  const random = new Random(seed, 2)
  let left = count
  for (const trace of traceFrames(seed, tracesPerSecond)) {
    for (const span of spansOfTrace(trace, random).slice(0, left)) yield span
    left -= SPANS_PER_TRACE
    if (left <= 0) return
  }
}

function spansOfTrace(trace: TraceFrame, random: Random): PayloadSpan[] {
  const spans: PayloadSpan[] = []
  for (const [index, place] of PLACES.entries()) {
    const [start, end] = times(place, spans[place.parent], trace, random)
    const failed = random.below(100) === 0
    const service = trace.services[place.visit]!
    const content = CONTENT[place.role](service, failed, random)
    spans.push({ trace, index, parent: place.parent, service, start, end, failed, ...content })
  }
  return spans
}

/** Strictly inside the parent, to the nanosecond at random. */
function times(
  place: Place,
  parent: PayloadSpan | undefined,
  trace: TraceFrame,
  random: Random,
): [number, number] {
  if (!parent) return [trace.start, trace.start + trace.duration]
  const whole = parent.end - parent.start
  const room = whole * (place.to - place.from)
  const start = Math.ceil(parent.start + whole * place.from + room * 0.3 * random.unit())
  return [start, start + Math.floor(room * (0.3 + 0.4 * random.unit()))]
}

type Content = Pick<PayloadSpan, 'name' | 'kind' | 'attributes'>

const CONTENT: Record<Role, (service: number, failed: boolean, random: Random) => Content> = {
  server(service, failed, random) {
    const route = random.pick(shop.ROUTES[service]!)
    const attributes = [
      route.method,
      { key: 'url.path', value: route.path + random.hex(4) },
      shop.SCHEME,
      shop.SERVER_ADDRESSES[service]!,
      shop.SERVER_PORT,
      random.pick(shop.CLIENTS),
      shop.REGION,
      random.pick(shop.USER_AGENTS),
      route.route,
      { key: 'user.id', value: `u${random.below(shop.USERS)}` },
      failed ? shop.FAILED : shop.OK,
    ]
    return { name: route.name, kind: 2, attributes }
  },
  internal(_service, _failed, random) {
    const step = random.pick(shop.STEPS)
    const attributes = [...step.attributes, { key: 'app.items', value: 1 + random.below(12) }]
    return { name: step.name, kind: 1, attributes }
  },
  database() {
    return { name: shop.DATABASE.name, kind: 3, attributes: shop.DATABASE.attributes }
  },
  client(_service, failed, random) {
    const url = `https://pay.example/v1/charges/${random.hex(4)}${random.hex(1)}`
    const attributes = [
      ...shop.PROVIDER.attributes,
      { key: 'url.full', value: url },
      failed ? shop.FAILED : shop.OK,
    ]
    return { name: shop.PROVIDER.name, kind: 3, attributes }
  },
}
