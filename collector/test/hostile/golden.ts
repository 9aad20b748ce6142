/**
 * The well-formed inputs that are made hostile: small, so that a fault hits something, and between
 * them every field of the format.
 */
import { encodeLogs, encodeSpans, otlpJsonOf, spansOf } from '../../src/decode/objects.ts'
import type { Attributes } from '../../src/model/attributes.ts'
import type { LogRecord, Signal, Span } from '../../src/model/telemetry.ts'
import { unixNano } from '../../src/model/time.ts'

const START = 1_700_000_000_000_000_000n
const TRACE_ID = '0102030405060708090a0b0c0d0e0f10'
const SPAN_ID = '1112131415161718'

const everyKind: Attributes = [
  { key: 'text', value: 'ä"\\\u0000' },
  { key: 'request.id', value: 'r-1' },
  { key: 'whole', value: -(2n ** 63n) },
  { key: 'real', value: -0 },
  { key: 'yes', value: true },
  { key: 'raw', value: new Uint8Array([0, 255]) },
  { key: 'nothing', value: null },
  { key: '__proto__', value: { kind: 'array', values: ['a', 1n, null] } },
  { key: '7', value: { kind: 'kvlist', entries: [{ key: 'text', value: 'deep' }] } },
]
const resource = {
  attributes: [{ key: 'service.name', value: 'web' }],
  droppedAttributesCount: 1,
  schemaUrl: 'u',
}
const scope = { name: 'lib', version: '1', attributes: [], droppedAttributesCount: 0, schemaUrl: '' }

const bare: Span = {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  parentSpanId: '',
  traceState: '',
  flags: 0,
  name: 'GET /',
  kind: 2,
  startTimeUnixNano: unixNano(START),
  endTimeUnixNano: unixNano(START + 5n),
  attributes: [],
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
  status: { code: 0, message: '' },
  resource,
  scope,
}
const full: Span = {
  ...bare,
  parentSpanId: SPAN_ID,
  traceState: 'a=b',
  flags: 257,
  attributes: everyKind,
  droppedAttributesCount: 300,
  events: [
    {
      timeUnixNano: unixNano(START),
      name: 'exception',
      attributes: [{ key: 'exception.type', value: 'E' }],
      droppedAttributesCount: 1,
    },
  ],
  links: [
    {
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceState: '',
      attributes: [],
      droppedAttributesCount: 2,
      flags: 1,
    },
  ],
  status: { code: 2, message: 'broken' },
}
const line: LogRecord = {
  timeUnixNano: unixNano(START),
  observedTimeUnixNano: unixNano(START + 1n),
  severityNumber: 17,
  severityText: 'ERROR',
  eventName: 'login',
  body: 'user 4711 failed after 0042 ms',
  attributes: everyKind,
  droppedAttributesCount: 0,
  flags: 1,
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  resource,
  scope,
}
const structured: LogRecord = {
  ...line,
  observedTimeUnixNano: unixNano(0n),
  body: { kind: 'kvlist', entries: everyKind },
  attributes: [],
  traceId: '',
  spanId: '',
}

const traces = [encodeSpans([full]), encodeSpans([bare, full]), encodeSpans([bare])]
const logs = [encodeLogs([line]), encodeLogs([structured, line]), encodeLogs([{ ...line, attributes: [] }])]
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

export const PROTOBUF: Readonly<Record<Signal, readonly Uint8Array[]>> = { traces, logs }
export const JSON_TEXT: Readonly<Record<Signal, readonly Uint8Array[]>> = {
  traces: traces.map(body => json(otlpJsonOf(spansOf(body)))),
  logs: [
    json({
      resourceLogs: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] },
          scopeLogs: [
            {
              scope: { name: 'lib' },
              logRecords: [
                {
                  timeUnixNano: String(START),
                  observedTimeUnixNano: '0',
                  severityNumber: 'SEVERITY_NUMBER_WARN',
                  body: { kvlistValue: { values: [{ key: 'a', value: { doubleValue: 'NaN' } }] } },
                  attributes: [
                    { key: 'n', value: { intValue: '-9223372036854775808' } },
                    { key: 'b', value: { bytesValue: 'AP8=' } },
                    { key: 'l', value: { arrayValue: { values: [{ boolValue: true }, {}] } } },
                  ],
                  flags: 1,
                  traceId: TRACE_ID.toUpperCase(),
                  spanId: SPAN_ID,
                },
              ],
            },
          ],
        },
      ],
    }),
    json({
      resourceLogs: [
        { scopeLogs: [{ logRecords: [{ timeUnixNano: 1, body: { stringValue: 'ä\u0000\ud83d\ude00' } }] }] },
      ],
    }),
  ],
}

export const SEARCHES: readonly string[] = [
  'service:checkout status:error duration>300ms http.route:/orders/* "timed out" -user.id:u_1',
  '(a OR "b \\" c") AND NOT (x.y~/^\\d+(a|b)*$/i OR span.z!=-1e300) *',
  'severity>=warn body:"charge failed" -exception.type:* resource.host.name~abc !~/x/',
  'event.name:exception link.a<=5 scope.b:"*" kind=server trace:0102030405060708',
  '- -((((a))))  OR  OR:1 "service":x log."log.a b"=2 ümläut:日本*',
]
