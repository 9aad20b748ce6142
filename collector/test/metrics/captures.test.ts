/** Metrics that real OTLP clients sent, replayed: nothing of them is refused. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodeRequest } from '../../src/decode/request.ts'
import { stored } from './stored-lines.ts'

const fixtures = process.env['HODOSCOPE_FIXTURES']
if (fixtures === undefined)
  console.warn('SKIPPED: HODOSCOPE_FIXTURES is not set; metrics of real clients are not tested')

describe.skipIf(fixtures === undefined)('requests of real clients', () => {
  const folder = join(fixtures ?? '', 'otlp-real-captures')
  const captures = (fixtures === undefined ? [] : readdirSync(folder)).filter(file =>
    file.endsWith('_v1_metrics.body'),
  )
  const read = (file: string): { body: Uint8Array; encoding: 'protobuf' | 'json' } => {
    const head = readFileSync(join(folder, file.replace('.body', '.meta.json')), 'utf8').toLowerCase()
    const sent = readFileSync(join(folder, file))
    return {
      body: sent[0] === 0x1f ? gunzipSync(sent) : sent,
      encoding: head.includes('x-protobuf') ? 'protobuf' : 'json',
    }
  }
  it('there are some of both encodings', () => {
    expect([...new Set(captures.map(file => read(file).encoding))].sort()).toEqual(['json', 'protobuf'])
  })
  it.each(captures)('%s is taken whole', file => {
    const { body, encoding } = read(file)
    const decoded = decodeRequest('metrics', encoding, body)
    expect([decoded.rejected, decoded.message]).toEqual([0, ''])
    expect(stored(decoded).length).toBeGreaterThanOrEqual(decoded.request!.items)
  })
  it("the specification's example", () => {
    const body = readFileSync(join(fixtures ?? '', 'otlp-proto-examples', 'metrics.json'))
    const decoded = decodeRequest('metrics', 'json', body)
    expect([decoded.rejected, decoded.message]).toEqual([0, ''])
    expect(stored(decoded).length).toBeGreaterThan(4)
  })
})
