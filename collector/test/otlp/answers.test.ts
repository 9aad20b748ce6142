/** OTLP/HTTP, rows R1 to R12: what is answered. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HodoscopeError, type ErrorCode } from '../../src/model/errors.ts'
import { JSON_TYPE, PROTOBUF, startCollector, until, type Collector } from './harness.ts'
import { partialSuccessOf, statusOf } from './responses.ts'
import { bytesOf, fixed64, int, len, log, request, span, SPAN_ID, START, TRACE_ID } from './wire.ts'

let collector: Collector
beforeAll(async () => {
  collector = await startCollector()
})
afterAll(() => collector.close())
beforeEach(() => {
  collector.appended.length = 0
  collector.beforeAppend = undefined
})

const bytesIn = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer())
const spanJson = (fields: object) => ({
  traceId: TRACE_ID.toString('hex'),
  spanId: SPAN_ID.toString('hex'),
  ...fields,
})
const tracesJson = (...spans: object[]): string =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })

describe('R1: everything accepted', () => {
  it('is 200 with zero bytes in protobuf', async () => {
    const response = await collector.post('/v1/traces', PROTOBUF, request(span()))
    expect([response.status, (await bytesIn(response)).length]).toEqual([200, 0])
  })
  it('is 200 with {} in JSON', async () => {
    const response = await collector.post('/v1/traces', JSON_TYPE, tracesJson(spanJson({})))
    expect([response.status, await response.text()]).toEqual([200, '{}'])
  })
})

describe('R2: empty requests', () => {
  it.each<[string, string, Uint8Array | string]>([
    ['no bytes', PROTOBUF, ''],
    ['a resource without scopes', PROTOBUF, len(1, len(1))],
    ['a scope without spans', PROTOBUF, request()],
    ['{}', JSON_TYPE, '{}'],
    ['an empty list', JSON_TYPE, '{"resourceSpans":[]}'],
    ['null for the list', JSON_TYPE, '{"resourceSpans":null}'],
    ['a resource without scopes', JSON_TYPE, '{"resourceSpans":[{"resource":{}}]}'],
    ['a null scope', JSON_TYPE, '{"resourceSpans":[{"scopeSpans":[null]}]}'],
  ])('%s as %s is accepted, and nothing is stored', async (_title, type, body) => {
    const response = await collector.post('/v1/traces', type, body)
    expect([response.status, await response.text()]).toEqual([200, type === JSON_TYPE ? '{}' : ''])
    expect(collector.appended).toEqual([])
  })
  it('a JSON body without any byte is answered 400', async () => {
    expect((await collector.post('/v1/traces', JSON_TYPE, '')).status).toBe(400)
  })
})

describe('R3, R4: some or all rejected', () => {
  const good = span(len(5, 'good'))
  const noSpanId = bytesOf(len(1, TRACE_ID), fixed64(7, START))
  const shortTraceId = bytesOf(len(1, 'short'), len(2, SPAN_ID))

  it('is 200 with the exact count and the reasons, in protobuf', async () => {
    const response = await collector.post(
      '/v1/traces',
      PROTOBUF,
      request(good, noSpanId, shortTraceId, noSpanId),
    )
    expect(response.status).toBe(200)
    expect(partialSuccessOf(await bytesIn(response))).toEqual({
      rejected: '3',
      errorMessage: '3 spans rejected: span_id is missing (2); trace_id is not 16 bytes long (1).',
    })
    expect(collector.appended.map(r => r.items)).toEqual([1])
  })
  it('is 200 with the count as a string, in JSON', async () => {
    const body = tracesJson(spanJson({}), spanJson({ traceId: '' }), spanJson({ spanId: 'zz' }))
    const response = await collector.post('/v1/traces', JSON_TYPE, body)
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        partialSuccess: {
          rejectedSpans: '2',
          errorMessage: '2 spans rejected: span_id is not hexadecimal (1); trace_id is missing (1).',
        },
      },
    ])
    expect(collector.appended.map(r => r.items)).toEqual([1])
  })
  it('is 200 as well when all are rejected, and the store is not asked', async () => {
    const response = await collector.post('/v1/traces', PROTOBUF, request(noSpanId, noSpanId))
    expect([response.status, partialSuccessOf(await bytesIn(response))?.rejected]).toEqual([200, '2'])
    expect(collector.appended).toEqual([])
  })
  it('counts log records under their own name', async () => {
    const body = {
      resourceLogs: [
        { scopeLogs: [{ logRecords: [{ body: { intValue: '1.5' } }, { severityText: 'INFO' }] }] },
      ],
    }
    const response = await collector.post('/v1/logs', JSON_TYPE, JSON.stringify(body))
    expect(await response.json()).toEqual({
      partialSuccess: {
        rejectedLogRecords: '1',
        errorMessage: '1 log records rejected: an intValue is not a 64-bit integer (1).',
      },
    })
  })
})

it('R5: a warning has a message and no count, in both encodings', async () => {
  const told = 'Accepted with changes: a severity number outside of 0 to 24 is stored as 0 (1).'
  const json = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":25}]}]}]}'
  const inJson = await collector.post('/v1/logs', JSON_TYPE, json)
  expect([inJson.status, await inJson.json()]).toEqual([200, { partialSuccess: { errorMessage: told } }])
  const inProtobuf = await collector.post('/v1/logs', PROTOBUF, request(log(int(2, 25))))
  expect(partialSuccessOf(await bytesIn(inProtobuf))).toEqual({ rejected: '0', errorMessage: told })
  expect(collector.appended.map(r => r.items)).toEqual([1, 1])
})

describe('R6, R7: errors are a google.rpc.Status in the encoding of the request', () => {
  it.each([
    [
      PROTOBUF,
      Buffer.from([0x0a, 0x05]),
      'traces request, byte 1: a length of 5 bytes runs past the end at byte 2',
    ],
    [
      JSON_TYPE,
      '{"resourceSpans":[{"scopeSpans":{}}]}',
      'traces request, resourceSpans[0].scopeSpans: expected an array',
    ],
    [JSON_TYPE, '[]', 'traces request, the body: expected an object'],
  ])('%s', async (type, body, told) => {
    const response = await collector.post('/v1/traces', type, body)
    expect([
      response.status,
      response.headers.get('content-type'),
      response.headers.get('retry-after'),
    ]).toEqual([400, type, null])
    const status = await statusOf(response)
    expect([status.code, status.message]).toEqual([3, expect.stringContaining(told)])
    expect(status.details).toMatchObject([{ fieldViolations: [{ field: 'body', description: told }] }])
  })
  it('names the Any of its details as proto3 JSON does', async () => {
    const response = await collector.post('/v1/traces', JSON_TYPE, '[]')
    expect(await response.json()).toMatchObject({
      details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest' }],
    })
  })
})

/** `model/retry-after.ts`: short, and spread. */
const SOON: unknown = expect.stringMatching(/^[1-3]$/)

describe('R8: a store that cannot take it', () => {
  const body = request(span())
  it.each<[ErrorCode, number]>([
    ['store_busy', 503],
    ['disk_full', 503],
    ['shutting_down', 503],
    ['queries_busy', 429],
  ])('%s is answered %i with Retry-After in seconds', async (code, httpStatus) => {
    collector.beforeAppend = () => Promise.reject(new HodoscopeError(code, 'the measured reason'))
    const response = await collector.post('/v1/traces', PROTOBUF, body)
    expect([response.status, response.headers.get('retry-after')]).toEqual([httpStatus, SOON])
    expect((await statusOf(response)).message).toContain('the measured reason. ')
  })
  it('a fault without a type is a hiccup for the sender (503) and a defect for us', async () => {
    collector.beforeAppend = () => Promise.reject(new Error('SQLITE_IOERR'))
    const response = await collector.post('/v1/traces', PROTOBUF, body)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, SOON])
    expect(await response.text()).not.toContain('SQLITE_IOERR')
    expect(collector.defects.splice(0)).toEqual([new Error('SQLITE_IOERR')])
  })
  it('bodies in flight beyond the budget are refused before they are read', async () => {
    const small = await startCollector({ maxInFlightBytes: 1000 })
    let release = (): void => {}
    small.beforeAppend = () => new Promise(resolve => (release = resolve))
    const large = request(span(len(5, 'x'.repeat(800))))
    const first = small.post('/v1/traces', PROTOBUF, large)
    await until(() => small.telemetry.totals('traces').receivedItems === 1)
    const second = await small.post('/v1/traces', PROTOBUF, large)
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, SOON])
    expect((await statusOf(second)).message).toMatch(/requests in flight hold 8\d\d of 1000 bytes/)
    release()
    expect((await first).status).toBe(200)
    small.beforeAppend = undefined
    expect((await small.post('/v1/traces', PROTOBUF, large)).status).toBe(200)
    await small.close()
  })
})

it('R11: the answer waits for the store', async () => {
  const events: string[] = []
  let durable = (): void => {}
  collector.beforeAppend = () => new Promise(resolve => (durable = resolve))
  const answered = collector.post('/v1/traces', PROTOBUF, request(span())).then(() => events.push('answered'))
  await until(
    () =>
      collector.telemetry.totals('traces').receivedItems > collector.telemetry.totals('traces').storedItems,
  )
  // A full turn to a real endpoint: had the answer been sent, it would be here by now.
  await fetch(`${collector.url}/v1/traces`)
  events.push('durable')
  durable()
  await answered
  expect(events).toEqual(['durable', 'answered'])
})

it('O7: received = stored + rejected + refused, to the item', async () => {
  const own = await startCollector({ maxBodyBytes: 5000 })
  const bad = bytesOf(len(1, TRACE_ID))
  await own.post('/v1/traces', PROTOBUF, request(span(), span(), bad))
  await own.post('/v1/traces', PROTOBUF, request(bad))
  await own.post('/v1/traces', PROTOBUF, 'garbage')
  await own.post('/v1/traces', PROTOBUF, 'x'.repeat(6000))
  own.beforeAppend = () => Promise.reject(new HodoscopeError('disk_full', 'no space'))
  await own.post('/v1/traces', PROTOBUF, request(span(), span(), span(), bad))
  const { bytes: _, ...totals } = own.telemetry.totals('traces')
  expect(totals).toEqual({
    requests: 5,
    refusedRequests: 3,
    abortedRequests: 0,
    receivedItems: 8,
    storedItems: 2,
    rejectedItems: 3,
    refusedItems: 3,
  })
  const scraped = await own.registry.metrics()
  expect(scraped).toContain('hodoscope_ingest_received_items_total{signal="traces"} 8')
  expect(scraped).toContain(
    'hodoscope_ingest_refused_requests_total{signal="traces",code="payload_too_large"} 1',
  )
  expect(await own.registry.metrics()).toBe(scraped)
  await own.close()
})
