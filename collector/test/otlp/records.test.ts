/** Rows 2.5 and 2.7: nothing that a span or a log record carries is lost, in either encoding. */
import { describe, expect, it } from 'vitest'
import { encodeLogs, encodeSpans, otlpJsonOf } from '../../src/decode/objects.ts'
import type { LogRecord, Span } from '../../src/model/telemetry.ts'
import { unixNano } from '../../src/model/time.ts'
import { fromJson, fromProtobuf, logsIn, logText, oneLog, oneSpan, spansIn, spanText } from './decoding.ts'
import { attribute, bytesOf, fixed32, fixed64, int, len, log, request, span, text } from './wire.ts'

const FULL: Span = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  parentSpanId: 'eee19b7ec3c1b173',
  traceState: 'vendor=a:b;c,other=1',
  flags: 0xffff_ffff,
  name: 'GET /orders',
  kind: 2,
  startTimeUnixNano: unixNano(1_544_712_660_000_000_001n),
  endTimeUnixNano: unixNano(1_544_712_661_000_000_002n),
  attributes: [
    { key: 'string', value: 'ä' },
    { key: 'int', value: -(2n ** 63n) },
    { key: 'double', value: -0 },
    { key: 'bool', value: false },
    { key: 'bytes', value: new Uint8Array([0, 255]) },
    { key: 'none', value: null },
    { key: 'array', value: { kind: 'array', values: ['a', 1n, null] } },
    { key: 'list', value: { kind: 'kvlist', entries: [{ key: '', value: Number.NaN }] } },
    { key: 'string', value: 'again' },
  ],
  droppedAttributesCount: 1,
  events: [
    {
      timeUnixNano: unixNano(3n),
      name: 'exception',
      attributes: [{ key: 'a', value: 1n }],
      droppedAttributesCount: 2,
    },
    { timeUnixNano: unixNano(0n), name: '', attributes: [], droppedAttributesCount: 0 },
  ],
  droppedEventsCount: 3,
  links: [
    {
      traceId: '5b8efff798038103d269b633813fc60d',
      spanId: 'eee19b7ec3c1b175',
      traceState: 'x=y',
      attributes: [{ key: 'b', value: true }],
      droppedAttributesCount: 4,
      flags: 0x301,
    },
  ],
  droppedLinksCount: 5,
  status: { code: 2, message: 'it broke' },
  resource: {
    attributes: [{ key: 'service.name', value: 'shop' }],
    droppedAttributesCount: 6,
    schemaUrl: 'https://opentelemetry.io/schemas/1.30.0',
  },
  scope: {
    name: 'lib',
    version: '1.0',
    attributes: [{ key: 'c', value: 'd' }],
    droppedAttributesCount: 7,
    schemaUrl: 'https://opentelemetry.io/schemas/1.31.0',
  },
}

const LOG: LogRecord = {
  timeUnixNano: unixNano(1_544_712_660_000_000_001n),
  observedTimeUnixNano: unixNano(1_544_712_660_000_000_002n),
  severityNumber: 24,
  severityText: 'FATAL4',
  eventName: 'user.login',
  body: { kind: 'kvlist', entries: [{ key: 'lines', value: 'one\ntwo\n' }] },
  attributes: FULL.attributes,
  droppedAttributesCount: 9,
  flags: 0xff,
  traceId: FULL.traceId,
  spanId: FULL.spanId,
  resource: FULL.resource,
  scope: FULL.scope,
}

describe('a span with everything', () => {
  it('comes back from its own bytes, which are canonical', () => {
    const body = encodeSpans([FULL])
    const decoded = fromProtobuf('traces', body)
    expect(spansIn(decoded)).toEqual([FULL])
    expect(decoded.request!.body.buffer).toBe(body.buffer)
  })
  it('comes back from OTLP/JSON as we write it', () => {
    expect(spansIn(fromJson('traces', otlpJsonOf([FULL])))).toEqual([FULL])
  })
})

describe('groups', () => {
  const other = { ...FULL, spanId: 'eee19b7ec3c1b199', scope: { ...FULL.scope, version: '2.0' } }
  const equal = { ...FULL, name: 'second', resource: { ...FULL.resource }, scope: { ...FULL.scope } }
  it('neighbours under an equal resource and scope share them', () => {
    const json = otlpJsonOf([FULL, equal, other, FULL]) as {
      resourceSpans: { scopeSpans: { spans: unknown[] }[] }[]
    }
    expect(json.resourceSpans.map(r => r.scopeSpans.map(s => s.spans.length))).toEqual([[2, 1, 1]])
  })
  it('the order of spans is kept', () => {
    const spans = [FULL, other, equal, { ...FULL, resource: { ...FULL.resource, schemaUrl: '' } }]
    expect(spansIn(fromProtobuf('traces', encodeSpans(spans)))).toEqual(spans)
    expect(spansIn(fromJson('traces', otlpJsonOf(spans)))).toEqual(spans)
  })
  it('none make an empty request', () => {
    expect([encodeSpans([]).length, encodeLogs([]).length, otlpJsonOf([])]).toEqual([
      0,
      0,
      { resourceSpans: [] },
    ])
  })
})

it('a log record with everything comes back from its own bytes', () => {
  expect(logsIn(fromProtobuf('logs', encodeLogs([LOG])))).toEqual([LOG])
})

describe('2.5: spans that are unusual', () => {
  const one = (...fields: Uint8Array[]) => oneSpan(fromProtobuf('traces', request(span(...fields))))
  it('a span with nothing but ids has defaults', () => {
    const stored = oneSpan(fromJson('traces', spanText('"name":""')))
    expect(stored).toMatchObject({
      name: '',
      kind: 0,
      status: { code: 0, message: '' },
      startTimeUnixNano: 0n,
      resource: { attributes: [], schemaUrl: '' },
      scope: { name: '', version: '' },
    })
  })
  it.each([0n, 1n, 2n ** 63n, 2n ** 64n - 1n])('a start of %i is stored as it is', time => {
    expect(one(fixed64(7, time)).startTimeUnixNano).toBe(time)
  })
  it('an end before the start is stored as it is', () => {
    expect(one(fixed64(7, 10n), fixed64(8, 3n))).toMatchObject({
      startTimeUnixNano: 10n,
      endTimeUnixNano: 3n,
    })
  })
  it('flags keep all 32 bits', () => {
    expect(one(fixed32(16, 0xffff_ffff)).flags).toBe(0xffff_ffff)
  })
  it('two thousand attributes, and a value of a mebibyte', () => {
    const many = one(...Array.from({ length: 2000 }, (_, i) => attribute(9, `k${i}`, int(3, i))))
    expect([many.attributes.length, many.attributes[1999]]).toEqual([2000, { key: 'k1999', value: 1999n }])
    const value = 'ü'.repeat(512 * 1024)
    expect(one(attribute(9, 'big', text(value))).attributes[0]!.value).toBe(value)
  })
  it('a trace of 10,008 spans', () => {
    const decoded = fromProtobuf(
      'traces',
      request(...Array.from({ length: 10_008 }, (_, i) => span(len(5, `s${i}`)))),
    )
    expect([decoded.request!.items, spansIn(decoded).at(-1)!.name, decoded.request!.lookups.length]).toEqual([
      10_008,
      's10007',
      1,
    ])
  })
})

describe('2.7: logs that are unusual', () => {
  const one = (...fields: Uint8Array[]) => oneLog(fromProtobuf('logs', request(log(...fields))))
  it.each(Array.from({ length: 25 }, (_, i) => i))('severity %i is kept', severity => {
    expect(one(int(2, severity)).severityNumber).toBe(severity)
    expect(oneLog(fromJson('logs', logText(`"severityNumber":${severity}`))).severityNumber).toBe(severity)
  })
  it.each<[string, Uint8Array[], LogRecord['body']]>([
    ['a string', [text('x')], 'x'],
    ['many lines', [text('a\nb\r\n\tc')], 'a\nb\r\n\tc'],
    [
      'a list',
      [len(6, attribute(1, 'a', text('b')))],
      { kind: 'kvlist', entries: [{ key: 'a', value: 'b' }] },
    ],
    ['an array', [len(5, len(1, int(2, 1)))], { kind: 'array', values: [true] }],
    ['bytes', [len(7, bytesOf(1, 2))], new Uint8Array([1, 2])],
    ['nothing', [], null],
  ])('a body of %s', (_title, value, stored) => {
    expect(one(len(5, ...value)).body).toEqual(stored)
  })
  it('no body at all', () => {
    expect(one().body).toBe(null)
  })
  it('a body of 16 MiB is kept whole', () => {
    const body = 'x'.repeat(16 * 1024 * 1024)
    expect((one(len(5, text(body))).body as string).length).toBe(body.length)
  })
  it('an event name makes it an event', () => {
    expect(one(len(12, 'user.login')).eventName).toBe('user.login')
  })
  it('a time of 0 stays 0 in the canonical body, so that a retried request is the same request', () => {
    const body = request(bytesOf(len(3, 'INFO')))
    expect(Buffer.compare(fromProtobuf('logs', body).request!.body, body)).toBe(0)
  })
})
