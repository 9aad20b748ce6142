/**
 * Decodes the payload and prints the CPU seconds (all threads, so with garbage collection) per
 * million records. Making the payload is not counted.
 *
 * Usage: node decode-bodies.ts protobufjs|hodoscope '{"kind":"spans","records":1000000,"seed":1,"perRequest":512}'
 */
import type { Decoder, DecodeOptions } from './harness/decode-cpu.ts'
import { otlpTypes } from './otlp-types.ts'
import { logRequests, spanRequests, spanRequestsJson } from './payload/payload.ts'

type Decode = (body: Uint8Array) => unknown

async function decoderOf(decoder: Decoder, { kind }: DecodeOptions): Promise<Decode> {
  if (decoder === 'protobufjs') {
    const type = kind === 'logs' ? otlpTypes().logs : otlpTypes().traces
    return body => type.decode(body)
  }
  const { decodeRequest } = await import('../src/decode/request.ts')
  const signal = kind === 'logs' ? 'logs' : 'traces'
  const encoding = kind === 'spans-json' ? 'json' : 'protobuf'
  return body => decodeRequest(signal, encoding, body)
}

function bodiesOf({ kind, records, seed, perRequest }: DecodeOptions): Uint8Array[] {
  if (kind === 'logs') return [...logRequests({ seed, perRequest, logs: records })].map(({ body }) => body)
  const requests = kind === 'spans' ? spanRequests : spanRequestsJson
  return [...requests({ seed, perRequest, spans: records })].map(({ body }) => body)
}

const options = JSON.parse(process.argv[3]!) as DecodeOptions
const decode = await decoderOf(process.argv[2] as Decoder, options)
const bodies = bodiesOf(options)

const before = process.cpuUsage()
for (const body of bodies) decode(body)
const used = process.cpuUsage(before)

console.log(JSON.stringify({ cpuSecondsPerMillion: (used.user + used.system) / options.records }))
