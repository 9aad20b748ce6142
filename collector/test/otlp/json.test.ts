/** OTLP/JSON, rows J1 to J18: what a text means. J19 is in `differential.test.ts`. */
import { describe, expect, it } from 'vitest'
import { decodeRequest } from '../../src/decode/request.ts'
import type { AnyValue } from '../../src/model/attributes.ts'
import {
  fromJson,
  fromProtobuf,
  logText,
  oneLog,
  oneSpan,
  RECEIVED_AT,
  spansIn,
  spanText,
  storedValue,
} from './decoding.ts'
import { attribute, int, request, span, text } from './wire.ts'

const HEX = '5b8efff798038103d269b633813fc60c'
const one = (members: string) => oneSpan(fromJson('traces', spanText(members)))
const rejection = (body: string): string => {
  const { rejected, message, request } = fromJson('traces', body)
  expect([rejected, request]).toEqual([1, undefined])
  return message
}
const refusal = (body: string) => (): unknown => fromJson('traces', body)

describe('J1: ids are hexadecimal in any case', () => {
  it('in spans and links', () => {
    const stored = one(
      `"traceId":"${HEX.toUpperCase()}","spanId":"EEE19b7ec3C1B174","parentSpanId":"EEE19B7EC3C1B173",` +
        `"links":[{"traceId":"${HEX.toUpperCase()}","spanId":"AAE19B7EC3C1B174"}]`,
    )
    expect([stored.traceId, stored.spanId, stored.parentSpanId]).toEqual([
      HEX,
      'eee19b7ec3c1b174',
      'eee19b7ec3c1b173',
    ])
    expect(stored.links).toMatchObject([{ traceId: HEX, spanId: 'aae19b7ec3c1b174' }])
  })
  it('in logs', () => {
    const log = oneLog(
      fromJson('logs', logText(`"traceId":"${HEX.toUpperCase()}","spanId":"EEE19B7EC3C1B174"`)),
    )
    expect([log.traceId, log.spanId]).toEqual([HEX, 'eee19b7ec3c1b174'])
  })
})

describe('J2: an id that is not, rejects the span', () => {
  it.each([
    ['base64', '"traceId":"W47/95gDgQPSabYzgT/GDA=="', 'trace_id is not hexadecimal'],
    ['base64', '"spanId":"7uGbfsPBsXQ="', 'span_id is not hexadecimal'],
    ['an odd length', `"traceId":"${HEX.slice(1)}"`, 'trace_id is not hexadecimal'],
    ['a wrong length', `"traceId":"${HEX.slice(2)}"`, 'trace_id is not 16 bytes long'],
    ['no hex', `"spanId":"gee19b7ec3c1b174"`, 'span_id is not hexadecimal'],
    ['beyond ASCII', `"spanId":"é${'0'.repeat(15)}"`, 'span_id is not hexadecimal'],
    ['all zero', `"traceId":"${'0'.repeat(32)}"`, 'trace_id is all zero'],
    ['empty', '"spanId":""', 'span_id is missing'],
    ['a number', '"spanId":12', 'span_id is not hexadecimal'],
    ['a parent of a wrong length', '"parentSpanId":"ab"', 'parent_span_id is not 8 bytes long'],
    ['a link of a wrong length', '"links":[{"traceId":"abcd"}]', "a link's trace_id is not 16 bytes long"],
    ['a link in base64', '"links":[{"spanId":"7uGbfsPBsXQ="}]', "a link's span_id is not hexadecimal"],
  ])('%s: %s', (_title, members, reason) => {
    expect(rejection(spanText(members))).toBe(`1 spans rejected: ${reason} (1).`)
  })
  it('and only it: its neighbours are stored', () => {
    const spans = `{"traceId":"${HEX}","spanId":"eee19b7ec3c1b174","name":"a"},{"traceId":"x"},{"traceId":"${HEX}","spanId":"eee19b7ec3c1b175","name":"b"}`
    const decoded = fromJson('traces', `{"resourceSpans":[{"scopeSpans":[{"spans":[${spans}]}]}]}`)
    expect([spansIn(decoded).map(s => s.name), decoded.rejected]).toEqual([['a', 'b'], 1])
  })
})

describe('J3, J4: enums', () => {
  it.each<[string, number, string]>([
    ['"kind":2', 2, ''],
    ['"kind":"2"', 2, ''],
    ['"kind":99', 0, ''],
    ['"kind":-1', 0, ''],
    ['"kind":null', 0, ''],
    ['"kind":"SPAN_KIND_SERVER"', 2, ''],
    ['"kind":"SPAN_KIND_UNSPECIFIED"', 0, ''],
    ['"kind":"SERVER"', 0, 'Accepted with changes: an unknown enum name is stored as 0 (1).'],
    ['"kind":"toString"', 0, 'Accepted with changes: an unknown enum name is stored as 0 (1).'],
  ])('%s is kind %i', (members, kind, message) => {
    const decoded = fromJson('traces', spanText(members))
    expect([oneSpan(decoded).kind, decoded.message, decoded.rejected]).toEqual([kind, message, 0])
  })
  it.each<[string, number]>([
    ['2', 2],
    ['"STATUS_CODE_ERROR"', 2],
    ['7', 0],
  ])('a status code of %s is %i', (code, stored) => {
    expect(one(`"status":{"code":${code},"message":"m"}`).status).toEqual({ code: stored, message: 'm' })
  })
  it.each<[string, number, string]>([
    ['9', 9, ''],
    ['"SEVERITY_NUMBER_ERROR2"', 18, ''],
    ['25', 0, 'Accepted with changes: a severity number outside of 0 to 24 is stored as 0 (1).'],
    ['-1', 0, 'Accepted with changes: a severity number outside of 0 to 24 is stored as 0 (1).'],
    ['"LOUD"', 0, 'Accepted with changes: an unknown enum name is stored as 0 (1).'],
  ])('a severity of %s is %i', (severity, stored, message) => {
    const decoded = fromJson('logs', logText(`"severityNumber":${severity}`))
    expect([oneLog(decoded).severityNumber, decoded.message]).toEqual([stored, message])
  })
})

it('J5: unknown members change nothing, at any level', () => {
  const plain =
    '{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"stringValue":"b"}}]},"scopeSpans":[{"scope":{"name":"s"},"spans":[' +
    `{"traceId":"${HEX}","spanId":"eee19b7ec3c1b174","events":[{"name":"e"}],"links":[{"flags":1}],"status":{"code":1}}]}]}]}`
  const extra = plain.replaceAll('{"', '{"x":{"y":[1,{"z":null}]},"')
  expect(extra.length).toBeGreaterThan(plain.length + 200)
  expect(spansIn(fromJson('traces', extra))).toEqual(spansIn(fromJson('traces', plain)))
})

describe('J6: names', () => {
  const snake = {
    resource_spans: [
      {
        resource: { dropped_attributes_count: 1 },
        schema_url: 'r',
        scope_spans: [
          {
            scope: { name: 'n', dropped_attributes_count: 2 },
            schema_url: 's',
            spans: [
              {
                trace_id: HEX,
                span_id: 'eee19b7ec3c1b174',
                parent_span_id: 'eee19b7ec3c1b173',
                trace_state: 'a=b',
                start_time_unix_nano: '1',
                end_time_unix_nano: '2',
                attributes: [{ key: 'k', value: { string_value: 'v' } }],
                dropped_attributes_count: 3,
                events: [{ time_unix_nano: '4', dropped_attributes_count: 5 }],
                dropped_events_count: 6,
                links: [
                  {
                    trace_id: HEX,
                    span_id: 'eee19b7ec3c1b172',
                    trace_state: 'c=d',
                    dropped_attributes_count: 7,
                  },
                ],
                dropped_links_count: 8,
              },
            ],
          },
        ],
      },
    ],
  }
  const camel = JSON.stringify(snake).replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

  it('snake_case means the same as lowerCamelCase', () => {
    const stored = oneSpan(fromJson('traces', snake))
    expect(stored).toEqual(oneSpan(fromJson('traces', camel)))
    expect(stored).toMatchObject({ traceState: 'a=b', droppedLinksCount: 8, scope: { schemaUrl: 's' } })
  })
  it('lowerCamelCase wins where both are given', () => {
    expect(one('"start_time_unix_nano":"1","startTimeUnixNano":"2"').startTimeUnixNano).toBe(2n)
  })
  it('logs know both as well', () => {
    const log = fromJson(
      'logs',
      '{"resource_logs":[{"scope_logs":[{"log_records":[{"severity_text":"a","event_name":"b"}]}]}]}',
    )
    expect(oneLog(log)).toMatchObject({ severityText: 'a', eventName: 'b' })
  })
})

describe('J7: 64-bit integers are exact, as strings and as numbers', () => {
  it.each<[string, bigint]>([
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['9007199254740993', 9007199254740993n],
    ['1234567890123456789', 1234567890123456789n],
    ['999999999999999', 999999999999999n],
    ['-0', 0n],
    ['1.23456789012345e18', 1234567890123450000n],
    ['9223372036854775807.0', 9223372036854775807n],
  ])('%s', (literal, exact) => {
    expect(storedValue(`{"intValue":${literal}}`)).toBe(exact)
    expect(storedValue(`{"intValue":"${literal}"}`)).toBe(exact)
  })
  it('times up to 2^64-1 too', () => {
    const stored = one('"startTimeUnixNano":18446744073709551615,"endTimeUnixNano":"18446744073709551615"')
    expect([stored.startTimeUnixNano, stored.endTimeUnixNano]).toEqual([2n ** 64n - 1n, 2n ** 64n - 1n])
  })
  it('and digits within strings are left alone', () => {
    const stored = one(
      '"name":"1234567890123456789 \\" 12345678901234567890","startTimeUnixNano":1234567890123456789',
    )
    expect([stored.name, stored.startTimeUnixNano]).toEqual([
      '1234567890123456789 " 12345678901234567890',
      1234567890123456789n,
    ])
  })
})

describe('J8: other ways to write an integer', () => {
  it.each<[string, bigint]>([
    ['1.0', 1n],
    ['1e3', 1000n],
    ['"1e3"', 1000n],
    ['12.50e1', 125n],
    ['"-1.0"', -1n],
    ['0e99', 0n],
  ])('%s is %i', (literal, integer) => {
    expect(storedValue(`{"intValue":${literal}}`)).toBe(integer)
  })
  it.each([
    '1e+21',
    '1.5',
    '""',
    '" 1"',
    '"0x10"',
    '"1_0"',
    '9223372036854775808',
    '-9223372036854775809',
    '1e999999',
    '"1e-1"',
    '"NaN"',
    'true',
    '{}',
    '[1]',
  ])('%s rejects the item', literal => {
    expect(storedValue(`{"intValue":${literal}}`)).toEqual({
      rejected: 'an intValue is not a 64-bit integer',
    })
  })
  it.each(['-1', '18446744073709551616', '"1.5"', '"now"'])('a time of %s rejects the item', literal => {
    expect(rejection(spanText(`"startTimeUnixNano":${literal}`))).toContain(
      'startTimeUnixNano is not an unsigned 64-bit',
    )
  })
  it('a count beyond 32 bits rejects the item', () => {
    expect(rejection(spanText('"droppedEventsCount":4294967296'))).toContain(
      'droppedEventsCount is not an unsigned 32-bit',
    )
    expect(one('"droppedEventsCount":4294967295').droppedEventsCount).toBe(4294967295)
  })
  it('one in a resource rejects all of its spans, and no others', () => {
    const group = (pid: string, count: number) =>
      `{"resource":{"attributes":[{"key":"process.pid","value":{"intValue":${pid}}}]},"scopeSpans":[{"spans":[${Array.from({ length: count }, () => `{"traceId":"${HEX}","spanId":"eee19b7ec3c1b174"}`).join()}]}]}`
    const decoded = fromJson(
      'traces',
      `{"resourceSpans":[${group('1', 1)},${group('1.5', 3)},${group('2', 2)}]}`,
    )
    expect([decoded.request?.items, decoded.rejected]).toEqual([3, 3])
  })
})

describe('J9: doubles', () => {
  it.each<[string, AnyValue]>([
    ['1.5', 1.5],
    ['"1.5"', 1.5],
    ['3', 3],
    ['"NaN"', Number.NaN],
    ['"Infinity"', Infinity],
    ['"-Infinity"', -Infinity],
    ['1234567890123456789', 1234567890123456800],
    ['1e400', Infinity],
    ['-0.0', -0],
    ['5e-324', 5e-324],
    ['null', null],
  ])('%s', (literal, double) => {
    expect(storedValue(`{"doubleValue":${literal}}`)).toEqual(double)
  })
  it.each(['"abc"', '""', '" 1"', '"0x10"', 'true', '[]'])('%s rejects the item', literal => {
    expect(storedValue(`{"doubleValue":${literal}}`)).toEqual({ rejected: 'a doubleValue is not a number' })
  })
})

describe('J10: bytes are base64', () => {
  it.each<[string, string]>([
    ['+/8B', 'fbff01'],
    ['-_8B', 'fbff01'],
    ['AQ==', '01'],
    ['AQ', '01'],
    ['', ''],
  ])('%j is %s', (base64, hex) => {
    expect(storedValue(`{"bytesValue":"${base64}"}`)).toEqual(new Uint8Array(Buffer.from(hex, 'hex')))
  })
  it.each(['"A"', '"AQ=A"', '"A Q="', '"ä"', '1'])('%s rejects the item', literal => {
    expect(storedValue(`{"bytesValue":${literal}}`)).toEqual({ rejected: 'a bytesValue is not base64' })
  })
})

it('J11: null is absent, for members and for elements', () => {
  const stored = one(
    '"name":null,"kind":null,"flags":null,"startTimeUnixNano":null,"status":null,"events":null,"links":[null,{"traceId":null}],' +
      '"attributes":[null,{"key":"a","value":null},{"key":null,"value":{"stringValue":null}},{"key":"b","value":{"arrayValue":{"values":[null,{"boolValue":true}]}}}]',
  )
  expect(stored).toMatchObject({ name: '', kind: 0, flags: 0, startTimeUnixNano: 0n, events: [] })
  expect(stored.links.map(l => l.traceId)).toEqual([''])
  expect(stored.attributes).toEqual([
    { key: 'a', value: null },
    { key: '', value: null },
    { key: 'b', value: { kind: 'array', values: [true] } },
  ])
})

it('J12: of a member that stands twice, the last counts', () => {
  expect(one('"name":"first","name":"last"').name).toBe('last')
})

describe('J13: every kind of value is accepted', () => {
  it.each<[string, AnyValue]>([
    ['{}', null],
    ['null', null],
    ['{"unknownValue":1}', null],
    ['{"stringValue":"a","intValue":"1"}', 1n],
    ['{"intValue":"1","stringValue":"a"}', 'a'],
    ['{"intValue":"1","stringValue":null}', 1n],
    ['{"boolValue":false}', false],
    ['{"stringValue":""}', ''],
    ['{"arrayValue":{}}', { kind: 'array', values: [] }],
    [
      '{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":1},{},{"arrayValue":{"values":[{"doubleValue":1}]}}]}}',
      { kind: 'array', values: ['a', 1n, null, { kind: 'array', values: [1] }] },
    ],
    [
      '{"kvlistValue":{"values":[{"key":"a","value":{"kvlistValue":{"values":[{"key":"b","value":{"bytesValue":"AQ=="}}]}}}]}}',
      {
        kind: 'kvlist',
        entries: [
          { key: 'a', value: { kind: 'kvlist', entries: [{ key: 'b', value: new Uint8Array([1]) }] } },
        ],
      },
    ],
  ])('%s', (literal, value) => {
    expect(storedValue(literal)).toEqual(value)
  })
  it.each<[string, string]>([
    ['{"stringValue":1}', 'a stringValue is not a string'],
    ['{"boolValue":"true"}', 'a boolValue is not a boolean'],
  ])('while %s rejects the item', (literal, rejected) => {
    expect(storedValue(literal)).toEqual({ rejected })
  })
})

it('J14: references into a string table, which only profiles have, are absent', () => {
  expect(storedValue('{"stringValueStrindex":3}')).toBe(null)
  expect(one('"attributes":[{"keyStrindex":4,"value":{"stringValue":"v"}}]').attributes).toEqual([
    { key: '', value: 'v' },
  ])
})

it('J15: keys are plain data', () => {
  const keys = [
    '',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'k'.repeat(10_240),
    'a',
    'a',
  ]
  const list = keys.map((key, i) => ({
    key,
    value: { kvlistValue: { values: [{ key, value: { intValue: i } }] } },
  }))
  const stored = one(`"attributes":${JSON.stringify(list)},"__proto__":{"name":"polluted"},"constructor":{}`)
  expect(stored.attributes).toEqual(
    keys.map((key, i) => ({ key, value: { kind: 'kvlist', entries: [{ key, value: BigInt(i) }] } })),
  )
  expect([stored.name, ({} as { name?: string }).name]).toEqual(['', undefined])
})

describe('J16: text', () => {
  it('a byte order mark is skipped', () => {
    expect(oneSpan(fromJson('traces', `\ufeff${spanText('"name":"a"')}`)).name).toBe('a')
  })
  it.each([
    ['four bytes', '𝒳😀', '𝒳😀'],
    ['a lone surrogate', '\\ud800', '\ufffd'],
    ['an escaped pair', '\\ud83d\\ude00', '😀'],
    ['NUL', '\\u0000', '\0'],
    ['right to left and zero width', '\u202e\u200b', '\u202e\u200b'],
    ['a long text beyond ASCII', 'ä'.repeat(500), 'ä'.repeat(500)],
  ])('%s', (_title, sent, stored) => {
    expect(one(`"name":"${sent}"`).name).toBe(stored)
  })
  it('invalid UTF-8 is refused', () => {
    const body = Buffer.from(spanText('"name":"\xff"'), 'latin1')
    expect(() => decodeRequest('traces', 'json', body)).toThrow('the JSON body is not valid UTF-8')
  })
})

describe('J17: what is no JSON object is refused, naming the place', () => {
  it.each([
    ['[]', 'traces request, the body: expected an object'],
    ['"a"', 'traces request, the body: expected an object'],
    ['null', 'traces request, the body: expected an object'],
    ['', 'the body is not JSON'],
    ['{}{}', 'the body is not JSON'],
    ['{}\n{}', 'the body is not JSON'],
    ['{/* c */}', 'the body is not JSON'],
    ['{"a":1,}', 'the body is not JSON'],
    ['{"a":NaN}', 'the body is not JSON'],
    ['{"a":01234567890123456789}', 'the body is not JSON'],
    ['{"a":1234567890123456789-}', 'the body is not JSON'],
    ["{'a':1}", 'the body is not JSON'],
    ['{"a":"', 'the body is not JSON'],
    ['{"resourceSpans":{}}', 'resourceSpans: expected an array'],
    ['{"resourceSpans":[1]}', 'resourceSpans[0]: expected an object'],
    [
      '{"resourceSpans":[{},{"scopeSpans":[{"spans":[7]}]}]}',
      'resourceSpans[1].scopeSpans[0].spans[0]: expected an object',
    ],
    [spanText('"attributes":{}'), 'resourceSpans[0].scopeSpans[0].spans[0].attributes: expected an array'],
    [spanText('"events":[[]]'), 'resourceSpans[0].scopeSpans[0].spans[0].events: expected an object'],
  ])('%s', (body, told) => {
    expect(refusal(body)).toThrow(told)
  })
})

describe('J18: nesting', () => {
  const nested = (depth: number): string =>
    depth === 1 ? '{"stringValue":"x"}' : `{"arrayValue":{"values":[${nested(depth - 1)}]}}`
  const listed = (depth: number): string =>
    depth === 1
      ? '{"stringValue":"x"}'
      : `{"kvlistValue":{"values":[{"key":"k","value":${listed(depth - 1)}}]}}`
  const depthOf = (value: AnyValue): number => {
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return 1
    return 1 + depthOf(value.kind === 'array' ? value.values[0]! : value.entries[0]!.value)
  }

  it.each([nested, listed])('64 levels are stored', build => {
    expect(depthOf(storedValue(build(64)) as AnyValue)).toBe(64)
  })
  it.each([nested, listed])('65 reject the item', build => {
    expect(storedValue(build(65))).toEqual({ rejected: 'a value is nested deeper than 64 levels' })
  })
  it('65 in a log body reject the record', () => {
    expect(fromJson('logs', logText(`"body":${nested(64)}`)).rejected).toBe(0)
    expect(fromJson('logs', logText(`"body":${nested(65)}`)).rejected).toBe(1)
  })
  it.each(['[', '{"a":'])('a million of %j are refused before they are parsed', bracket => {
    const began = performance.now()
    expect(refusal(bracket.repeat(1_000_000))).toThrow('nested deeper than 300 brackets at byte')
    expect(performance.now() - began).toBeLessThan(2000)
  })
  it('brackets within strings do not count', () => {
    expect(one(`"name":"${'['.repeat(1000)}\\"${'{'.repeat(1000)}"`).name.length).toBe(2001)
  })
  it('more objects than any request needs are refused before they are parsed', () => {
    const body = `{"resourceSpans":[${'{},'.repeat(4_000_001)}{}]}`
    expect(refusal(body)).toThrow('the request holds more than 1000000 records and containers')
  })
})

it('a log without any time has the time of its receipt', () => {
  expect(oneLog(fromJson('logs', logText('"severityText":"x"'))).timeUnixNano).toBe(RECEIVED_AT)
})

it('a request in JSON and one in protobuf make the same canonical request', () => {
  const json = fromJson(
    'traces',
    `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeSpans":[{"scope":{"name":"lib"},"spans":[{"traceId":"${HEX}","spanId":"eee19b7ec3c1b174","kind":3,"startTimeUnixNano":"1544712660000000123","attributes":[{"key":"correlation.id","value":{"stringValue":"c-1"}}]}]}]}]}`,
  )
  const protobuf = fromProtobuf(
    'traces',
    request(span(int(6, 3), attribute(9, 'correlation.id', text('c-1')))),
  )
  expect(spansIn(json)).toEqual(spansIn(protobuf))
  const facts = ({ request }: typeof json) => ({ ...request, body: undefined })
  expect(facts(json)).toEqual(facts(protobuf))
})
