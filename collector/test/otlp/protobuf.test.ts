/** OTLP/protobuf, rows P1 to P10: what bytes mean, and which are refused. */
import { describe, expect, it } from 'vitest'
import type { AnyValue } from '../../src/model/attributes.ts'
import { HodoscopeError } from '../../src/model/errors.ts'
import { decodeRequest } from '../../src/decode/request.ts'
import { fromProtobuf, oneLog, oneSpan, spansIn, logsIn } from './decoding.ts'
import {
  attribute,
  bytesOf,
  fixed32,
  fixed64,
  int,
  len,
  log,
  request,
  span,
  SPAN_ID,
  START,
  text,
  TRACE_ID,
  varint,
} from './wire.ts'

const one = (...fields: Uint8Array[]) => oneSpan(fromProtobuf('traces', request(span(...fields))))
const hex = (bytes: Buffer): string => bytes.toString('hex')
const refusal = (body: Uint8Array): string => {
  try {
    fromProtobuf('traces', body)
  } catch (error) {
    if (error instanceof HodoscopeError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

it('a body in which nothing is odd is the canonical body itself, and carries its facts', () => {
  const body = request(span(), span(attribute(9, 'correlation.id', text('c-1'))))
  const { request: canonical, rejected, message } = fromProtobuf('traces', body)
  expect(canonical!.body.buffer).toBe(body.buffer)
  expect(canonical).toMatchObject({
    signal: 'traces',
    items: 2,
    times: { from: START, to: START },
    untimed: false,
  })
  expect([canonical!.lookups.length, rejected, message]).toEqual([2, 0, ''])
})

describe('P1: unknown fields are skipped', () => {
  const unknown = bytesOf(
    int(1000, 2n ** 64n - 1n),
    fixed64(1001, 1n),
    len(1002, 'text'),
    fixed32(1003, 1),
    int(536_870_911, 0),
  )
  it('at every level', () => {
    const full = (extra: Uint8Array): Uint8Array =>
      bytesOf(
        len(
          1,
          len(1, attribute(1, 'a', text('b'), extra), len(3, 'an entity reference'), extra),
          len(
            2,
            len(1, len(1, 'lib'), extra),
            len(2, span(len(11, len(2, 'e'), extra), len(13, extra), len(15, int(3, 1), extra), extra)),
            extra,
          ),
          extra,
        ),
        extra,
      )
    expect(spansIn(fromProtobuf('traces', full(unknown)))).toEqual(
      spansIn(fromProtobuf('traces', full(bytesOf()))),
    )
    expect(fromProtobuf('traces', full(unknown)).message).toBe('')
  })
  it('a known field with another wire type is an unknown one', () => {
    expect(one(int(5, 7), len(6, 'x'), fixed32(9, 1))).toMatchObject({ name: '', kind: 0, attributes: [] })
  })
  it.each([6, 99, 2n ** 32n + 2n, -1])('an unknown kind (%s) and status count as 0', number => {
    const decoded = fromProtobuf(
      'traces',
      request(span(int(6, number), len(15, len(2, 'm'), int(3, number)))),
    )
    expect([oneSpan(decoded).kind, oneSpan(decoded).status, decoded.message]).toEqual([
      0,
      { code: 0, message: 'm' },
      '',
    ])
  })
})

describe('P2, P3: broken structure is refused, naming the byte', () => {
  const overlong = bytesOf(...Array.from({ length: 10 }, () => 0x80), 0x01)
  it.each<[string, Uint8Array, string]>([
    ['a group', bytesOf(0x0b, 0x0c), 'byte 1: field 1 has wire type 3; groups are not part of OTLP'],
    ['the end of a group', bytesOf(0x0c), 'byte 1: field 1 has wire type 4; groups are not part of OTLP'],
    [
      'a group in a span',
      request(span(bytesOf(0x4b, 0x4c))),
      'field 9 has wire type 3; groups are not part of OTLP',
    ],
    ['wire type 6', bytesOf(0x0e), 'byte 1: field 1 has wire type 6; groups are not part of OTLP'],
    ['field 0', bytesOf(0x02, 0x00), 'byte 0: a field number is out of range'],
    ['field 0 in a span', request(span(bytesOf(0x02, 0x00))), 'a field number is out of range'],
    ['field 0 in a span, as a number', request(span(bytesOf(0x00, 0x00))), 'a field number is out of range'],
    ['a field beyond 32 bits', bytesOf(varint(2n ** 35n), 0), 'byte 0: a field number is out of range'],
    ['a varint of 11 bytes', bytesOf(0x10, overlong), 'byte 1: a varint is longer than 10 bytes'],
    ['a varint cut short', bytesOf(0x10, 0x80), 'byte 1: a varint is cut short'],
    ['a tag alone', bytesOf(0x0a), 'byte 1: a varint is cut short'],
    [
      'a length beyond the end',
      bytesOf(0x0a, 0x02, 0x0a),
      'byte 1: a length of 2 bytes runs past the end at byte 3',
    ],
    [
      'a length beyond 32 bits',
      bytesOf(0x0a, varint(2n ** 40n)),
      'a length of 1099511627776 bytes runs past the end',
    ],
    [
      'a length of the next field',
      request(bytesOf(len(1, TRACE_ID), 0x2a, 0x7f)),
      'a length of 127 bytes runs past the end',
    ],
    ['a time cut short', request(bytesOf(0x39, 1, 2, 3)), "runs past the span's end"],
    ['a double cut short', request(span(len(9, len(2, bytesOf(0x21, 1, 2))))), 'a double runs past the end'],
    ['broken bytes in an unnamed scope', len(1, len(2, len(1, bytesOf(0x0a)))), 'a varint is cut short'],
  ])('%s', (_title, body, told) => {
    expect(refusal(body)).toMatch(/^payload_malformed: traces request, byte \d+: /)
    expect(refusal(body)).toContain(told)
  })
  it('an int of ten bytes is not', () => {
    expect(one(attribute(9, 'a', int(3, -1))).attributes).toEqual([{ key: 'a', value: -1n }])
  })
})

describe('P5: fields that stand twice', () => {
  it('of a scalar, the last counts', () => {
    const stored = one(
      len(5, 'first'),
      len(5, 'last'),
      int(6, 9),
      int(6, 3),
      fixed64(7, 5n),
      len(4, 'short'),
      len(4, SPAN_ID),
    )
    expect(stored).toMatchObject({ name: 'last', kind: 3, startTimeUnixNano: 5n, parentSpanId: hex(SPAN_ID) })
    expect(one(len(1, 'no id'), len(1, TRACE_ID)).traceId).toBe(hex(TRACE_ID))
  })
  it('sub-messages are merged: status, resource, scope', () => {
    const body = len(
      1,
      len(1, attribute(1, 'a', text('1')), int(2, 4)),
      len(
        2,
        len(1, len(1, 'name')),
        len(2, span(len(15, len(2, 'told')), len(15, int(3, 2)))),
        len(1, len(2, '1.0')),
      ),
      len(1, attribute(1, 'b', text('2'))),
    )
    expect(oneSpan(fromProtobuf('traces', body))).toMatchObject({
      status: { code: 2, message: 'told' },
      resource: {
        attributes: [
          { key: 'a', value: '1' },
          { key: 'b', value: '2' },
        ],
        droppedAttributesCount: 4,
      },
      scope: { name: 'name', version: '1.0' },
    })
  })
  it.each<[string, Uint8Array[], AnyValue]>([
    ['two members', [len(2, text('a'), int(3, 1))], 1n],
    ['two values', [len(2, text('a')), len(2, int(3, 1))], 1n],
    [
      'a list, a string, a list',
      [len(2, len(5, len(1, int(3, 1))), text('a'), len(5, len(1, int(3, 2))))],
      { kind: 'array', values: [2n] },
    ],
    [
      'two lists',
      [len(2, len(5, len(1, int(3, 1))), len(5, len(1, int(3, 2))))],
      { kind: 'array', values: [1n, 2n] },
    ],
    [
      'lists in two values',
      [len(2, len(6, attribute(1, 'x', text('1')))), len(2, len(6, attribute(1, 'y', text('2'))))],
      {
        kind: 'kvlist',
        entries: [
          { key: 'x', value: '1' },
          { key: 'y', value: '2' },
        ],
      },
    ],
    [
      'two members, nested',
      [len(2, len(5, len(1, text('a'), int(2, 1))))],
      { kind: 'array', values: [true] },
    ],
  ])('an attribute with %s', (_title, values, stored) => {
    expect(one(len(9, len(1, 'k'), ...values)).attributes).toEqual([{ key: 'k', value: stored }])
  })
  it('the body of a log', () => {
    const stored = oneLog(fromProtobuf('logs', request(log(len(5, text('a')), len(5, text('b'))))))
    expect(stored.body).toBe('b')
  })
  it('nothing else in the request is lost by it', () => {
    const odd = request(
      span(len(15), len(15)),
      span(len(5, 'other'), attribute(9, 'k', len(7, bytesOf(1, 2)))),
    )
    expect(spansIn(fromProtobuf('traces', odd)).map(s => [s.name, s.attributes])).toEqual([
      ['', []],
      ['other', [{ key: 'k', value: new Uint8Array([1, 2]) }]],
    ])
  })
})

it('P6: invalid UTF-8 is replaced, and the batch kept', () => {
  const stored = one(len(5, bytesOf(0x61, 0xff, 0x62)), attribute(9, 'k', len(1, bytesOf(0xc0, 0xaf))))
  expect([stored.name, stored.attributes]).toEqual(['a\ufffdb', [{ key: 'k', value: '\ufffd\ufffd' }]])
})

describe('P7: nesting', () => {
  const array = (depth: number): Uint8Array => (depth === 1 ? text('x') : len(5, len(1, array(depth - 1))))
  const list = (depth: number): Uint8Array =>
    depth === 1 ? text('x') : len(6, len(1, len(2, list(depth - 1))))

  it.each([array, list])('64 levels are stored, 65 reject the span', build => {
    expect(fromProtobuf('traces', request(span(attribute(9, 'k', build(64)))))).toMatchObject({ rejected: 0 })
    expect(fromProtobuf('traces', request(span(attribute(9, 'k', build(65))), span()))).toMatchObject({
      rejected: 1,
      request: { items: 1 },
      message: '1 spans rejected: a value is nested deeper than 64 levels (1).',
    })
  })
  it.each<[string, Uint8Array]>([
    ['an event', request(span(len(11, attribute(3, 'k', array(65)))))],
    ['a link', request(span(len(13, attribute(4, 'k', array(65)))))],
    ['the resource', len(1, len(1, attribute(1, 'k', list(65))), len(2, len(2, span())))],
    ['the scope', len(1, len(2, len(1, attribute(3, 'k', list(65))), len(2, span())))],
  ])('65 in %s', (_title, body) => {
    expect(fromProtobuf('traces', bytesOf(body, request(span(len(5, 'kept')))))).toMatchObject({
      rejected: 1,
      request: { items: 1 },
    })
  })
  it('65 in the body of a log', () => {
    expect(fromProtobuf('logs', request(log(len(5, array(65))), log()))).toMatchObject({
      rejected: 1,
      request: { items: 1 },
    })
  })
  it('two thousand levels are no danger', () => {
    let value: Uint8Array = text('x')
    for (let i = 0; i < 2000; i++) value = len(5, len(1, value))
    expect(fromProtobuf('traces', request(span(attribute(9, 'k', value)))).rejected).toBe(1)
  })
})

describe('P8: more records and containers than allowed', () => {
  const limits = { maxRecords: 5 }
  it.each<[string, Uint8Array]>([
    ['resources', bytesOf(...Array.from({ length: 6 }, () => len(1)))],
    ['scopes', len(1, ...Array.from({ length: 5 }, () => len(2)))],
    ['spans', request(span(), span(), span(), span())],
    ['events', request(span(len(11), len(11), len(11)))],
    ['links', request(span(len(13), len(13), len(13)))],
  ])('%s', (_title, body) => {
    expect(() => decodeRequest('traces', 'protobuf', body, limits)).toThrow(
      'the request holds more than 5 records and containers',
    )
  })
  it('as many as allowed are accepted', () => {
    expect(decodeRequest('traces', 'protobuf', request(span(), span(), span()), limits).request?.items).toBe(
      3,
    )
  })
  it('33 million empty resources of two bytes are refused quickly', () => {
    const body = Buffer.alloc(64 * 1024 * 1024, Buffer.from([0x0a, 0]))
    const began = performance.now()
    expect(refusal(body)).toContain('payload_too_large')
    expect(performance.now() - began).toBeLessThan(5000)
  })
})

describe('P9, P10: ids', () => {
  const zero = (bytes: number): Uint8Array => new Uint8Array(bytes)
  const bare = (...fields: Uint8Array[]) => fromProtobuf('traces', request(bytesOf(...fields)))
  it.each<[string, Uint8Array[], string]>([
    ['no trace id', [len(2, SPAN_ID)], 'trace_id is missing'],
    ['an empty trace id', [len(1), len(2, SPAN_ID)], 'trace_id is missing'],
    ['a short trace id', [len(1, SPAN_ID), len(2, SPAN_ID)], 'trace_id is not 16 bytes long'],
    ['a zero trace id', [len(1, zero(16)), len(2, SPAN_ID)], 'trace_id is all zero'],
    ['no span id', [len(1, TRACE_ID)], 'span_id is missing'],
    ['a long span id', [len(1, TRACE_ID), len(2, TRACE_ID)], 'span_id is not 8 bytes long'],
    ['a zero span id', [len(1, TRACE_ID), len(2, zero(8))], 'span_id is all zero'],
    [
      'a long parent',
      [len(1, TRACE_ID), len(2, SPAN_ID), len(4, TRACE_ID)],
      'parent_span_id is not 8 bytes long',
    ],
  ])('a span with %s is rejected', (_title, fields, reason) => {
    expect(bare(...fields)).toMatchObject({
      request: undefined,
      rejected: 1,
      message: `1 spans rejected: ${reason} (1).`,
    })
  })
  it.each([zero(0), zero(8)])('a parent of %s is a root', parent => {
    expect(one(len(4, parent)).parentSpanId).toBe('')
  })
  it('a link may have zero ids or none, which the specification keeps for its attributes', () => {
    const links = one(len(13, len(1, zero(16)), len(2, zero(8))), len(13, len(3, 'a=b'))).links
    expect(links.map(l => [l.traceId, l.spanId, l.traceState])).toEqual([
      ['0'.repeat(32), '0'.repeat(16), ''],
      ['', '', 'a=b'],
    ])
  })
  it.each<[string, Uint8Array[], [string, string], boolean]>([
    ['valid ids', [len(9, TRACE_ID), len(10, SPAN_ID)], [hex(TRACE_ID), hex(SPAN_ID)], false],
    ['zero ids', [len(9, zero(16)), len(10, zero(8))], ['', ''], false],
    ['a zero trace id', [len(9, zero(16)), len(10, SPAN_ID)], ['', ''], false],
    ['a zero span id', [len(9, TRACE_ID), len(10, zero(8))], [hex(TRACE_ID), ''], false],
    ['a short trace id', [len(9, SPAN_ID), len(10, SPAN_ID)], ['', ''], true],
    ['a long span id', [len(9, TRACE_ID), len(10, TRACE_ID)], [hex(TRACE_ID), ''], true],
    ['an empty trace id', [len(9), len(10)], ['', ''], false],
  ])('a log record with %s is kept', (_title, fields, ids, warned) => {
    const decoded = fromProtobuf('logs', request(log(len(3, 'INFO'), ...fields)))
    const stored = oneLog(decoded)
    expect([stored.traceId, stored.spanId, stored.severityText]).toEqual([...ids, 'INFO'])
    expect(decoded.message).toBe(
      warned
        ? 'Accepted with changes: a log record with an invalid trace or span id is kept without it (1).'
        : '',
    )
  })
})

describe('lookups and times of the canonical request', () => {
  const facts = (signal: 'traces' | 'logs', ...items: Uint8Array[]) =>
    fromProtobuf(signal, request(...items)).request!
  const other = Buffer.from(TRACE_ID).reverse()

  it('a trace id is looked up once while it repeats', () => {
    const ofOther = bytesOf(len(1, other), len(2, SPAN_ID))
    expect(facts('traces', span(), span(), ofOther, span()).lookups.length).toBe(3)
  })
  it('a correlation value is looked up on a span or log itself, as a string or in an array', () => {
    for (const key of [
      'correlation.id',
      'request.id',
      'http.request.header.x-correlation-id',
      'http.request.header.x-request-id',
    ]) {
      expect(facts('traces', span(attribute(9, key, text('c')))).lookups.length).toBe(2)
      expect(
        facts('traces', span(attribute(9, key, len(5, len(1, text('c')), len(1, text('d')))))).lookups.length,
      ).toBe(3)
      expect(facts('logs', log(attribute(6, key, text('c')))).lookups.length).toBe(1)
    }
    // The order of the fields and the width of their lengths do not matter.
    expect(facts('traces', span(len(9, len(2, text('c')), len(1, 'request.id')))).lookups.length).toBe(2)
    expect(facts('traces', span(attribute(9, 'request.id', text('c'.repeat(500))))).lookups.length).toBe(2)
  })
  it('and nowhere else: events, links, resources, other keys, other types', () => {
    const key = 'correlation.id'
    const none = span(
      len(11, attribute(3, key, text('c'))),
      len(13, attribute(4, key, text('c'))),
      attribute(9, 'correlation.ID', text('c')),
      attribute(9, key, int(3, 1)),
      attribute(9, key),
    )
    expect(facts('traces', none).lookups.length).toBe(1)
  })
  it('the lookup is the hash of the id, as the store computes it', async () => {
    const { lookupHash } = await import('../../src/model/lookup-hash.ts')
    const value = Buffer.from('c-1')
    expect(
      [...facts('traces', span(attribute(9, 'request.id', text('c-1')))).lookups].toSorted((a, b) => a - b),
    ).toEqual([lookupHash(TRACE_ID, 0, 16), lookupHash(value, 0, 3)].toSorted((a, b) => a - b))
  })
  it('times are the starts of spans, exact to the nanosecond', () => {
    const at = (nano: bigint) => span(fixed64(7, nano))
    const { times } = facts(
      'traces',
      at(1_544_712_660_000_999_999n),
      at(1_544_712_659_999_999_999n),
      at(1_544_712_661_000_000_000n),
    )
    expect(times).toEqual({ from: 1_544_712_659_999_999_999n, to: 1_544_712_661_000_000_000n })
    expect(facts('traces', at(0n), at(2n ** 64n - 1n)).times).toEqual({ from: 0n, to: 2n ** 64n - 1n })
    expect(facts('traces', bytesOf(len(1, TRACE_ID), len(2, SPAN_ID)), span()).times!.from).toBe(0n)
  })
  it('of logs their own, else the observed; one without any does not count', () => {
    const observed = fixed64(11, START + 5_000_000n)
    const later = START + 5_000_000n
    expect(facts('logs', log(), bytesOf(observed), bytesOf(len(3, 'INFO')))).toMatchObject({
      times: { from: START, to: later },
      untimed: true,
    })
    expect(facts('logs', bytesOf(fixed64(1, 0n), observed))).toMatchObject({
      times: { from: later, to: later },
      untimed: false,
    })
    expect(facts('logs', bytesOf(len(3, 'INFO')))).toMatchObject({ times: undefined, untimed: true })
    expect(logsIn(fromProtobuf('logs', request(bytesOf(observed))))[0]!.timeUnixNano).toBe(START + 5_000_000n)
  })
})
