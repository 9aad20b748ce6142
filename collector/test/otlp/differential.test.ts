/**
 * Row J19: the same data in protobuf and in JSON is stored alike. Generated payloads, the seed in
 * the report; the judges are protobufjs and the serializers of the OpenTelemetry SDK.
 */
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeLogs, encodeSpans, otlpJsonOf } from '../../src/decode/objects.ts'
import type { AnyValue } from '../../src/model/attributes.ts'
import type { LogRecord, Resource, Scope, Span, SpanKind, StatusCode } from '../../src/model/telemetry.ts'
import { unixNano } from '../../src/model/time.ts'
import { fromJson, fromProtobuf, logsIn, RECEIVED_AT, spansIn } from './decoding.ts'
import { oracleLogs, oracleSpans } from './oracle.ts'
import { sdkSpans } from './sdk.ts'

const RUNS = { numRuns: 300, seed: 20261122 }

const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ minLength: 120, maxLength: 140 }),
  fc.constantFrom('', '__proto__', 'constructor', 'toString', '\0', 'correlation.id', 'ä'.repeat(64)),
)
/** A key that stands on a record twice is as good as any other. */
const anyValue: fc.Memo<AnyValue> = fc.memo(depth =>
  fc.oneof<fc.Arbitrary<AnyValue>[]>(
    text,
    fc.boolean(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.double(),
    fc.uint8Array({ maxLength: 20 }).map(bytes => new Uint8Array(bytes)),
    fc.constant(null),
    ...(depth <= 1
      ? []
      : [
          fc
            .array(anyValue(depth - 1), { maxLength: 3 })
            .map((values): AnyValue => ({ kind: 'array', values })),
          attributesOf(depth - 1).map((entries): AnyValue => ({ kind: 'kvlist', entries })),
        ]),
  ),
)
const attributesOf = (depth: number) =>
  fc.array(fc.record({ key: text, value: anyValue(depth) }), { maxLength: 4 })
const attributes = attributesOf(4)

const count = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 32 - 1 }))
const nano = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(unixNano)
const id = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .filter(id => id.some(byte => byte !== 0))
    .map(id => Buffer.from(id).toString('hex'))
const perhaps = (hex: fc.Arbitrary<string>) => fc.oneof(fc.constant(''), hex)

const resource: fc.Arbitrary<Resource> = fc.record({
  attributes,
  droppedAttributesCount: count,
  schemaUrl: text,
})
const scope: fc.Arbitrary<Scope> = fc.record({
  name: text,
  version: text,
  attributes,
  droppedAttributesCount: count,
  schemaUrl: text,
})

const span = (resource: Resource, scope: Scope): fc.Arbitrary<Span> =>
  fc.record({
    traceId: id(16),
    spanId: id(8),
    parentSpanId: perhaps(id(8)),
    traceState: text,
    flags: count,
    name: text,
    kind: fc.integer({ min: 0, max: 5 }) as fc.Arbitrary<SpanKind>,
    startTimeUnixNano: nano,
    endTimeUnixNano: nano,
    attributes,
    droppedAttributesCount: count,
    events: fc.array(
      fc.record({ timeUnixNano: nano, name: text, attributes, droppedAttributesCount: count }),
      { maxLength: 2 },
    ),
    droppedEventsCount: count,
    links: fc.array(
      fc.record({
        traceId: perhaps(id(16)),
        spanId: perhaps(id(8)),
        traceState: text,
        attributes,
        droppedAttributesCount: count,
        flags: count,
      }),
      { maxLength: 2 },
    ),
    droppedLinksCount: count,
    status: fc.record({ code: fc.integer({ min: 0, max: 2 }) as fc.Arbitrary<StatusCode>, message: text }),
    resource: fc.constant(resource),
    scope: fc.constant(scope),
  })

const log = (resource: Resource, scope: Scope): fc.Arbitrary<LogRecord> =>
  fc.record({
    timeUnixNano: nano.filter(time => time !== 0n),
    observedTimeUnixNano: nano,
    severityNumber: fc.integer({ min: 0, max: 24 }),
    severityText: text,
    eventName: text,
    body: anyValue(4),
    attributes,
    droppedAttributesCount: count,
    flags: count,
    traceId: perhaps(id(16)),
    spanId: perhaps(id(8)),
    resource: fc.constant(resource),
    scope: fc.constant(scope),
  })

/** Some groups of some items. */
const groups = <T>(item: (resource: Resource, scope: Scope) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc
    .array(
      fc
        .tuple(resource, scope)
        .chain(([resource, scope]) => fc.array(item(resource, scope), { minLength: 1, maxLength: 3 })),
      { minLength: 1, maxLength: 3 },
    )
    .map(lists => lists.flat())

/** Lone surrogates become U+FFFD on any wire. */
const wellFormed = <T>(value: T): T => JSON.parse(JSON.stringify(value, tag), untag) as T
const tag = (_: string, value: unknown): unknown =>
  typeof value === 'bigint'
    ? { $int: String(value) }
    : value instanceof Uint8Array
      ? { $bytes: [...value] }
      : typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
        ? { $double: Object.is(value, -0) ? '-0' : String(value) }
        : typeof value === 'string'
          ? value.toWellFormed()
          : value
function untag(_: string, value: { $int?: string; $bytes?: number[]; $double?: string } | null): unknown {
  if (value?.$int !== undefined) return BigInt(value.$int)
  if (value?.$bytes !== undefined) return new Uint8Array(value.$bytes)
  if (value?.$double !== undefined) return Number(value.$double)
  return value
}

it('spans: protobuf and JSON come out as they went in, and as protobufjs reads them', () => {
  fc.assert(
    fc.property(groups(span), generated => {
      const spans = wellFormed(generated)
      const bytes = encodeSpans(spans)
      const [protobuf, json] = [fromProtobuf('traces', bytes), fromJson('traces', otlpJsonOf(spans))]
      expect(spansIn(protobuf)).toEqual(spans)
      expect(spansIn(json)).toEqual(spans)
      expect(oracleSpans(bytes)).toEqual(spans)
      const facts = ({ request, rejected, message }: typeof json) => ({
        ...request,
        body: undefined,
        rejected,
        message,
      })
      expect(facts(json)).toEqual(facts(protobuf))
      expect(json.rejected).toBe(0)
    }),
    RUNS,
  )
})

it('log records: come out as they went in, and as protobufjs reads them', () => {
  fc.assert(
    fc.property(groups(log), generated => {
      const logs = wellFormed(generated)
      const bytes = encodeLogs(logs)
      expect(logsIn(fromProtobuf('logs', bytes))).toEqual(logs)
      expect(oracleLogs(bytes, RECEIVED_AT)).toEqual(logs)
    }),
    RUNS,
  )
})

it("the SDK's two serializers say the same", async () => {
  const value = fc.oneof(
    fc.string({ maxLength: 10 }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
    fc.array(fc.string(), { maxLength: 3 }),
  )
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string({ minLength: 1 }), value, { maxKeys: 6 }), async attributes => {
      const spans = await sdkSpans(attributes)
      const protobuf = spansIn(fromProtobuf('traces', ProtobufTraceSerializer.serializeRequest(spans)!))
      const json = spansIn(
        fromJson('traces', Buffer.from(JsonTraceSerializer.serializeRequest(spans)!).toString()),
      )
      expect(json).toEqual(protobuf)
      expect(json.length).toBe(3)
    }),
    { ...RUNS, numRuns: 100 },
  )
})
