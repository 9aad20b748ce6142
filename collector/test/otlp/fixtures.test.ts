/**
 * Requests of real clients, byte for byte as they were captured, and the specification's examples:
 * what comes out is what went in.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodeRequest } from '../../src/decode/request.ts'
import { encodeLogs, encodeSpans, otlpJsonOf } from '../../src/decode/objects.ts'
import type { Signal } from '../../src/model/telemetry.ts'
import { fromJson, logsIn, RECEIVED_AT, spansIn } from './decoding.ts'
import { modelOfJson } from './json-oracle.ts'
import { oracleLogs, oracleSpans } from './oracle.ts'

const fixtures = process.env['HODOSCOPE_FIXTURES']
if (fixtures === undefined)
  console.warn('SKIPPED: HODOSCOPE_FIXTURES is not set; real captures are not tested')

interface Capture {
  name: string
  signal: Signal
  encoding: 'protobuf' | 'json'
  body: Uint8Array
}

function captures(folder: string): Capture[] {
  return readdirSync(folder)
    .filter(file => /_v1_(traces|logs)\.meta\.json$/.test(file))
    .map(file => {
      const head = readFileSync(join(folder, file), 'utf8').toLowerCase()
      const sent = readFileSync(join(folder, file.replace('.meta.json', '.body')))
      return {
        name: file.replace('.meta.json', ''),
        signal: file.includes('traces') ? ('traces' as const) : ('logs' as const),
        encoding: head.includes('x-protobuf') ? ('protobuf' as const) : ('json' as const),
        body: head.includes('"gzip"') && sent[0] === 0x1f ? gunzipSync(sent) : sent,
      }
    })
}

const inFolder = (name: string): string => join(fixtures ?? '', name)
const real = fixtures === undefined ? [] : captures(inFolder('otlp-real-captures'))

describe.skipIf(fixtures === undefined)('requests of real clients', () => {
  it('there are some of each signal and encoding', () => {
    const kinds = new Set(real.map(c => `${c.signal} ${c.encoding}`))
    expect([...kinds].toSorted()).toEqual(['logs json', 'logs protobuf', 'traces json', 'traces protobuf'])
  })
  it.each(real)('$name ($encoding)', ({ signal, encoding, body }) => {
    const decoded = decodeRequest(signal, encoding, body)
    const text = (): string => Buffer.from(body).toString('utf8')
    expect([decoded.rejected, decoded.message]).toEqual([0, ''])
    if (signal === 'traces') {
      const spans = spansIn(decoded)
      expect(spans).toEqual(encoding === 'json' ? modelOfJson.spans(text()) : oracleSpans(body))
      expect(spansIn(decodeRequest('traces', 'protobuf', encodeSpans(spans)))).toEqual(spans)
      expect(spansIn(fromJson('traces', otlpJsonOf(spans)))).toEqual(spans)
    } else {
      const logs = logsIn(decoded)
      expect(logs).toEqual(encoding === 'json' ? modelOfJson.logs(text()) : oracleLogs(body, RECEIVED_AT))
      expect(logsIn(decodeRequest('logs', 'protobuf', encodeLogs(logs)))).toEqual(logs)
    }
  })
})

describe.skipIf(fixtures === undefined)('examples of the specification', () => {
  const example = (name: string): string => readFileSync(join(inFolder('otlp-proto-examples'), name), 'utf8')
  it('trace.json', () => {
    const spans = spansIn(fromJson('traces', example('trace.json')))
    expect(spans.length).toBeGreaterThan(0)
    expect(spans).toEqual(modelOfJson.spans(example('trace.json')))
  })
  it.each(['logs.json', 'events.json'])('%s', name => {
    const logs = logsIn(fromJson('logs', example(name)))
    expect(logs.length).toBeGreaterThan(0)
    expect(logs).toEqual(modelOfJson.logs(example(name)))
  })
  it('none is left out', () => {
    const files = readdirSync(inFolder('otlp-proto-examples')).filter(file => file.endsWith('.json'))
    expect(files).toEqual(['events.json', 'logs.json', 'metrics.json', 'trace.json'])
    expect(existsSync(inFolder('otlp-real-captures'))).toBe(true)
  })
})
