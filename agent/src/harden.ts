/**
 * The API that the host calls, made safe against what the host passes.
 *
 * The SDK reads attributes, options and carriers as they come; a getter that throws then throws out of
 * `span.setAttribute` into the host's handler. Each method that the host reaches is wrapped where it is defined, on
 * the prototype: it does what it did, or nothing. The host's own function inside `startActiveSpan` and `context.with`
 * runs unguarded: what it throws is the host's.
 */
import {
  createNoopMeter,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  trace,
  type Context,
  type LoggerProvider,
  type MeterProvider,
  type TextMapPropagator,
  type TracerProvider,
} from '@opentelemetry/api'
import type { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { complain } from './guard.ts'

type Method = (this: unknown, ...args: unknown[]) => unknown
type Methods = Record<string, Method | undefined>

const HARDENED = Symbol('hodoscope.hardened')

const SPAN_METHODS = [
  'setAttribute',
  'setAttributes',
  'addEvent',
  'addLink',
  'addLinks',
  'setStatus',
  'updateName',
  'recordException',
]
const METER_METHODS = [
  'createCounter',
  'createGauge',
  'createHistogram',
  'createObservableCounter',
  'createObservableGauge',
  'createObservableUpDownCounter',
  'createUpDownCounter',
]

export function hardenTracing(provider: TracerProvider): void {
  hardenPrototype(provider, ['getTracer'], () => trace.getTracerProvider().getTracer('unnamed'))
  const tracer = provider.getTracer('@hodoscope/agent')
  // Without its options a span still begins; where not even that is possible there is none.
  hardenPrototype(tracer, ['startSpan'], (self, args, original) => {
    try {
      return original.call(self, String(args[0]))
    } catch {
      return trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
    }
  })
}

/** @param span  any; its prototype is that of all recording spans */
export function hardenSpans(span: object): void {
  hardenPrototype(span, [...SPAN_METHODS, 'end'], self => self)
}

export function hardenLogging(provider: LoggerProvider): void {
  hardenPrototype(provider.getLogger('@hodoscope/agent'), ['emit', 'enabled'], () => undefined)
}

export function hardenMetrics(provider: MeterProvider): void {
  const meter = provider.getMeter('@hodoscope/agent')
  const noop = createNoopMeter() as unknown as Methods
  for (const name of METER_METHODS) {
    const created = (meter as unknown as Methods)[name]!.call(meter, `hodoscope.probe.${name.toLowerCase()}`)
    hardenPrototype(created as object, ['add', 'record', 'addCallback', 'removeCallback'], () => undefined)
    hardenPrototype(meter, [name], () => noop[name]!.call(noop, 'invalid'))
  }
}

export function hardenPropagation(propagator: TextMapPropagator): void {
  hardenPrototype(propagator, ['inject', 'extract'], (_self, args) => args[0])
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
}

function isContext(value: unknown): value is Context {
  try {
    return typeof (value as Context | undefined)?.getValue === 'function'
  } catch {
    return false
  }
}

/** @param otherwise  gives the result where the method throws */
function hardenPrototype(
  instance: object,
  names: readonly string[],
  otherwise: (self: unknown, args: unknown[], original: Method) => unknown,
): void {
  for (const name of names) {
    const owner = ownerOf(instance, name)
    const original = owner?.[name]
    if (owner === undefined || typeof original !== 'function' || HARDENED in original) continue
    const hardened: Method = function (...args) {
      try {
        return original.apply(this, args)
      } catch (error) {
        complain(error)
        return otherwise(this, args, original)
      }
    }
    owner[name] = Object.defineProperty(hardened, HARDENED, { value: true })
  }
}

function ownerOf(instance: object, name: string): Methods | undefined {
  for (
    let owner: object | null = instance;
    owner !== null;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    if (Object.hasOwn(owner, name)) return owner as Methods
  }
  return undefined
}
