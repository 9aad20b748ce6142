/** Bad input: whatever arrives, the answer is a typed error or a canonical request, and nothing else happens. */
import { expect, it } from 'vitest'
import { decodeRequest, type Encoding } from '../../src/decode/request.ts'
import { encodeLogs, encodeSpans, otlpJsonOf } from '../../src/decode/objects.ts'
import { HodoscopeError } from '../../src/model/errors.ts'
import type { Signal } from '../../src/model/telemetry.ts'
import { logsIn, RECEIVED_AT, spansIn } from './decoding.ts'
import { oracleLogs, oracleSpans } from './oracle.ts'
import {
  attribute,
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
} from './wire.ts'

const SEED = 20261122

const goldenSpan = span(
  len(3, 'a=b'),
  len(4, SPAN_ID),
  len(5, 'GET /orders'),
  int(6, 2),
  fixed64(8, START + 5n),
  attribute(9, 'correlation.id', text('c-1')),
  attribute(9, 'list', len(6, attribute(1, 'x', len(5, len(1, int(3, -1)), len(1, len(7, 'raw')))))),
  int(10, 300),
  len(11, fixed64(1, START), len(2, 'exception'), attribute(3, 'double', fixed64(4, 1n)), int(4, 1)),
  len(13, len(1, TRACE_ID), len(2, SPAN_ID), len(3, 'x=y'), fixed32(6, 1)),
  len(15, len(2, 'broken'), int(3, 2)),
  fixed32(16, 257),
)
const goldenLog = log(
  int(2, 17),
  len(3, 'ERROR'),
  len(5, len(6, attribute(1, 'a', text('b')))),
  attribute(6, 'request.id', text('r')),
  len(9, TRACE_ID),
  len(10, SPAN_ID),
  fixed64(11, START),
  len(12, 'user.login'),
)
const golden: Record<Signal, Uint8Array> = {
  traces: request(goldenSpan, span()),
  logs: request(goldenLog, log()),
}
const signals: Signal[] = ['traces', 'logs']

/**
 * Decodes; a typed refusal is as good as an acceptance. What is accepted must be canonical: a
 * second decoding changes nothing, and another decoder reads the same objects.
 */
function attempt(signal: Signal, encoding: Encoding, body: Uint8Array): 'accepted' | 'refused' {
  try {
    const decoded = decodeRequest(signal, encoding, body)
    if (decoded.request === undefined) return 'accepted'
    const { request } = decoded
    const again = decodeRequest(signal, 'protobuf', request.body)
    expect([again.rejected, again.message, again.request!.body.buffer]).toEqual([0, '', request.body.buffer])
    expect([again.request!.items, again.request!.lookups]).toEqual([request.items, request.lookups])
    if (signal === 'traces') expect(spansIn(decoded)).toEqual(oracleSpans(request.body))
    else expect(logsIn(decoded)).toEqual(oracleLogs(request.body, RECEIVED_AT))
    return 'accepted'
  } catch (error) {
    if (!(error instanceof HodoscopeError)) throw error
    expect(['payload_malformed', 'payload_too_large']).toContain(error.code)
    return 'refused'
  }
}

it.each(signals)('%s: cut at every byte, a request is refused', signal => {
  const whole = golden[signal]
  expect(attempt(signal, 'protobuf', whole)).toBe('accepted')
  for (let end = 1; end < whole.length; end++)
    expect([end, attempt(signal, 'protobuf', whole.subarray(0, end))]).toEqual([end, 'refused'])
})

it.each(signals)('%s: in JSON as well', signal => {
  const objects = decodeRequest(signal, 'protobuf', golden[signal])
  const whole = Buffer.from(
    signal === 'traces'
      ? JSON.stringify(otlpJsonOf(spansIn(objects)))
      : '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1","severityNumber":9,"body":{"stringValue":"ä"}}]}]}]}',
  )
  expect(attempt(signal, 'json', whole)).toBe('accepted')
  for (let end = 0; end < whole.length; end++)
    expect([end, attempt(signal, 'json', whole.subarray(0, end))]).toEqual([end, 'refused'])
})

/** mulberry32 */
function random(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const INTERESTING = [0x00, 0x01, 0x02, 0x07, 0x0a, 0x0b, 0x12, 0x7f, 0x80, 0xff]

/** One to four faults: a flipped bit, an odd byte, a piece left out, doubled or moved. */
function mutated(source: Uint8Array, next: (below: number) => number): Uint8Array {
  let bytes = Buffer.from(source)
  for (let faults = 1 + next(4); faults > 0; faults--) {
    const at = next(bytes.length)
    const end = Math.min(bytes.length, at + 1 + next(24))
    switch (next(5)) {
      case 0:
        bytes[at]! ^= 1 << next(8)
        break
      case 1:
        bytes[at] = INTERESTING[next(INTERESTING.length)]!
        break
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
        break
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
        break
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, end).reverse(), bytes.subarray(end)])
    }
    if (bytes.length === 0) bytes = Buffer.from([0])
  }
  return bytes
}

it.each(signals)(`%s: 4,000 mutations end in typed errors or canonical requests (seed ${SEED})`, signal => {
  const next = random(SEED)
  const outcomes = { accepted: 0, refused: 0 }
  for (let i = 0; i < 4000; i++) {
    const body = mutated(golden[signal], next)
    try {
      outcomes[attempt(signal, 'protobuf', body)]++
    } catch (error) {
      throw new Error(`mutation ${i} of seed ${SEED}: ${Buffer.from(body).toString('hex')}`, { cause: error })
    }
  }
  // Both ways are walked: a mutator that breaks everything, or nothing, tests nothing.
  expect(Math.min(outcomes.accepted, outcomes.refused)).toBeGreaterThan(400)
})

it(`JSON: 3,000 mutations end in typed errors or canonical requests (seed ${SEED})`, () => {
  const next = random(SEED)
  const whole = Buffer.from(
    JSON.stringify(otlpJsonOf(spansIn(decodeRequest('traces', 'protobuf', golden.traces)))),
  )
  const outcomes = { accepted: 0, refused: 0 }
  for (let i = 0; i < 3000; i++) outcomes[attempt('traces', 'json', mutated(whole, next))]++
  expect(Math.min(outcomes.accepted, outcomes.refused)).toBeGreaterThan(30)
})

it('protobuf with hostile keys is plain data on both sides', () => {
  const keys = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', '']
  const body = request(span(...keys.map(key => attribute(9, key, len(6, attribute(1, key, text('x')))))))
  const spans = spansIn(decodeRequest('traces', 'protobuf', body))
  expect(spans[0]!.attributes.map(a => a.key)).toEqual(keys)
  expect(spansIn(decodeRequest('traces', 'protobuf', encodeSpans(spans)))).toEqual(spans)
  expect(logsIn(decodeRequest('logs', 'protobuf', encodeLogs([])))).toEqual([])
  expect(Object.keys(Object.prototype)).toEqual([])
})

it('131,072 keys that look like integers are decoded in time', () => {
  const list = Array.from({ length: 131_072 }, (_, i) => `{"key":"${i}","value":{"intValue":${i}},"${i}":0}`)
  const ids = `"traceId":"${TRACE_ID.toString('hex')}","spanId":"${SPAN_ID.toString('hex')}"`
  const body = `{"resourceSpans":[{"scopeSpans":[{"spans":[{${ids},"attributes":[${list.join()}]}]}]}]}`
  const began = performance.now()
  expect(spansIn(decodeRequest('traces', 'json', Buffer.from(body)))[0]!.attributes.length).toBe(131_072)
  expect(performance.now() - began).toBeLessThan(5000)
})
