/** What was sent comes out again, field by field. */
import { expect } from 'vitest'
import type { AnyValue } from '../../../src/model/attributes.ts'
import type { LogRecord, Span } from '../../../src/model/telemetry.ts'
import { unixNano } from '../../../src/model/time.ts'
import { check } from '../check.ts'
import { all } from '../filters.ts'
import { logs, spans } from '../request.ts'
import { attrs, NO_SCOPE, patient, resource, type Scene } from '../scene.ts'
import { wholeTrace } from '../../query/whole-trace.ts'

const EVERY_VALUE = attrs(
  'text',
  'ä\u0000\n😀',
  'empty',
  '',
  'long',
  'x'.repeat(100_000),
  'true',
  true,
  'false',
  false,
  'zero',
  0n,
  'int',
  9_223_372_036_854_775_807n,
  'negative',
  -9_223_372_036_854_775_808n,
  'double',
  0.1,
  'whole double',
  3,
  'negative zero',
  -0,
  'nan',
  Number.NaN,
  'infinity',
  Number.NEGATIVE_INFINITY,
  'bytes',
  new Uint8Array([0, 1, 254, 255]),
  'no bytes',
  new Uint8Array(),
  'unset',
  null,
  'array',
  { kind: 'array', values: ['a', 1n, 1, null, true, { kind: 'array', values: [] }] },
  'map',
  { kind: 'kvlist', entries: attrs('k', 'v', 'k', 2n, '__proto__', { kind: 'kvlist', entries: [] }) },
)

const HOSTILE = attrs(
  '__proto__',
  'p',
  'constructor',
  'c',
  'toString',
  't',
  '',
  'no key',
  'b',
  1n,
  'a',
  2n,
  'b',
  'again',
  'a.b.c',
  'dots',
  'ключ',
  'key',
)

/** Byte arrays of either kind as plain ones, and without the ordinal. */
function plain(record: object): unknown {
  return strip({ ...record, ordinal: undefined })
}

function strip(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (Array.isArray(value)) return value.map(strip)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, strip(entry)]))
}

const comesBack = (caption: string, variant: (scene: Scene) => Partial<Span>) =>
  check(`a span: ${caption}`, scene => {
    const given = { ...scene.span({ id: 1 }), ...variant(scene) }
    return {
      given: [spans(scene.span({ at: 1, name: 'before' }), given, scene.span({ at: 2, name: 'behind' }))],
      then: snapshot => {
        const stored = wholeTrace(snapshot, given.traceId, 10, patient).spans.filter(
          span => span.spanId === scene.spanId(1),
        )
        expect(stored.map(plain)).toEqual([plain(given)])
      },
    }
  })

const logComesBack = (caption: string, variant: (scene: Scene) => Partial<LogRecord>) =>
  check(`a log: ${caption}`, scene => {
    const given = { ...scene.log(), ...variant(scene) }
    return {
      given: [logs(given)],
      then: snapshot => {
        const answer = snapshot.searchLogs(
          { filter: all, range: scene.day, order: 'oldest', limit: 10 },
          patient,
        )
        expect(answer.logs.map(plain)).toEqual([plain(given)])
      },
    }
  })

const BODIES: readonly (readonly [string, AnyValue])[] = EVERY_VALUE.map(({ key, value }) => [key, value])

export const FIDELITY = [
  comesBack('every kind of value', () => ({ attributes: EVERY_VALUE })),
  comesBack('order, repeated and hostile keys', () => ({ attributes: HOSTILE })),
  comesBack('no attributes at all', () => ({ attributes: [] })),
  comesBack('two thousand attributes', () => ({
    attributes: attrs(...Array.from({ length: 2000 }, (_, n) => [`key.${n}`, BigInt(n)]).flat()),
  })),
  comesBack('events', scene => ({
    events: [
      { timeUnixNano: scene.at(0.5), name: 'exception', attributes: EVERY_VALUE, droppedAttributesCount: 7 },
      { timeUnixNano: unixNano(0n), name: '', attributes: HOSTILE, droppedAttributesCount: 0 },
    ],
    droppedEventsCount: 3,
  })),
  comesBack('links', scene => ({
    links: [
      {
        traceId: scene.traceId(5),
        spanId: scene.spanId(5),
        traceState: 'a=1,b=2',
        flags: 0x301,
        attributes: EVERY_VALUE,
        droppedAttributesCount: 2,
      },
      {
        traceId: scene.traceId(6),
        spanId: scene.spanId(6),
        traceState: '',
        flags: 0,
        attributes: [],
        droppedAttributesCount: 0,
      },
    ],
    droppedLinksCount: 4_294_967_295,
  })),
  comesBack('trace state, flags, kind, status and dropped attributes', () => ({
    traceState: 'vendor=opaque',
    flags: 0x101,
    kind: 5,
    status: { code: 2, message: 'it failed' },
    droppedAttributesCount: 4_294_967_295,
  })),
  comesBack('a status message without an error', () => ({ status: { code: 1, message: 'fine' } })),
  comesBack('kind 0', () => ({ kind: 0 })),
  comesBack('an empty name', () => ({ name: '' })),
  comesBack('a long name', () => ({ name: 'n'.repeat(70_000) })),
  comesBack('an end before the start', scene => ({ endTimeUnixNano: scene.at(-500) })),
  comesBack('an end of 0', () => ({ endTimeUnixNano: unixNano(0n) })),
  comesBack('the last nanosecond', () => ({
    startTimeUnixNano: unixNano(2n ** 64n - 1n),
    endTimeUnixNano: unixNano(2n ** 64n - 1n),
  })),
  comesBack('the first nanosecond', () => ({ startTimeUnixNano: unixNano(0n) })),
  comesBack('resource and scope', () => ({
    resource: {
      attributes: [...EVERY_VALUE, ...HOSTILE],
      droppedAttributesCount: 9,
      schemaUrl: 'https://example.com/r',
    },
    scope: {
      name: 'lib',
      version: '1.2.3',
      attributes: [...HOSTILE, ...EVERY_VALUE],
      droppedAttributesCount: 8,
      schemaUrl: 'https://example.com/s',
    },
  })),
  comesBack('a resource without attributes', () => ({
    resource: { attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    scope: NO_SCOPE,
  })),
  check('one schema URL does not rub off on another', scene => {
    const urls = ['', 'https://example.com/1', 'https://example.com/2', '']
    return {
      given: [
        spans(
          ...urls.map((schemaUrl, at) =>
            scene.span({
              at,
              resource: { ...resource('shop'), schemaUrl },
              scope: { ...NO_SCOPE, schemaUrl },
            }),
          ),
        ),
      ],
      then: snapshot => {
        const stored = wholeTrace(snapshot, scene.traceId(1), 10, patient).spans
        expect(stored.map(span => span.resource.schemaUrl)).toEqual(urls)
        expect(stored.map(span => span.scope.schemaUrl)).toEqual(urls)
      },
    }
  }),

  logComesBack('every field', scene => ({
    observedTimeUnixNano: scene.at(77),
    severityNumber: 24,
    severityText: 'CRITICAL',
    eventName: 'device.lost',
    attributes: [...EVERY_VALUE, ...HOSTILE],
    droppedAttributesCount: 4_294_967_295,
    flags: 0x1,
    traceId: scene.traceId(1),
    spanId: scene.spanId(1),
    resource: resource('shop', HOSTILE),
    scope: {
      name: 'lib',
      version: '1',
      attributes: HOSTILE,
      droppedAttributesCount: 3,
      schemaUrl: 'https://example.com/s',
    },
  })),
  logComesBack('a trace id without a span id', scene => ({ traceId: scene.traceId(1) })),
  ...BODIES.map(([kind, body]) => logComesBack(`the body ${kind}`, () => ({ body }))),
]
