/**
 * O6: too many different names. 100,000 services, a million attribute keys, values of 1 MiB: all of
 * it is kept or told to be left out, within 512 MiB, and what is small stays quick.
 */
import type { Case } from '../harness/case.ts'
import { Connection, getMessage, postMessage } from '../harness/connection.ts'
import { otlpTypes } from '../otlp-types.ts'
import { weather, type Storm } from '../harness/rough.ts'
import type { Figure } from '../harness/figure.ts'

const SERVICES = 100_000
const KEYS = 1_000_000
const KEYS_A_SPAN = 100
const LARGE_VALUES = 200
const MIB = 1024 * 1024
const PER_REQUEST = 500

const { traces } = otlpTypes()

interface SpanSketch {
  readonly service: string
  readonly attributes: readonly { readonly key: string; readonly value: string }[]
}

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } })

export default {
  about: `${SERVICES} services, ${KEYS} attribute keys, ${LARGE_VALUES} values of 1 MiB, in 512 MiB`,
  run: ({ folder }) =>
    weather(folder, async storm => {
      const services = await sendAll(
        storm,
        many(SERVICES, n => ({ service: `service-${n}`, attributes: [] })),
        PER_REQUEST,
      )
      const keys = await sendAll(
        storm,
        many(KEYS / KEYS_A_SPAN, n => ({ service: 'keys', attributes: keysOf(n) })),
        PER_REQUEST / 10,
      )
      const values = await sendAll(
        storm,
        many(LARGE_VALUES, n => ({
          service: 'values',
          attributes: [{ key: 'large', value: String.fromCharCode(97 + (n % 26)).repeat(MIB - 8) + n }],
        })),
        8,
      )
      const { ingest, store } = await storm.collector.status()
      const sent = SERVICES + KEYS / KEYS_A_SPAN + LARGE_VALUES
      return [
        {
          name: 'requests of services not acknowledged',
          value: services,
          unit: 'requests',
          bar: { atMost: 0 },
        },
        { name: 'requests of keys not acknowledged', value: keys, unit: 'requests', bar: { atMost: 0 } },
        { name: 'requests of values not acknowledged', value: values, unit: 'requests', bar: { atMost: 0 } },
        {
          name: 'sent and not accepted',
          value: sent - ingest.acceptedSpans,
          unit: 'items',
          bar: { atMost: 0 },
        },
        { name: 'on disk', value: store.diskBytes / 1e6, unit: 'MB' },
        ...(await listed(storm)),
      ]
    }),
} satisfies Case

function* many(count: number, sketch: (n: number) => SpanSketch): Generator<SpanSketch> {
  for (let n = 0; n < count; n++) yield sketch(n)
}

const keysOf = (n: number) =>
  Array.from({ length: KEYS_A_SPAN }, (_, i) => ({ key: `key.${n * KEYS_A_SPAN + i}`, value: 'v' }))

/** @returns requests that were not acknowledged; what is refused for the moment comes again */
async function sendAll({ port }: Storm, sketches: Iterable<SpanSketch>, perRequest: number): Promise<number> {
  const connection = await Connection.open(port)
  let failed = 0
  for (const batch of batches(sketches, perRequest)) {
    const message = postMessage(port, '/v1/traces', 'application/x-protobuf', encoded(batch))
    for (;;) {
      const { status } = await connection.request(message)
      if (status === 503) {
        await new Promise(resolve => setTimeout(resolve, 100))
        continue
      }
      if (status !== 200) failed++
      break
    }
  }
  connection.close()
  return failed
}

function* batches(sketches: Iterable<SpanSketch>, size: number): Generator<SpanSketch[]> {
  let batch: SpanSketch[] = []
  for (const sketch of sketches) {
    batch.push(sketch)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

let spans = 0
const start = BigInt(Date.now() - 600_000) * 1_000_000n

function encoded(batch: readonly SpanSketch[]): Uint8Array {
  const resourceSpans = batch.map(({ service, attributes }) => ({
    resource: { attributes: [attribute('service.name', service)] },
    scopeSpans: [{ spans: [span(attributes)] }],
  }))
  return traces.encode(traces.fromObject({ resourceSpans })).finish()
}

function span(attributes: SpanSketch['attributes']): object {
  const id = Buffer.alloc(16)
  id.writeUInt32BE(++spans, 4)
  return {
    traceId: id,
    spanId: id.subarray(0, 8),
    name: 'named',
    kind: 2,
    startTimeUnixNano: String(start + BigInt(spans)),
    endTimeUnixNano: String(start + BigInt(spans) + 1_000_000n),
    attributes: attributes.map(({ key, value }) => attribute(key, value)),
  }
}

/** What people are shown of that many names is a page, and comes in time. */
async function listed({ port }: Storm): Promise<Figure[]> {
  const connection = await Connection.open(port)
  const ask = async (path: string): Promise<{ took: number; bytes: number }> => {
    const began = performance.now()
    const { status, body } = await connection.request(getMessage(port, path))
    if (status !== 200) throw new Error(`${path}: ${status} ${body.toString().slice(0, 200)}`)
    return { took: performance.now() - began, bytes: body.length }
  }
  const keys = await ask('/api/attributes?signal=traces&prefix=key.')
  const values = await ask('/api/attributes/service/values?signal=traces&prefix=service-9')
  connection.close()
  return [
    { name: 'completion of keys', value: keys.took, unit: 'ms' },
    { name: 'completion of keys: the answer', value: keys.bytes / 1e6, unit: 'MB', bar: { atMost: 1 } },
    { name: 'completion of services', value: values.took, unit: 'ms' },
    { name: 'completion of services: the answer', value: values.bytes / 1e6, unit: 'MB', bar: { atMost: 1 } },
  ]
}
