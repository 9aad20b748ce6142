/**
 * The API that the host calls, made safe against what the host passes.
 *
 * The SDK reads attributes, options and carriers as they come; a getter that throws then throws out of
 * `span.setAttribute` into the host's handler, and a long text in the place of attributes is walked letter by letter.
 * Each method that the host reaches is wrapped where it is defined, on the prototype: arguments that cannot be meant
 * are left out, and it does what it did, or nothing. The host's own function inside `startActiveSpan` and
 * `context.with` runs unguarded: what it throws is the host's.
 */
import {
  createNoopMeter,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  trace,
  type LoggerProvider,
  type MeterProvider,
  type PropagationAPI,
  type TracerProvider,
} from '@opentelemetry/api'
import type { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { complain } from './guard.ts'
import { bagOf, dimensionsOf, isContext, withBag } from './hostile.ts'

type Method = (this: unknown, ...args: unknown[]) => unknown
type Methods = Record<string, Method | undefined>

interface Guard {
  /** The arguments as the method may have them. May throw. */
  readonly arrange?: (args: unknown[]) => unknown[]
  /** The result where the method throws. */
  readonly otherwise?: (self: unknown, args: unknown[], original: Method) => unknown
}

const HARDENED = Symbol('hodoscope.hardened')

const itself: Guard['otherwise'] = self => self

const SPAN: Record<string, Guard> = {
  setAttribute: { otherwise: itself },
  setAttributes: { arrange: ([bag]) => [bagOf(bag)], otherwise: itself },
  addEvent: {
    arrange: ([name, bag, time]) => [name, isTime(bag) ? bag : bagOf(bag), time],
    otherwise: itself,
  },
  addLink: { arrange: ([link]) => [withBag(link)], otherwise: itself },
  addLinks: {
    arrange: ([links]) => [Array.isArray(links) ? links.map(withBag) : []],
    otherwise: itself,
  },
  setStatus: { otherwise: itself },
  updateName: { otherwise: itself },
  recordException: { otherwise: itself },
  end: {},
}

const TRACER: Record<string, Guard> = {
  startSpan: {
    arrange: ([name, options, context]) => [name, withBag(options), isContext(context) ? context : undefined],
    // Without its options a span still begins; where not even that is possible there is none.
    otherwise: (self, args, original) => {
      try {
        return original.call(self, typeof args[0] === 'string' ? args[0] : 'unnamed')
      } catch {
        return trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
      }
    },
  },
}

const LOGGER: Record<string, Guard> = {
  emit: { arrange: ([record]) => [withBag(record)] },
  enabled: { otherwise: () => true },
}

const INSTRUMENT: Record<string, Guard> = {
  add: { arrange: ([value, bag, context]) => [value, dimensionsOf(bag), context] },
  record: { arrange: ([value, bag, context]) => [value, dimensionsOf(bag), context] },
  addCallback: {},
  removeCallback: {},
}

const INSTRUMENT_KINDS = [
  'createCounter',
  'createGauge',
  'createHistogram',
  'createObservableCounter',
  'createObservableGauge',
  'createObservableUpDownCounter',
  'createUpDownCounter',
]

export function hardenTracing(provider: TracerProvider): void {
  const tracer = provider.getTracer('@hodoscope/agent')
  harden(tracer, TRACER)
  hardenStartActiveSpan(tracer)
  harden(provider, { getTracer: { otherwise: () => tracer } })
}

/** @param span  any; its prototype is that of all of its kind */
export function hardenSpans(span: object): void {
  harden(span, SPAN)
}

export function hardenLogging(provider: LoggerProvider): void {
  const logger = provider.getLogger('@hodoscope/agent')
  harden(logger, LOGGER)
  harden(provider, { getLogger: { otherwise: () => logger } })
}

export function hardenMetrics(provider: MeterProvider): void {
  const meter = provider.getMeter('@hodoscope/agent')
  const noop = createNoopMeter() as unknown as Methods
  for (const kind of INSTRUMENT_KINDS) {
    const create = (meter as unknown as Methods)[kind]!
    harden(create.call(meter, `hodoscope.probe.${kind}`) as object, INSTRUMENT)
    harden(meter, { [kind]: { otherwise: () => noop[kind]!.call(noop, 'invalid') } })
  }
  harden(provider, { getMeter: { otherwise: () => meter } })
}

/** The API itself: the app's copy of it calls the propagator that is registered, which is this one's. */
export function hardenPropagation(propagation: PropagationAPI): void {
  const { _getGlobalPropagator: registered } = propagation as unknown as {
    _getGlobalPropagator: () => object
  }
  harden(registered.call(propagation), {
    inject: { arrange: ([context, ...rest]) => [isContext(context) ? context : ROOT_CONTEXT, ...rest] },
    extract: { otherwise: (_self, [context]) => context },
  })
}

/** A context that is none is the root, as it is without an SDK. */
export function hardenContexts(manager: AsyncLocalStorageContextManager): void {
  const methods = manager as unknown as Methods
  for (const name of ['with', 'bind']) {
    const original = methods[name]!
    methods[name] = function (context, ...rest) {
      return original.call(this, isContext(context) ? context : ROOT_CONTEXT, ...rest)
    }
  }
  harden(manager, { bind: { otherwise: (_self, [, target]) => target } })
}

/** Not by `harden`: it runs the host's function, whose errors are not the agent's to swallow. */
function hardenStartActiveSpan(tracer: object): void {
  const owner = ownerOf(tracer, 'startActiveSpan')
  const original = owner?.['startActiveSpan']
  if (owner === undefined || original === undefined || HARDENED in original) return
  const hardened: Method = function (...args) {
    if (args.length > 3 && !isContext(args[2])) args[2] = undefined
    return original.apply(this, args)
  }
  owner['startActiveSpan'] = Object.defineProperty(hardened, HARDENED, { value: true })
}

function harden(instance: object, guards: Record<string, Guard>): void {
  for (const [name, guard] of Object.entries(guards)) {
    const owner = ownerOf(instance, name)
    const original = owner?.[name]
    if (owner === undefined || original === undefined || HARDENED in original) continue
    owner[name] = Object.defineProperty(hardened(original, guard), HARDENED, { value: true })
  }
}

function hardened(original: Method, { arrange, otherwise }: Guard): Method {
  return function (...args) {
    try {
      return original.apply(this, arrange ? arrange(args) : args)
    } catch (error) {
      complain(error)
      return otherwise?.(this, args, original)
    }
  }
}

function ownerOf(instance: object, name: string): Methods | undefined {
  let owner: object | null = instance
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object | null
  return owner === null ? undefined : (owner as Methods)
}

/** As `addEvent` takes it in the place of attributes. */
function isTime(value: unknown): boolean {
  return typeof value === 'number' || value instanceof Date || Array.isArray(value)
}
