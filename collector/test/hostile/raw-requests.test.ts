/**
 * Ten thousand requests that are no HTTP, or HTTP that means harm, each over a socket of its own.
 * Every one ends in an answer below 500, in 503, or in a closed connection; the process lives, a good
 * request is answered after each hundred, and its counters stay whole.
 */
import { connect } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { spanRequests } from '../../bench/payload/payload.ts'
import { Random } from '../../bench/payload/random.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'

const REQUESTS = 10_000
const AT_A_TIME = 50
const BATCH = 100
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
/** A connection on which nothing more comes is ended by the server in 10 s, or is a failure. */
const PATIENCE_MILLIS = 30_000

let folder: string
let collector: RunningCollector
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hodoscope-raw-'))
  collector = await startCollector(folder)
})
afterAll(async () => {
  await collector.kill()
  await rm(folder, { recursive: true })
})

const random = new Random(SEED)
const body = Buffer.from(spanRequests({ seed: 1, spans: 8, perRequest: 1 }).next().value!.body)
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const post = (headers: string, content: Uint8Array): Buffer =>
  Buffer.concat([latin1(`POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n\r\n`), content])
const PROTOBUF = 'Content-Type: application/x-protobuf'

/** Requests that are good, or all but. */
const GOLDEN: readonly Buffer[] = [
  post(`${PROTOBUF}\r\nContent-Length: ${body.length}`, body),
  post(`${PROTOBUF}\r\nContent-Encoding: gzip\r\nContent-Length: ${gzipSync(body).length}`, gzipSync(body)),
  post(
    `${PROTOBUF}\r\nTransfer-Encoding: chunked`,
    Buffer.concat([latin1(`${body.length.toString(16)}\r\n`), body, latin1('\r\n0\r\n\r\n')]),
  ),
  post('Content-Type: application/json\r\nContent-Length: 21', latin1('{"resourceSpans": [] }')),
  latin1('GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n'),
  latin1('GET /api/traces?q=status%20%3D%20error&limit=5 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'),
  latin1('OPTIONS /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\n\r\n'),
]

/** Requests with a name: each was a way into some server. */
const NAMED: Readonly<Record<string, Buffer>> = {
  'HTTP/0.9': latin1('GET /\r\n'),
  'no target': latin1('GET  HTTP/1.1\r\n\r\n'),
  'a target without a host': latin1('GET http:// HTTP/1.1\r\nHost: x\r\n\r\n'),
  'an absolute target': latin1('GET http://127.0.0.1/api/status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'),
  CONNECT: latin1('CONNECT 10.0.0.1:80 HTTP/1.1\r\nHost: 10.0.0.1:80\r\n\r\n'),
  TRACE: latin1('TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'),
  'an upgrade': latin1('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
  'HTTP/2': latin1('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  'a method of its own': latin1('FROB / HTTP/1.1\r\nHost: a\r\n\r\n'),
  '%00 in the path': latin1('GET /%00/..%2f..%2fetc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'),
  'a lone % in the path': latin1('GET /api/traces/% HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'),
  'bytes beyond ASCII in the path': latin1('GET /\xff\xfe\x80 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'),
  'a path out of the folder': latin1('GET /../../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'),
  '2,001 headers': latin1(`GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(2001)}\r\n`),
  'a header of 64 KiB': latin1(`GET / HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(65_536)}\r\n\r\n`),
  'a header over two lines': latin1('GET / HTTP/1.1\r\nHost: a\r\nx: y\r\n z\r\n\r\n'),
  'two lengths': post(`${PROTOBUF}\r\nContent-Length: 1\r\nContent-Length: 2`, latin1('ab')),
  'a negative length': post(`${PROTOBUF}\r\nContent-Length: -1`, body),
  'a length beyond 2^64': post(`${PROTOBUF}\r\nContent-Length: 99999999999999999999`, body),
  'a length and chunks': post(
    `${PROTOBUF}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked`,
    latin1('0\r\n\r\nGET /api/status HTTP/1.1\r\n\r\n'),
  ),
  'a chunk beyond 2^64': post(`${PROTOBUF}\r\nTransfer-Encoding: chunked`, latin1('ffffffffffffffffff\r\n')),
  'a chunk extension of 32 KiB': post(
    `${PROTOBUF}\r\nTransfer-Encoding: chunked`,
    latin1(`1;${'x'.repeat(32_768)}\r\na\r\n0\r\n\r\n`),
  ),
  'chunked twice': post(`${PROTOBUF}\r\nTransfer-Encoding: chunked, chunked`, latin1('0\r\n\r\n')),
  'a NUL in a header': latin1('GET / HTTP/1.1\r\nHost: a\r\nx: \0\r\n\r\n'),
  'a host that is none': latin1('GET / HTTP/1.1\r\nHost: [::::]\r\n\r\n'),
}

const SPICES = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  '%',
  '\xff',
  'Transfer-Encoding: chunked\r\n',
  '0\r\n\r\n',
]

/** One of so many. */
const BEHIND_A_GOOD_ONE = 10

function mutated(): Buffer {
  let bytes = Buffer.from(random.pick(GOLDEN))
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = random.below(Math.max(1, random.below(2) === 0 ? bytes.length : Math.min(bytes.length, 120)))
    switch (random.below(5)) {
      case 0:
        bytes = bytes.subarray(0, at)
        break
      case 1:
        if (bytes.length > 0) bytes[at % bytes.length]! ^= 1 << random.below(8)
        break
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), latin1(random.pick(SPICES)), bytes.subarray(at)])
        break
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(20))])
        break
      default:
        bytes = Buffer.concat([bytes, random.pick(GOLDEN)])
    }
  }
  // Some come behind a good one on its connection; a fault may cut off the answer to that, too.
  return random.below(BEHIND_A_GOOD_ONE) === 0 ? Buffer.concat([random.pick(GOLDEN), bytes]) : bytes
}

/** @returns the statuses of its answers; [] where the connection was closed without one */
function exchange(bytes: Buffer): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(collector.url).port), '127.0.0.1')
    const received: Buffer[] = []
    socket.setTimeout(PATIENCE_MILLIS, () => {
      socket.destroy()
      reject(new Error(`neither answered nor closed: ${JSON.stringify(bytes.toString('latin1'))}`))
    })
    socket.on('data', chunk => received.push(chunk)).on('error', () => {})
    socket.on('close', () => {
      const text = Buffer.concat(received).toString('latin1')
      resolve([...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status)))
    })
    socket.end(bytes)
  })
}

const isFit = (status: number): boolean => status < 500 || status === 503

/** Items received, and those of them of which it is not told what became of them. */
async function accounts(): Promise<{ received: number; unaccounted: number }> {
  const text = await (await fetch(`${collector.url}/metrics`)).text()
  const sum = (name: string): number =>
    [...text.matchAll(new RegExp(`^hodoscope_ingest_${name}_items_total(?:{.*})? (\\S+)$`, 'gm'))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    )
  const received = sum('received')
  return { received, unaccounted: received - sum('stored') - sum('rejected') - sum('refused') }
}

it.each(Object.entries(NAMED))('%s', async (_, bytes) => {
  const statuses = await exchange(bytes)
  expect(statuses.filter(status => !isFit(status))).toEqual([])
  expect((await fetch(`${collector.url}/readyz`)).status).toBe(200)
})

it(`${REQUESTS} mutated requests (seed ${SEED})`, async () => {
  const tally = new Map<number, number>()
  for (let done = 0; done < REQUESTS; done += BATCH) {
    const batch = Array.from({ length: BATCH }, mutated)
    const lane = async (): Promise<void> => {
      for (let bytes = batch.pop(); bytes !== undefined; bytes = batch.pop()) {
        const statuses = await exchange(bytes)
        const unfit = statuses.filter(status => !isFit(status))
        expect(unfit, `seed ${SEED}: ${JSON.stringify(bytes.toString('latin1'))}`).toEqual([])
        for (const status of statuses) tally.set(status, (tally.get(status) ?? 0) + 1)
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, lane))
    expect((await fetch(`${collector.url}/readyz`)).status).toBe(200)
  }
  // The mutations neither all fail at the first byte nor all pass.
  expect(tally.get(200)).toBeGreaterThan(100)
  expect(tally.get(400)).toBeGreaterThan(100)
  // What came of a sender that has gone is stored all the same, a moment later.
  await expect.poll(async () => (await accounts()).unaccounted).toBe(0)
  expect((await accounts()).received).toBeGreaterThan(0)
  expect(collector.output.filter(line => /uncaught|unhandled|ingest failed/i.test(line))).toEqual([])
}, 180_000)
