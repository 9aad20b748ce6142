/** Prometheus remote-write 1.0 at the door: rows W1 to W14 of what a receiver owes its senders. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import snappy from 'snappyjs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { walkWrite } from '../../src/decode/series/write-walk.ts'
import { labelsOf } from '../../src/decode/series/label-bytes.ts'
import type { CanonicalRequest } from '../../src/model/canonical.ts'
import { HodoscopeError } from '../../src/model/errors.ts'
import { startCollector, raw, type Collector } from '../otlp/harness.ts'
import { bytesOf, fixed64, int, len } from '../otlp/wire.ts'
import { double, metadata, STALE_BITS, writeRequest, type WrittenSeries } from './write.ts'

const PATH = '/api/v1/write'
const NOW = Date.now()

let collector: Collector
beforeAll(async () => void (collector = await startCollector()))
afterAll(() => collector.close())
beforeEach(() => {
  collector.appended.length = 0
  collector.beforeAppend = undefined
})

const compressed = (body: Uint8Array): Uint8Array => snappy.compress(new Uint8Array(body))

const post = (body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
  collector.post(PATH, headers['content-type'] ?? 'application/x-protobuf', compressed(body), {
    'content-encoding': 'snappy',
    ...headers,
  })

/** What the store was given: samples as `name{labels} time value`. */
function given(requests: readonly CanonicalRequest[] = collector.appended): string[] {
  const lines: string[] = []
  const names: string[] = []
  for (const { body } of requests)
    walkWrite(body, {
      series(bytes, start, end) {
        const labels = labelsOf(bytes, start, end)
        const others = labels.filter(([name]) => name !== '__name__').map(label => label.join('='))
        const name = labels.find(([label]) => label === '__name__')![1]
        return names.push(`${name}{${others.join(',')}}`) - 1
      },
      sample: (series, time, value, stale) =>
        void lines.push(`${names[series]} ${time} ${stale ? 'stale' : Object.is(value, -0) ? '-0' : value}`),
      histogram: (series, time, encoding) => void lines.push(`${names[series]} ${time} ${encoding}`),
      exemplar: (series, time, value, labels) =>
        void lines.push(
          `${names[series]} ${time} ${value} # ${labelsOf(labels, 0, labels.length).join(' ')}`,
        ),
      metadata: ({ name, type, unit, help }) => void lines.push(`# ${name} ${type} ${unit} ${help}`),
    })
  return lines
}

const up = (labels: Record<string, string> = {}): WrittenSeries => ({
  labels: { __name__: 'up', ...labels },
  samples: [[NOW, 1]],
})

describe('W1, W2: how it must be sent', () => {
  it.each([
    ['application/x-protobuf', 'snappy', 204],
    ['application/x-protobuf;proto=prometheus.WriteRequest', 'snappy', 204],
    ['Application/X-Protobuf ; PROTO=prometheus.WriteRequest', 'Snappy', 204],
    ['application/x-protobuf;proto=io.prometheus.write.v2.Request', 'snappy', 415],
    ['application/json', 'snappy', 415],
    ['image/png', 'snappy', 415],
    ['text/plain', 'snappy', 415],
    ['application/x-protobuf', 'gzip', 415],
    ['application/x-protobuf', 'deflate', 415],
    ['application/x-protobuf', 'snappy, snappy', 415],
  ])('%s, %s: %i', async (type, encoding, status) => {
    const answer = await post(writeRequest(up()), { 'content-type': type, 'content-encoding': encoding })
    expect(answer.status).toBe(status)
    expect(collector.appended).toHaveLength(status === 204 ? 1 : 0)
  })
  it('uncompressed is refused', async () => {
    const answer = await collector.post(PATH, 'application/x-protobuf', writeRequest(up()))
    expect([answer.status, await answer.text()]).toEqual([
      415,
      'Content-Encoding "" is not snappy. Send snappy-compressed protobuf.\n',
    ])
  })
  it('the version header is not looked at', async () => {
    const answer = await post(writeRequest(up()), { 'x-prometheus-remote-write-version': '9.9.9' })
    expect(answer.status).toBe(204)
  })
  it.each([
    ['what is no snappy', Buffer.from('hello, this is no snappy at all'), 'the body is not valid snappy'],
    ['nothing at all', Buffer.alloc(0), 'the body is not valid snappy: it does not begin with its length'],
    ['the framed format', Buffer.from('ff060000734e61507059', 'hex'), 'it is framed'],
    ['snappy around what is no message', compressed(Buffer.from([0x0a, 0xff])), 'write request, byte 1'],
    ['a length that is not kept', Buffer.from([0x7f, 0x00, 0x0a]), 'write request, byte'],
  ])('%s: 400', async (_, body, message) => {
    const answer = await collector.post(PATH, 'application/x-protobuf', body, {
      'content-encoding': 'snappy',
    })
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(message)])
    expect(collector.appended).toEqual([])
  })
  it.each(['GET', 'PUT', 'DELETE'])('%s: 405', async method => {
    const answer = await fetch(collector.url + PATH, { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('W3 to W6: what is answered', () => {
  it('all written: 204, no body, and none of the headers of version 2', async () => {
    const answer = await post(writeRequest(up()))
    expect([answer.status, await answer.text()]).toEqual([204, ''])
    expect([...answer.headers.keys()].filter(name => name.startsWith('x-prometheus'))).toEqual([])
  })
  it('nothing to write: 204', async () => {
    expect((await post(Buffer.alloc(0))).status).toBe(204)
    expect(collector.appended).toEqual([])
  })
  it('one bad series of two: 400 that counts it, and the other is stored', async () => {
    const bad: WrittenSeries = {
      labels: { job: 'x' },
      samples: [
        [NOW, 1],
        [NOW + 1, 2],
      ],
    }
    const answer = await post(writeRequest(bad, up()))
    expect([answer.status, await answer.text()]).toEqual([
      400,
      '2 samples rejected: the label "__name__" is missing (2).\n',
    ])
    expect(given()).toEqual([`up{} ${NOW} 1`])
    const totals = collector.telemetry.totals('samples')
    expect(totals.receivedItems).toBe(totals.storedItems + totals.rejectedItems + totals.refusedItems)
  })
  it('a store that is busy, and one that fails: 503 with Retry-After, never 429 or 500', async () => {
    for (const fault of [
      new HodoscopeError('store_busy', 'behind'),
      new HodoscopeError('disk_full', 'full'),
      new Error('odd'),
    ]) {
      collector.beforeAppend = () => Promise.reject(fault)
      const answer = await post(writeRequest(up()))
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([
        503,
        expect.stringMatching(/^[1-3]$/),
      ])
    }
    collector.defects.length = 0
  })
  it('waits for leave: a body that will be refused is not sent', async () => {
    const head = (length: number): string =>
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n` +
      `Content-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`
    const received = await raw(collector.port, [head(40_000_000)], text => text.includes('413'))
    expect(received).toMatch(/^HTTP\/1.1 413/)
  })
})

describe('W8: labels', () => {
  const refused = async (
    ...labels: (readonly [string | Uint8Array, string | Uint8Array])[]
  ): Promise<string> => {
    const series = len(
      1,
      len(1, len(1, '__name__'), len(2, 'x')),
      ...labels.map(([name, value]) => len(1, len(1, name), len(2, value))),
      len(2, double(1, 1), int(2, NOW)),
    )
    const answer = await post(series)
    return `${answer.status} ${await answer.text()}`.trim()
  }
  it.each([
    ['a name that is empty', [['', 'v']], '400 1 samples rejected: a label has no name (1).'],
    ['a value that is empty', [['a', '']], '400 1 samples rejected: the label "a" is empty (1).'],
    [
      'a name that stands twice',
      [
        ['a', '1'],
        ['a', '2'],
      ],
      '400 1 samples rejected: the label "a" stands twice (1).',
    ],
    [
      'a second metric name',
      [['__name__', 'y']],
      '400 1 samples rejected: the label "__name__" stands twice (1).',
    ],
    [
      'bytes that are no UTF-8',
      [['a', Buffer.from([0xc3, 0x28])]],
      '400 1 samples rejected: a label is not valid UTF-8 (1).',
    ],
  ] as const)('%s costs the series', async (_, labels, expected) => {
    expect(await refused(...labels)).toBe(expected)
    expect(collector.appended).toEqual([])
  })
  it('are sorted where they are not', async () => {
    expect(await refused(['b', '2'], ['a', '1'], ['Z', '3'])).toBe('204')
    expect(given()).toEqual([`x{Z=3,a=1,b=2} ${NOW} 1`])
  })
  it('behind samples, and one by one between them, are the labels of the series all the same', async () => {
    const name = len(1, len(1, '__name__'), len(2, 'x'))
    await post(len(1, len(2, double(1, 1), int(2, NOW)), len(1, len(1, 'a'), len(2, '1')), name))
    expect(given()).toEqual([`x{a=1} ${NOW} 1`])
  })
  it('names of any UTF-8, and long ones', async () => {
    const long = 'v'.repeat(1000)
    await post(writeRequest(up({ 'a.b c': '1', [long]: long, ü: '☃' })))
    expect(given()).toEqual([`up{a.b c=1,${long}=${long},ü=☃} ${NOW} 1`])
  })
  it('hostile names are plain data', async () => {
    await post(writeRequest(up({ constructor: 'c', ['toString']: 't' })))
    expect(given()).toEqual([`up{constructor=c,toString=t} ${NOW} 1`])
  })
  it('of a body in which nothing is odd the bytes are kept as they are', async () => {
    const body = writeRequest(up({ a: '1' }), up({ b: '2' }))
    await post(body)
    expect(Buffer.from(collector.appended[0]!.body).equals(body)).toBe(true)
    expect(collector.appended[0]).toMatchObject({ signal: 'samples', items: 2 })
  })
})

describe('W10, W11: samples', () => {
  it('every value there is; a stale marker by its bits alone', async () => {
    const bits = [
      STALE_BITS,
      0x7ff8000000000001n,
      0x7ff0000000000000n,
      0xfff0000000000000n,
      0x8000000000000000n,
      1n,
    ]
    await post(writeRequest({ labels: { __name__: 'x' }, samples: bits.map((value, i) => [i, value]) }))
    expect(given()).toEqual([
      'x{} 0 stale',
      'x{} 1 NaN',
      'x{} 2 Infinity',
      'x{} 3 -Infinity',
      'x{} 4 -0',
      'x{} 5 5e-324',
    ])
  })
  it('a value and a time of 0 are left out by senders', async () => {
    await post(len(1, len(1, len(1, '__name__'), len(2, 'x')), len(2)))
    expect(given()).toEqual(['x{} 0 0'])
  })
  it('of any age and in any order', async () => {
    await post(
      writeRequest({
        labels: { __name__: 'x' },
        samples: [
          [NOW, 1],
          [0, 2],
          [-1, 3],
          [-(10 ** 12), 4],
        ],
      }),
    )
    expect(given()).toEqual([`x{} ${NOW} 1`, 'x{} 0 2', 'x{} -1 3', 'x{} -1000000000000 4'])
  })
  it('more than ten minutes ahead, or out of all range, are refused and counted', async () => {
    const answer = await post(
      writeRequest({
        labels: { __name__: 'x' },
        samples: [
          [NOW + 5 * 60_000, 1],
          [NOW + 20 * 60_000, 2],
          [9e15, 3],
          [-9e15, 4],
        ],
      }),
    )
    expect([answer.status, await answer.text()]).toEqual([
      400,
      '3 samples rejected: a timestamp is more than 10 minutes ahead (1); a timestamp is out of range (2).\n',
    ])
    expect(given()).toEqual([`x{} ${NOW + 5 * 60_000} 1`])
  })
})

describe('W12: histograms, exemplars, metadata', () => {
  const zigzag = (value: number): bigint => BigInt(value >= 0 ? value * 2 : -value * 2 - 1)
  const span = (offset: number, length: number): Uint8Array => bytesOf(int(1, zigzag(offset)), int(2, length))
  const deltas = (...values: number[]): Uint8Array =>
    bytesOf(...values.map(value => int(1, zigzag(value)).subarray(1)))
  const native = (count: number, ...more: Uint8Array[]): Uint8Array =>
    bytesOf(int(1, count), double(3, 5), int(4, zigzag(1)), int(15, NOW), ...more)
  const send = async (histogram: Uint8Array): Promise<string> => {
    const answer = await post(writeRequest({ labels: { __name__: 'x' }, histograms: [histogram] }))
    return `${answer.status} ${await answer.text()}`.trim()
  }
  it('whole numbers, negative and zero buckets', async () => {
    const histogram = native(
      10,
      int(6, 1),
      len(8, span(0, 1)),
      len(9, deltas(2)),
      len(11, span(-3, 2)),
      len(11, span(1, 1)),
      len(12, deltas(1, 2, 0)),
    )
    expect(await send(histogram)).toBe('204')
    expect(given()).toEqual([`x{} ${NOW} prometheus`])
  })
  it('floats', async () => {
    const histogram = bytesOf(
      double(2, 2.5),
      int(15, NOW),
      len(11, span(0, 1)),
      len(13, double(1, 2.5).subarray(1)),
    )
    expect(await send(histogram)).toBe('204')
  })
  it('custom buckets', async () => {
    const custom = (...bounds: number[]): Uint8Array =>
      bytesOf(
        int(1, 1),
        int(4, zigzag(-53)),
        int(15, NOW),
        len(11, span(0, 1)),
        len(12, deltas(1)),
        len(16, ...bounds.map(bound => double(1, bound).subarray(1))),
      )
    expect(await send(custom(1, 2))).toBe('204')
    expect(await send(custom(2, 1))).toBe(
      '400 1 samples rejected: custom_values are not strictly increasing (1).',
    )
  })
  it.each([
    [
      'a wrong count',
      native(3, len(11, span(0, 1)), len(12, deltas(2))),
      'the count of a native histogram is not the sum of its buckets',
    ],
    [
      'fewer counts than buckets',
      native(2, len(11, span(0, 2)), len(12, deltas(2))),
      'the spans of a native histogram do not have as many buckets as it has counts',
    ],
    [
      'a negative count',
      native(0, len(11, span(0, 1)), len(12, deltas(-1))),
      'a bucket of a native histogram has a negative count',
    ],
    [
      'a span that goes back',
      native(2, len(11, span(0, 1)), len(11, span(-1, 1)), len(12, deltas(1, 0))),
      'a span of a native histogram has a negative offset',
    ],
    [
      'an unknown schema',
      bytesOf(int(4, zigzag(99)), int(15, NOW)),
      'a native histogram of schema 99 is not known',
    ],
  ])('%s: 400', async (_, histogram, reason) => {
    expect(await send(histogram)).toBe(`400 1 samples rejected: ${reason} (1).`)
    expect(collector.appended).toEqual([])
  })
  it('exemplars of any value, with or without a trace', async () => {
    await post(
      writeRequest({
        ...up(),
        exemplars: [
          { labels: { trace_id: 'abc' }, time: NOW, value: Infinity },
          { labels: {}, time: NOW, value: 1 },
        ],
      }),
    )
    expect(given()).toEqual([`up{} ${NOW} 1`, `up{} ${NOW} Infinity # trace_id,abc`, `up{} ${NOW} 1 # `])
  })
  it('metadata of every type, by itself', async () => {
    const answer = await post(
      bytesOf(...Array.from({ length: 8 }, (_, type) => metadata(type, `m${type}`, 'help', 's'))),
    )
    expect(answer.status).toBe(204)
    expect(given()).toEqual(
      ['unknown', 'counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'].map(
        (type, i) => `# m${i} ${type} s help`,
      ),
    )
  })
})

describe('W13, W14: limits, and what is not known', () => {
  it('the length is read before anything is allocated', async () => {
    const lying = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), Buffer.alloc(10)])
    const answer = await collector.post(PATH, 'application/x-protobuf', lying, {
      'content-encoding': 'snappy',
    })
    expect([answer.status, await answer.text()]).toEqual([
      413,
      'the body has 4294967295 bytes when decompressed; the limit is 33554432. Send smaller batches, or raise http.maxBodyBytes.\n',
    ])
  })
  it('unknown fields are skipped at every level', async () => {
    const unknown = bytesOf(int(1000, 1), fixed64(1001, 1n), len(1002, 'x'))
    const label = len(1, len(1, '__name__'), len(2, 'x'), unknown)
    const answer = await post(
      bytesOf(len(1, label, len(2, double(1, 1), int(2, NOW), unknown), unknown), unknown),
    )
    expect([answer.status, given()]).toEqual([204, [`x{} ${NOW} 1`]])
  })
})

const fixtures = process.env['HODOSCOPE_FIXTURES']
if (fixtures === undefined)
  console.warn('SKIPPED: HODOSCOPE_FIXTURES is not set; captures of Prometheus are not replayed')

describe.skipIf(fixtures === undefined)('requests of a real Prometheus', () => {
  const folders = fixtures === undefined ? [] : ['prom-am-real-captures', 'otlp-real-captures']
  const captures = folders.flatMap(folder =>
    readdirSync(join(fixtures!, folder))
      .filter(file => file.endsWith('api_v1_write.body'))
      .map(file => ({ name: `${folder}/${file}`, body: readFileSync(join(fixtures!, folder, file)) })),
  )
  it('there are some', () => expect(captures.length).toBeGreaterThan(8))
  it.each(captures)('$name is taken whole', async ({ name, body }) => {
    const answer = await collector.post(PATH, 'application/x-protobuf', body, {
      'content-encoding': 'snappy',
    })
    expect([answer.status, await answer.text()]).toEqual([204, ''])
    const plain = snappy.uncompress(new Uint8Array(body))
    // Prometheus sorts its labels, so nothing is odd and what is stored is what was sent, byte by byte.
    if (name.startsWith('prom')) expect(Buffer.from(collector.appended[0]!.body).equals(plain)).toBe(true)
    expect(given().length).toBeGreaterThan(0)
  })
})
