/**
 * Spans, logs, metrics and filters at random, from so few keys, names and instants that they meet: ties,
 * duplicates, orphans and hits come about by themselves.
 */
import fc from 'fast-check'
import type { Field, Filter } from '../../src/filter/ast.ts'
import { decimalNumber } from '../../src/filter/number.ts'
import type { AnyValue, Attributes } from '../../src/model/attributes.ts'
import type { LogRecord, Scope, Span } from '../../src/model/telemetry.ts'
import { metricBatch } from './generate-metrics.ts'
import { logs, spans, type Batch } from './request.ts'
import { attrs, NO_SCOPE, resource, type Scene } from './scene.ts'

const KEYS = ['k', 'http.route', '__proto__', 'correlation.id', ''] as const
const TEXTS = ['a', 'ab', 'Ab c', '7', '7.5', 'true', ''] as const
const NAMES = ['GET /', 'query', ''] as const
const SERVICES = ['web', 'db', 'Web'] as const

const scalar: fc.Arbitrary<AnyValue> = fc.constantFrom<AnyValue>(
  ...TEXTS,
  7n,
  7,
  7.5,
  -1n,
  true,
  false,
  null,
  Number.NaN,
  2n ** 60n,
  new Uint8Array([7, 8]),
)
const value: fc.Arbitrary<AnyValue> = fc.oneof(
  { weight: 8, arbitrary: scalar },
  {
    weight: 1,
    arbitrary: fc.array(scalar, { maxLength: 2 }).map((values): AnyValue => ({ kind: 'array', values })),
  },
  { weight: 1, arbitrary: scalar.map((v): AnyValue => ({ kind: 'kvlist', entries: attrs('k', v) })) },
)
const attributes: fc.Arbitrary<Attributes> = fc.array(fc.record({ key: fc.constantFrom(...KEYS), value }), {
  maxLength: 3,
})

const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.constant(NO_SCOPE),
  attributes.map((of): Scope => ({ ...NO_SCOPE, name: 'lib', attributes: of })),
)
const origin = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...SERVICES).map(name => resource(name)) },
  {
    weight: 1,
    arbitrary: attributes.map(of => ({ attributes: of, droppedAttributesCount: 0, schemaUrl: '' })),
  },
)

function spanOf(scene: Scene): fc.Arbitrary<Span> {
  const event = fc.record({
    timeUnixNano: fc.constant(scene.at(0)),
    name: fc.constantFrom('exception', ''),
    attributes,
    droppedAttributesCount: fc.constant(0),
  })
  const link = attributes.map(of => ({
    traceId: scene.traceId(9),
    spanId: scene.spanId(9),
    traceState: '',
    attributes: of,
    droppedAttributesCount: 0,
    flags: 0,
  }))
  return fc
    .record({
      trace: fc.integer({ min: 1, max: 8 }),
      id: fc.integer({ min: 1, max: 12 }),
      parent: fc.option(fc.integer({ min: 1, max: 14 }), { nil: undefined }),
      at: fc.integer({ min: 0, max: 6 }),
      lasts: fc.integer({ min: -1, max: 4 }),
      kind: fc.constantFrom(0, 1, 2, 3, 4, 5),
      name: fc.constantFrom(...NAMES),
      status: fc.record({ code: fc.constantFrom(0, 1, 2), message: fc.constantFrom('', 'Boom') }),
      attributes,
      events: fc.array(event, { maxLength: 2 }),
      links: fc.array(link, { maxLength: 1 }),
      resource: origin,
      scope,
    })
    .map(({ parent, ...sketch }) => scene.span(parent === undefined ? sketch : { ...sketch, parent }))
}

function logOf(scene: Scene): fc.Arbitrary<LogRecord> {
  return fc
    .record({
      trace: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
      at: fc.integer({ min: 0, max: 6 }),
      severityNumber: fc.constantFrom(0, 1, 9, 13, 16, 17, 24),
      body: value,
      eventName: fc.constantFrom('', 'gc'),
      attributes,
      resource: origin,
      scope,
    })
    .map(({ trace, ...sketch }) => scene.log(trace === undefined ? sketch : { ...sketch, trace }))
}

/** Requests of all signals, in the order in which they are to be stored. */
export function batchesOf(scene: Scene): fc.Arbitrary<readonly Batch[]> {
  const some = { minLength: 1, maxLength: 8 }
  return fc.array(
    fc.oneof(
      fc.array(spanOf(scene), some).map(records => spans(...records)),
      fc.array(logOf(scene), some).map(records => logs(...records)),
      metricBatch(scene),
    ),
    { minLength: 1, maxLength: 6 },
  )
}

const place = fc.constantFrom('any', 'span', 'log', 'event', 'link', 'scope', 'resource')
const field: fc.Arbitrary<Field> = fc.oneof(
  fc.record({ in: place, key: fc.constantFrom(...KEYS, 'absent') }),
  fc.record({
    in: fc.constant('intrinsic' as const),
    name: fc.constantFrom(
      'service',
      'name',
      'kind',
      'status',
      'statusMessage',
      'duration',
      'root',
      'traceId',
      'spanId',
      'parentId',
      'scope',
      'event',
      'severity',
      'body',
    ),
  }),
)
const literal = fc
  .constantFrom(
    ...TEXTS,
    ...NAMES,
    ...SERVICES,
    'server',
    'error',
    'warn',
    '1000000',
    '17',
    '-1',
    'exception',
    'gc',
    'lib',
  )
  .map(text => ({ text, number: decimalNumber(text) }))
const pattern = fc.constantFrom('a*', '*b*', '*', 'a*c', 'Ab c', '', '[*', '7*')

const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.constant<Filter>({ op: 'all' }),
  fc.record({
    op: fc.constant('text' as const),
    text: fc.constantFrom('a', 'AB', 'get', 'boom', 'web', '7', 'absent'),
  }),
  fc.record({ op: fc.constant('exists' as const), field }),
  fc.record({ op: fc.constantFrom('=', '=', '=', '<', '<=', '>', '>='), field, value: literal }),
  fc.record({ op: fc.constant('wildcard' as const), field, pattern }),
  fc.record({
    op: fc.constant('contains' as const),
    field,
    pattern: fc.constantFrom('a', 'B', '7', 'e', ''),
  }),
  fc.record({
    op: fc.constant('regex' as const),
    field,
    pattern: fc.constantFrom('^a', 'b$', '[0-9]', '(?i)AB', ''),
  }),
)

export const filter: fc.Arbitrary<Filter> = fc.letrec<{ tree: Filter }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.record({ op: fc.constantFrom('and', 'or'), of: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({ op: fc.constant('not' as const), of: tie('tree') }),
  ),
})).tree

export const KEYS_IN_USE = KEYS
