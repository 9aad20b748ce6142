import { afterEach, expect, it } from 'vitest'
import { spanRequests, spanRequestsJson } from '../../bench/payload/payload.ts'
import { DEFAULT_DECODE_LIMITS, decodeRequest, type Decoded } from '../decode/request.ts'
import { Decoder } from './decoder.ts'

const LARGE = { seed: 3, spans: 16_000, perRequest: 2_000 }
/** A heap at its limit is slow. */
const TEST_TIMEOUT_MILLIS = 60_000
const limits = DEFAULT_DECODE_LIMITS

const LARGE_JSON = spanRequestsJson(LARGE).next().value!.body
const LARGE_PROTOBUF = spanRequests(LARGE).next().value!.body

/** Each in memory of its own, as a request's body is. */
const json = (): Uint8Array => new Uint8Array(LARGE_JSON)
const protobuf = (): Uint8Array => new Uint8Array(LARGE_PROTOBUF)
const text = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value))
const smallJson = (): Uint8Array =>
  Uint8Array.from(spanRequestsJson({ seed: 3, spans: 8, perRequest: 8 }).next().value!.body)

let decoder: Decoder
afterEach(() => decoder.close())

/** Buffers and plain arrays alike. */
const plain = ({ request, ...rest }: Decoded): unknown => ({
  ...rest,
  request: request && {
    ...request,
    body: Buffer.from(request.body).toString('hex'),
    lookups: [...request.lookups],
  },
})

it.each([
  ['json', json],
  ['protobuf', protobuf],
] as const)(
  'a large %s body comes back from the thread as if it were decoded here',
  async (encoding, make) => {
    decoder = new Decoder()
    const body = make()
    expect(body.length).toBeGreaterThan(256 * 1024)
    const expected = decodeRequest('traces', encoding, make(), limits)
    expect(plain(await decoder.decode('traces', encoding, body, limits))).toEqual(plain(expected))
    expect(body.length, 'handed over, not copied').toBe(0)
  },
)

it('a small body is decoded here, and stays', async () => {
  decoder = new Decoder()
  const body = smallJson()
  const expected = decodeRequest('traces', 'json', smallJson(), limits)
  expect(plain(await decoder.decode('traces', 'json', body, limits))).toEqual(plain(expected))
  expect(body).toEqual(smallJson())
})

it('memory that others have a part in is left to them', async () => {
  decoder = new Decoder()
  const large = json()
  const shared = new Uint8Array(large.length + 8)
  shared.set(large)
  await decoder.decode('traces', 'json', shared.subarray(0, large.length), limits)
  expect(shared.subarray(0, large.length)).toEqual(large)
})

it('rejects single items with the same words as for a small body, and keeps the others', async () => {
  decoder = new Decoder()
  const odd = (): Uint8Array =>
    text(
      Buffer.from(json())
        .toString()
        .replace(/"traceId":"[0-9a-f]{32}"/, '"traceId":"beef"'),
    )
  const decoded = await decoder.decode('traces', 'json', odd(), limits)
  expect(plain(decoded)).toEqual(plain(decodeRequest('traces', 'json', odd(), limits)))
  expect(decoded).toMatchObject({ rejected: 1, request: { items: 1_999 } })
})

it('a fault in a large body has the code and the words that it has in a small one', async () => {
  decoder = new Decoder()
  const cut = (): Uint8Array => json().slice(0, -2)
  let here: unknown
  try {
    decodeRequest('traces', 'json', cut(), limits)
  } catch (error) {
    here = error
  }
  const { code, message } = here as { code: string; message: string }
  expect(code).toBe('payload_malformed')
  await expect(decoder.decode('traces', 'json', cut(), limits)).rejects.toMatchObject({ code, message })
})

it('large bodies are decoded in the order in which they came, and a small one waits for none of them', async () => {
  decoder = new Decoder()
  const done: string[] = []
  const large = ['first', 'second', 'third'].map(name =>
    decoder.decode('traces', 'json', json(), limits).then(() => done.push(name)),
  )
  await decoder.decode('traces', 'json', smallJson(), limits).then(() => done.push('small'))
  await Promise.all(large)
  expect(done).toEqual(['small', 'first', 'second', 'third'])
})

it(
  'a body that the heap of the thread does not hold is refused as too large, and costs no other',
  async () => {
    decoder = new Decoder({ maxHeapMegabytes: 24 })
    const greedy = text(`{"resourceSpans":[${'[[]],'.repeat(600_000)}0]}`)
    const [refused, taken] = await Promise.allSettled([
      decoder.decode('traces', 'json', greedy, limits),
      decoder.decode('traces', 'json', json(), limits),
    ])
    expect(refused).toMatchObject({
      status: 'rejected',
      reason: { code: 'payload_too_large', message: expect.stringContaining('decoding thread') as string },
    })
    expect(taken).toMatchObject({ status: 'fulfilled', value: { request: { items: 2_000 } } })
  },
  TEST_TIMEOUT_MILLIS,
)

it('a thread that has nothing to do ends, and another takes the next body', async () => {
  decoder = new Decoder({ idleMillis: 1 })
  for (let n = 0; n < 3; n++) {
    expect(await decoder.decode('traces', 'json', json(), limits)).toMatchObject({
      request: { items: 2_000 },
    })
    await new Promise(resolve => setTimeout(resolve, 10))
  }
})
