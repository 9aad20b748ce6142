/** OTLP/HTTP, rows T1 to T15: how requests arrive, over real HTTP. */
import { gzipSync, zstdCompressSync, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { spansOf } from '../../src/decode/objects.ts'
import { HANG_UP, JSON_TYPE, PROTOBUF, raw, startCollector, until, type Collector } from './harness.ts'
import { statusOf } from './responses.ts'
import { len, request, span } from './wire.ts'

const MIB = 1024 * 1024
const LIMIT = 2 * MIB
const body = request(span(len(5, 'a')))
const jsonBody = JSON.stringify({
  resourceSpans: [
    {
      scopeSpans: [
        { spans: [{ traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', name: 'a' }] },
      ],
    },
  ],
})

let collector: Collector
beforeAll(async () => {
  collector = await startCollector({ maxBodyBytes: LIMIT, maxInFlightBytes: 3 * LIMIT })
})
afterAll(() => collector.close())
beforeEach(() => {
  collector.appended.length = 0
  collector.beforeAppend = undefined
})

const names = (): string[] =>
  collector.appended.flatMap(r => (r.signal === 'traces' ? spansOf(r.body) : [])).map(s => s.name)

/** A request of exactly `size` bytes: one span whose name fills it. */
function bodyOfSize(size: number): Uint8Array {
  let name = size - 100
  for (;;) {
    const made = request(span(len(5, 'x'.repeat(name))))
    if (made.length === size) return made
    name += size - made.length
  }
}

const head = (headers: string[]): string =>
  ['POST /v1/traces HTTP/1.1', 'Host: 127.0.0.1', ...headers, '', ''].join('\r\n')
const answers = (text: string): number => text.split('HTTP/1.1 200 OK').length - 1

describe('T1: both signals, both encodings, one port', () => {
  it.each([
    ['/v1/traces', PROTOBUF, body],
    ['/v1/traces', JSON_TYPE, jsonBody],
    ['/v1/logs', PROTOBUF, request(len(3, 'INFO'))],
    ['/v1/logs', JSON_TYPE, '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityText":"INFO"}]}]}]}'],
  ])('POST %s as %s is stored', async (path, type, content) => {
    const response = await collector.post(path, type, content)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
    expect(collector.appended.map(r => [`/v1/${r.signal}`, r.items])).toEqual([[path, 1]])
  })
})

describe('T2: other methods', () => {
  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    '%s is answered 405 with Allow and a Status',
    async method => {
      const response = await fetch(`${collector.url}/v1/traces`, { method })
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
      expect((await statusOf(response)).message).toContain(`${method} is not a method of /v1/traces`)
    },
  )
  it('HEAD is answered 405 without a body', async () => {
    const response = await fetch(`${collector.url}/v1/logs`, { method: 'HEAD' })
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([405, 'POST', ''])
  })
})

describe('T3: unknown paths', () => {
  it.each(['/v1/spans', '/v1development/profiles', '/v1/traces/'])(
    '%s is answered 404 with a Status in the encoding of the request',
    async path => {
      for (const type of [PROTOBUF, JSON_TYPE]) {
        const response = await collector.post(path, type, '')
        expect([response.status, response.headers.get('content-type')]).toEqual([404, type])
        expect((await statusOf(response)).message).toContain(`nothing is received at ${path}`)
      }
      const plain = await collector.post(path, 'text/plain', '')
      expect([plain.status, plain.headers.get('content-type')]).toEqual([404, JSON_TYPE])
    },
  )
})

describe('T4, T5: Content-Type', () => {
  it.each([
    'application/x-protobuf; charset=utf-8',
    'Application/X-Protobuf',
    '  application/x-protobuf ;q=1',
  ])('%j is protobuf', async type => {
    const response = await collector.post('/v1/traces', type, body)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, PROTOBUF])
  })
  it.each(['application/json;charset=UTF-8', 'APPLICATION/JSON'])('%j is JSON', async type => {
    const response = await collector.post('/v1/traces', type, jsonBody)
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      JSON_TYPE,
      '{}',
    ])
  })
  it.each([
    'text/plain',
    'application/protobuf',
    'application/jsonx',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/json, application/x-protobuf',
  ])('%j is answered 415 with a Status in JSON, and never guessed from the body', async type => {
    const response = await collector.post('/v1/traces', type, jsonBody)
    expect([response.status, response.headers.get('content-type')]).toEqual([415, JSON_TYPE])
    expect((await statusOf(response)).message).toContain(type)
    expect(collector.appended).toEqual([])
  })
  it('none at all is answered 415', async () => {
    const text = await raw(collector.port, [head(['Content-Length: 2', 'Connection: close']), '{}'])
    expect(text).toMatch(/^HTTP\/1\.1 415 [\s\S]*content-type: application\/json[\s\S]*no Content-Type/i)
  })
})

describe('T6, T6b: Content-Encoding', () => {
  it.each([
    ['gzip', gzipSync(body)],
    ['GZIP', gzipSync(body)],
    ['zstd', zstdCompressSync(body)],
    ['identity', body],
  ])('%s is decoded', async (encoding, content) => {
    const response = await collector.post('/v1/traces', PROTOBUF, content, { 'content-encoding': encoding })
    expect(response.status).toBe(200)
    expect(names()).toEqual(['a'])
  })
  it('a body large enough to be inflated in chunks is decoded', async () => {
    const large = bodyOfSize(LIMIT - 10)
    for (const [encoding, content] of [
      ['gzip', gzipSync(large)],
      ['zstd', zstdCompressSync(large)],
    ] as const)
      expect(
        (await collector.post('/v1/traces', PROTOBUF, content, { 'content-encoding': encoding })).status,
      ).toBe(200)
    expect(collector.appended.map(r => Buffer.compare(r.body, large))).toEqual([0, 0])
  })
})

describe('T7: other Content-Encodings are answered 415', () => {
  it.each(['deflate', 'br', 'snappy', 'x', 'gzip, gzip', 'gzip, identity'])('%s', async encoding => {
    const response = await collector.post('/v1/traces', PROTOBUF, deflateSync(body), {
      'content-encoding': encoding,
    })
    expect([response.status, response.headers.get('content-type')]).toEqual([415, PROTOBUF])
    expect((await statusOf(response)).message).toContain(`Content-Encoding "${encoding}" is not supported`)
  })
  it('two header lines', async () => {
    const content = gzipSync(gzipSync(body))
    const headers = [`Content-Type: ${PROTOBUF}`, 'Content-Encoding: gzip', 'Content-Encoding: gzip']
    const text = await raw(collector.port, [
      head([...headers, `Content-Length: ${content.length}`, 'Connection: close']),
      content,
    ])
    expect(text).toMatch(/^HTTP\/1\.1 415 /)
  })
})

describe('T8: broken compression is answered 400', () => {
  const gzip = gzipSync(body)
  const zstd = zstdCompressSync(body)
  const wrongSum = Buffer.from(gzip)
  wrongSum[wrongSum.length - 6]! ^= 1
  it.each<[string, string, Uint8Array]>([
    ['not gzip', 'gzip', body],
    ['an empty body', 'gzip', Buffer.alloc(0)],
    ['truncated gzip', 'gzip', gzip.subarray(0, gzip.length - 9)],
    ['a wrong checksum', 'gzip', wrongSum],
    ['garbage behind gzip', 'gzip', Buffer.concat([gzip, Buffer.from('garbage')])],
    ['zeros behind gzip', 'gzip', Buffer.concat([gzip, Buffer.alloc(8)])],
    ['not zstd', 'zstd', body],
    ['truncated zstd', 'zstd', zstd.subarray(0, zstd.length - 3)],
    ['garbage behind zstd', 'zstd', Buffer.concat([zstd, Buffer.from('garbage')])],
    ['a hundred frames of zstd', 'zstd', Buffer.concat(Array.from({ length: 100 }, () => zstd))],
  ])('%s', async (_title, encoding, content) => {
    const response = await collector.post('/v1/traces', PROTOBUF, content, { 'content-encoding': encoding })
    expect(response.status).toBe(400)
    expect((await statusOf(response)).message).toContain(`the body is not valid ${encoding}`)
    expect(collector.appended).toEqual([])
  })
  it('while all members of gzip and all frames of zstd are one body', async () => {
    const halves = [body, request(span(len(5, 'b')))]
    for (const [encoding, compress] of [
      ['gzip', gzipSync],
      ['zstd', zstdCompressSync],
    ] as const) {
      const content = Buffer.concat(halves.map(half => compress(half)))
      const response = await collector.post('/v1/traces', PROTOBUF, content, { 'content-encoding': encoding })
      expect(response.status).toBe(200)
    }
    expect(names()).toEqual(['a', 'b', 'a', 'b'])
  })
})

describe('T9: the size limit', () => {
  const exact = bodyOfSize(LIMIT)
  const over = bodyOfSize(LIMIT + 1)
  const chunked = (content: Uint8Array) =>
    fetch(`${collector.url}/v1/traces`, {
      method: 'POST',
      body: new Blob([new Uint8Array(content)]).stream(),
      headers: { 'content-type': PROTOBUF },
      duplex: 'half',
    })

  it('exactly the limit is accepted: plain, chunked, gzip, zstd', async () => {
    const statuses = [
      await collector.post('/v1/traces', PROTOBUF, exact),
      await chunked(exact),
      await collector.post('/v1/traces', PROTOBUF, gzipSync(exact), { 'content-encoding': 'gzip' }),
      await collector.post('/v1/traces', PROTOBUF, zstdCompressSync(exact), { 'content-encoding': 'zstd' }),
    ].map(response => response.status)
    expect(statuses).toEqual([200, 200, 200, 200])
  })
  it('one byte more is answered 413 with a Status: plain, chunked, gzip, zstd', async () => {
    for (const response of [
      await collector.post('/v1/traces', PROTOBUF, over),
      await chunked(over),
      await collector.post('/v1/traces', PROTOBUF, gzipSync(over), { 'content-encoding': 'gzip' }),
      await collector.post('/v1/traces', PROTOBUF, zstdCompressSync(over), { 'content-encoding': 'zstd' }),
    ]) {
      expect(response.status).toBe(413)
      expect((await statusOf(response)).message).toContain(`the limit is ${LIMIT}. Send smaller batches`)
    }
    expect(collector.appended).toEqual([])
  })
  it('a bomb is cut off at the limit, and the budget is whole again afterwards', async () => {
    const bomb = gzipSync(Buffer.alloc(96 * MIB))
    const began = performance.now()
    const responses = await Promise.all(
      Array.from({ length: 3 }, () =>
        collector.post('/v1/traces', PROTOBUF, bomb, { 'content-encoding': 'gzip' }),
      ),
    )
    expect(responses.map(r => [413, 503].includes(r.status))).toEqual([true, true, true])
    expect(performance.now() - began).toBeLessThan(5000)
    expect((await collector.post('/v1/traces', PROTOBUF, exact)).status).toBe(200)
  })
})

describe('T10: a Content-Length that lies', () => {
  const type = `Content-Type: ${PROTOBUF}`
  it('longer than the body: nothing is stored of half a body', async () => {
    const text = await raw(collector.port, [
      head([type, `Content-Length: ${body.length + 5}`]),
      body,
      HANG_UP,
    ])
    expect([answers(text), collector.appended]).toEqual([0, []])
    expect((await collector.post('/v1/traces', PROTOBUF, body)).status).toBe(200)
  })
  it('shorter than the body: the rest is no request, and the connection is closed', async () => {
    const text = await raw(collector.port, [
      head([type, `Content-Length: ${body.length}`]),
      body,
      'GARBAGE\r\n\r\n',
    ])
    expect(text).toMatch(/HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n\r\n$/)
    expect(collector.appended.length).toBeLessThanOrEqual(1)
  })
  it('with Transfer-Encoding beside it: refused, and the connection closed', async () => {
    const smuggled = head([type, `Content-Length: ${body.length}`])
    const text = await raw(collector.port, [
      head([type, 'Content-Length: 4', 'Transfer-Encoding: chunked']),
      '0\r\n\r\n',
      smuggled,
      body,
    ])
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request/)
    expect(answers(text)).toBe(0)
    expect(collector.appended).toEqual([])
  })
})

describe('T11: Expect: 100-continue', () => {
  const headers = (length: number) => [
    `Content-Type: ${PROTOBUF}`,
    `Content-Length: ${length}`,
    'Expect: 100-continue',
  ]
  it('an admitted request is told to go on', async () => {
    const text = await raw(collector.port, [head([...headers(body.length), 'Connection: close'])], got =>
      got.includes('100 Continue'),
    )
    expect(text).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  })
  it('and its body is stored', async () => {
    const text = await raw(collector.port, [head([...headers(body.length), 'Connection: close']), body])
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/)
    expect(names()).toEqual(['a'])
  })
  it('one that is too large is answered 413 at once, without leave, and closed', async () => {
    const text = await raw(collector.port, [head(headers(LIMIT + 1))])
    expect(text).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i)
    expect(text).not.toContain('100 Continue')
  })
  it('a request for somebody else is given leave at once', async () => {
    const text = await raw(collector.port, [
      [
        'POST /api/x HTTP/1.1',
        'Host: a',
        'Content-Length: 2',
        'Expect: 100-continue',
        'Connection: close',
        '',
        '',
      ].join('\r\n'),
      '{}',
    ])
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 404 /)
  })
  it('one of a wrong type is answered 415 at once', async () => {
    const text = await raw(collector.port, [
      head(['Content-Type: text/plain', 'Content-Length: 10', 'Expect: 100-continue']),
    ])
    expect(text).toMatch(/^HTTP\/1\.1 415 /)
  })
})

it('T12: an answer is never compressed unasked', async () => {
  const response = await collector.post('/v1/traces', JSON_TYPE, 'x'.repeat(5000))
  expect([response.status, response.headers.get('content-encoding')]).toEqual([400, null])
})

it('T13: an answer stays small whatever was sent', async () => {
  const key = 'k'.repeat(MIB)
  const response = await collector.post('/v1/traces', JSON_TYPE, `{"resourceSpans":"${key}`)
  expect(response.status).toBe(400)
  expect((await response.text()).length).toBeLessThan(10_000)
})

it('T14: a client that leaves in the middle of its body leaves nothing behind', async () => {
  const before = collector.telemetry.totals('traces')
  for (let round = 0; round < 10; round++)
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        raw(
          collector.port,
          [
            head([`Content-Type: ${PROTOBUF}`, `Content-Length: ${body.length}`, 'Expect: 100-continue']),
            body.subarray(0, i),
          ],
          got => got.includes('100 Continue'),
        ),
      ),
    )
  await until(() => collector.telemetry.totals('traces').abortedRequests === before.abortedRequests + 200)
  expect(collector.appended).toEqual([])
  // Three full bodies fill the budget to the byte: a single leaked one would refuse the third.
  const whole = bodyOfSize(LIMIT)
  const together = await Promise.all([1, 2, 3].map(() => collector.post('/v1/traces', PROTOBUF, whole)))
  expect(together.map(r => r.status)).toEqual([200, 200, 200])
  expect(collector.defects).toEqual([])
})

describe('T15: keep-alive', () => {
  it('a thousand pipelined requests on one socket are all answered', async () => {
    const one = Buffer.concat([
      Buffer.from(head([`Content-Type: ${PROTOBUF}`, `Content-Length: ${body.length}`])),
      body,
    ])
    const many = Buffer.concat(Array.from({ length: 1000 }, () => one))
    const text = await raw(collector.port, [many], got => answers(got) === 1000)
    expect([answers(text), collector.appended.length]).toEqual([1000, 1000])
  })
  it('a good request is answered after a bad one on the same socket', async () => {
    const bad = Buffer.from(
      [head([`Content-Type: ${PROTOBUF}`, 'Content-Length: 1']), '\xff'].join(''),
      'latin1',
    )
    const good = head([`Content-Type: ${PROTOBUF}`, `Content-Length: ${body.length}`, 'Connection: close'])
    const text = await raw(collector.port, [bad, good, body])
    expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*HTTP\/1\.1 200 OK/)
  })
})
