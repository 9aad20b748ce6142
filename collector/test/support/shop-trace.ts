/**
 * One failing checkout as OTLP/JSON, for tests that ask a whole collector about something:
 *
 * ```
 * |------------- shop  POST /checkout (server) -------------|   x-correlation-id c-42
 *     |------- shop  POST (client) -------|
 *         |-- payment  POST /charge (server, error) --|          with an exception event and a log
 * ```
 */
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
export const CORRELATION_ID = 'c-42'

const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
const resource = (service: string) => ({ attributes: attributes({ 'service.name': service }) })

export interface ShopTrace {
  readonly traces: unknown
  readonly logs: unknown
}

/** @param startMillis  when the checkout began, in Unix milliseconds */
export function shopTrace(startMillis: number): ShopTrace {
  const at = (millis: number) => `${BigInt(startMillis + millis) * 1_000_000n}`
  const span = (
    spanId: string,
    parentSpanId: string,
    name: string,
    kind: number,
    from: number,
    to: number,
  ) => ({
    traceId: TRACE_ID,
    spanId,
    parentSpanId,
    name,
    kind,
    startTimeUnixNano: at(from),
    endTimeUnixNano: at(to),
  })
  const checkout = {
    ...span('00f067aa0ba902b7', '', 'POST /checkout', 2, 0, 120),
    attributes: attributes({ 'http.route': '/checkout', 'correlation.id': CORRELATION_ID }),
  }
  const call = span('00f067aa0ba902b8', '00f067aa0ba902b7', 'POST', 3, 10, 90)
  const charge = {
    ...span('00f067aa0ba902b9', '00f067aa0ba902b8', 'POST /charge', 2, 20, 80),
    status: { code: 2, message: 'card declined' },
    events: [
      { timeUnixNano: at(70), name: 'exception', attributes: attributes({ 'exception.type': 'Declined' }) },
    ],
  }
  const declined = {
    timeUnixNano: at(71),
    severityNumber: 17,
    severityText: 'ERROR',
    body: { stringValue: 'card declined for order 7' },
    traceId: TRACE_ID,
    spanId: '00f067aa0ba902b9',
    attributes: attributes({ 'order.id': '7' }),
  }
  return {
    traces: {
      resourceSpans: [
        { resource: resource('shop'), scopeSpans: [{ scope: { name: 'http' }, spans: [checkout, call] }] },
        { resource: resource('payment'), scopeSpans: [{ scope: { name: 'http' }, spans: [charge] }] },
      ],
    },
    logs: {
      resourceLogs: [
        { resource: resource('payment'), scopeLogs: [{ scope: { name: 'pino' }, logRecords: [declined] }] },
      ],
    },
  }
}

/** Sends both and expects each to be acknowledged whole. */
export async function send(url: string, { traces, logs }: ShopTrace): Promise<void> {
  for (const [path, body] of [
    ['/v1/traces', traces],
    ['/v1/logs', logs],
  ] as const) {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (response.status !== 200 || text !== '{}')
      throw new Error(`${path} answered ${response.status}: ${text}`)
  }
}
