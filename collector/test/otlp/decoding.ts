/** Short ways from what is sent to the objects that are stored. */
import { decodeRequest, type Decoded } from '../../src/decode/request.ts'
import { logsOf, spansOf } from '../../src/decode/objects.ts'
import type { AnyValue } from '../../src/model/attributes.ts'
import type { LogRecord, Signal, Span } from '../../src/model/telemetry.ts'
import { unixNano } from '../../src/model/time.ts'
import { SPAN_ID, TRACE_ID } from './wire.ts'

export const RECEIVED_AT = unixNano(1_700_000_000_000_000_000n)

export const spansIn = ({ request }: Decoded): Span[] => (request === undefined ? [] : spansOf(request.body))
export const logsIn = ({ request }: Decoded): LogRecord[] =>
  request === undefined ? [] : logsOf(request.body, RECEIVED_AT)

export const fromProtobuf = (signal: Signal, body: Uint8Array): Decoded =>
  decodeRequest(signal, 'protobuf', body)
export const fromJson = (signal: Signal, body: unknown): Decoded =>
  decodeRequest(signal, 'json', Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))

/** JSON text of a request with one span: the ids that it needs, and the given members as they stand. */
export const spanText = (members: string): string =>
  `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${TRACE_ID.toString('hex')}","spanId":"${SPAN_ID.toString('hex')}",${members}}]}]}]}`
export const logText = (members: string): string =>
  `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{${members}}]}]}]}`

/** The span of a request with one span. */
export function oneSpan(decoded: Decoded): Span {
  const spans = spansIn(decoded)
  if (spans.length !== 1) throw new Error(`${spans.length} spans: ${decoded.message}`)
  return spans[0]!
}
export function oneLog(decoded: Decoded): LogRecord {
  const logs = logsIn(decoded)
  if (logs.length !== 1) throw new Error(`${logs.length} log records: ${decoded.message}`)
  return logs[0]!
}

/** The value that the JSON text of an AnyValue is stored as; the reason where its span is rejected. */
export function storedValue(value: string): AnyValue | { rejected: string } {
  const decoded = fromJson('traces', spanText(`"attributes":[{"key":"k","value":${value}}]`))
  if (decoded.rejected === 1) return { rejected: /: (.*) \(1\)/.exec(decoded.message)![1]! }
  return oneSpan(decoded).attributes[0]!.value
}
