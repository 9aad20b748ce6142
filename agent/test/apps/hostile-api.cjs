// Every entry of the OpenTelemetry API with every hostile value; prints which calls threw, to be compared with a run
// without an agent. SEED makes more of them at random.
const api = require('@opentelemetry/api')

const thrower = new Proxy(
  {},
  Object.fromEntries(
    ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf'].map(trap => [
      trap,
      () => {
        throw new Error(`trap ${trap}`)
      },
    ]),
  ),
)
const { proxy: revoked, revoke } = Proxy.revocable({}, {})
revoke()
const { proxy: revokedCall, revoke: revokeCall } = Proxy.revocable(() => {}, {})
revokeCall()
const circular = { name: 'circular' }
circular.self = circular
const circularArray = []
circularArray.push(circularArray)
let deep = {}
for (let i = 0; i < 10_000; i++) deep = { deep }
let deepArray = []
for (let i = 0; i < 10_000; i++) deepArray = [deepArray]
class Instance {
  #secret = 1
  get value() {
    return this.#secret
  }
}
const boom = () => {
  throw new Error('boom')
}
const values = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  NaN,
  Infinity,
  -Infinity,
  2 ** 53,
  1e21,
  1e308,
  10n,
  10n ** 40n,
  '',
  'text',
  '\ud800',
  '\0\u202e\r\n',
  '__proto__',
  'x'.repeat(10_000_000),
  Symbol('symbol'),
  Symbol.iterator,
  () => 1,
  boom,
  class {},
  async () => {},
  {},
  [],
  { a: 1, b: [1, 'x', null] },
  [1, 'mixed', true, null, {}],
  Object.create(null),
  JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}'),
  Object.freeze({ frozen: Object.freeze([1]) }),
  Object.defineProperty({}, 'getter', { enumerable: true, get: boom }),
  { toString: boom },
  { toJSON: boom },
  { valueOf: boom, [Symbol.toPrimitive]: boom },
  { then: boom },
  { [Symbol.iterator]: boom, length: 3 },
  thrower,
  revoked,
  revokedCall,
  circular,
  circularArray,
  deep,
  deepArray,
  new Instance(),
  new Date(),
  new Date(NaN),
  new Error('an error'),
  Object.defineProperty(new Error('a stack that throws'), 'stack', { get: boom }),
  Object.assign(new Error('a name that is none'), { name: 5, message: {}, code: boom }),
  new Map([[1, 2]]),
  new Set([1]),
  new WeakMap(),
  new Uint8Array(1000),
  new Float64Array(8),
  new SharedArrayBuffer(8),
  Buffer.alloc(100_000, 1),
  Promise.resolve(1),
  /regex/,
  new Proxy([], { get: boom }),
  new URL('http://x/'),
  globalThis,
  process.env,
  Array.from({ length: 100_000 }, (_, i) => i),
]

const tracer = api.trace.getTracer('hostile')
const meter = api.metrics.getMeter('hostile')
const logger = api.logs.getLogger('hostile')
const counter = meter.createCounter('counter')
const upDown = meter.createUpDownCounter('up.down')
const histogram = meter.createHistogram('histogram')
const gauge = meter.createGauge('gauge')
const span = () => tracer.startSpan('span')
const ended = () => {
  const one = span()
  one.end()
  return one
}
const root = api.ROOT_CONTEXT

/** One function an entry; what it is given stands in every place in turn. */
const entries = {
  'getTracer name': v => api.trace.getTracer(v),
  'getTracer version': v => api.trace.getTracer('n', v),
  'getTracer options': v => api.trace.getTracer('n', '1', v),
  'startSpan name': v => tracer.startSpan(v).end(),
  'startSpan options': v => tracer.startSpan('n', v).end(),
  'startSpan attributes': v => tracer.startSpan('n', { attributes: v }).end(),
  'startSpan attribute': v => tracer.startSpan('n', { attributes: { v } }).end(),
  'startSpan links': v => tracer.startSpan('n', { links: v }).end(),
  'startSpan link': v => tracer.startSpan('n', { links: [v] }).end(),
  'startSpan kind': v => tracer.startSpan('n', { kind: v }).end(),
  'startSpan time': v => tracer.startSpan('n', { startTime: v }).end(),
  'startSpan context': v => tracer.startSpan('n', {}, v).end(),
  'startActiveSpan name': v => tracer.startActiveSpan(v, s => s.end()),
  'startActiveSpan options': v => tracer.startActiveSpan('n', v, s => s.end()),
  'startActiveSpan context': v => tracer.startActiveSpan('n', {}, v, s => s.end()),
  'setAttribute key': v => span().setAttribute(v, 1).end(),
  'setAttribute value': v => span().setAttribute('v', v).end(),
  'setAttribute array': v => span().setAttribute('v', [v]).end(),
  'setAttribute nested': v => span().setAttribute('v', { v: { v } }).end(),
  setAttributes: v => span().setAttributes(v).end(),
  'setAttributes value': v => span().setAttributes({ before: 1, v, after: 2 }).end(),
  'addEvent name': v => span().addEvent(v).end(),
  'addEvent attributes': v => span().addEvent('e', v).end(),
  'addEvent attribute': v => span().addEvent('e', { v }).end(),
  'addEvent time': v => span().addEvent('e', {}, v).end(),
  addLink: v => span().addLink(v).end(),
  'addLink context': v => span().addLink({ context: v }).end(),
  'addLink attributes': v => span().addLink({ context: span().spanContext(), attributes: v }).end(),
  addLinks: v => span().addLinks(v).end(),
  setStatus: v => span().setStatus(v).end(),
  'setStatus code': v => span().setStatus({ code: v }).end(),
  'setStatus message': v => span().setStatus({ code: 2, message: v }).end(),
  updateName: v => span().updateName(v).end(),
  recordException: v => span().recordException(v),
  'recordException time': v => span().recordException(new Error('x'), v),
  end: v => span().end(v),
  'ended setAttribute': v => ended().setAttribute('v', v),
  'ended end': v => ended().end(v),
  'emit record': v => logger.emit(v),
  'emit body': v => logger.emit({ body: v }),
  'emit nested body': v => logger.emit({ body: { v: [v] } }),
  'emit attributes': v => logger.emit({ body: 'b', attributes: v }),
  'emit attribute': v => logger.emit({ body: 'b', attributes: { v } }),
  'emit severity': v => logger.emit({ body: 'b', severityNumber: v, severityText: v }),
  'emit time': v => logger.emit({ body: 'b', timestamp: v, observedTimestamp: v }),
  'emit context': v => logger.emit({ body: 'b', context: v }),
  'emit exception': v => logger.emit({ body: 'b', exception: v }),
  'emit event name': v => logger.emit({ body: 'b', eventName: v }),
  'logger enabled': v => logger.enabled(v),
  'getLogger name': v => api.logs.getLogger(v),
  'getMeter name': v => api.metrics.getMeter(v),
  'counter value': v => counter.add(v),
  'counter attributes': v => counter.add(1, v),
  'counter attribute': v => counter.add(1, { v }),
  'counter context': v => counter.add(1, {}, v),
  'up-down value': v => upDown.add(v, { v }),
  'histogram value': v => histogram.record(v),
  'histogram attributes': v => histogram.record(1, v),
  'histogram attribute': v => histogram.record(1, { v }),
  'gauge value': v => gauge.record(v, { v }),
  'createCounter name': v => meter.createCounter(v),
  'createCounter options': v => meter.createCounter('c', v),
  'createHistogram advice': v => meter.createHistogram('h', { advice: v }),
  'createHistogram bounds': v =>
    meter.createHistogram('h', { advice: { explicitBucketBoundaries: v } }).record(1),
  'createObservableGauge name': v => meter.createObservableGauge(v),
  'observable callback': v => meter.createObservableGauge('o').addCallback(r => r.observe(v, v)),
  'observable callback that is none': v => meter.createObservableCounter('p').addCallback(v),
  'extract carrier': v => api.propagation.extract(root, v),
  'extract header': v => api.propagation.extract(root, { traceparent: v, tracestate: v, baggage: v }),
  'extract getter': v => api.propagation.extract(root, {}, { get: () => v, keys: () => [] }),
  'extract getter that throws': () => api.propagation.extract(root, {}, { get: boom, keys: boom }),
  'inject context': v => api.propagation.inject(v, {}),
  'inject carrier': v => api.propagation.inject(api.trace.setSpan(root, span()), v),
  'inject setter that throws': () =>
    api.propagation.inject(api.trace.setSpan(root, span()), {}, { set: boom }),
  'inject baggage': v =>
    api.propagation.inject(
      api.propagation.setBaggage(root, api.propagation.createBaggage({ k: { value: v } })),
      {},
    ),
  'inject span context': v =>
    api.propagation.inject(api.trace.setSpanContext(root, { traceId: v, spanId: v }), {}),
  'inject trace state': v =>
    api.propagation.inject(api.trace.setSpanContext(root, { ...span().spanContext(), traceState: v }), {}),
  'with context': v => api.context.with(v, () => api.trace.getActiveSpan()),
  'with context, a span in it': v => api.context.with(v, () => tracer.startSpan('n').end()),
  'with context, a log in it': v => api.context.with(v, () => logger.emit({ body: 'b' })),
  'bind target': v => api.context.bind(root, v),
  'bind context': v => api.context.bind(v, () => 1)(),
  'parent span context': v =>
    tracer.startSpan('n', {}, api.trace.setSpanContext(root, { traceId: v, spanId: v, traceFlags: v })).end(),
  'parent trace state': v =>
    tracer
      .startSpan('n', {}, api.trace.setSpanContext(root, { ...span().spanContext(), traceState: v }))
      .end(),
}

const threw = []
let calls = 0
for (const [name, entry] of Object.entries(entries)) {
  values.forEach((value, i) => {
    calls++
    try {
      entry(value)
    } catch {
      threw.push(`${name} #${i}`)
    }
  })
}

/** mulberry32 */
let state = Number(process.env.SEED ?? 1)
const random = () => {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const pick = list => list[Math.floor(random() * list.length)]
// The largest take their time; they have been everywhere once.
const small = values.slice(0, -1).filter(value => typeof value !== 'string' || value.length < 1e6)
const compose = depth => {
  const kind = Math.floor(random() * 4)
  if (depth === 0 || kind === 0) return pick(small)
  if (kind === 1) return [compose(depth - 1), compose(depth - 1)]
  const keys = [
    'a',
    '__proto__',
    'toJSON',
    'length',
    'constructor',
    'code',
    'message',
    'attributes',
    'context',
  ]
  return { [pick(keys)]: compose(depth - 1), [pick(keys)]: compose(depth - 1) }
}
const names = Object.keys(entries)
for (let i = 0; i < 10_000; i++) {
  const name = pick(names)
  const value = compose(3)
  calls++
  try {
    entries[name](value)
  } catch {
    threw.push(`random ${i}: ${name}`)
  }
}
process.stdout.write(
  `SEEN ${JSON.stringify({ values: values.length, entries: names.length, calls, threw, polluted: {}.polluted ?? null })}\n`,
)
