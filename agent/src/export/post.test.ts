/** Collectors that misbehave in every way, as real servers. */
import { readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { collectorAgent } from './http-agent.ts'
import type { Outcome } from './item.ts'
import { outcomeOf, post, retryAfterMillis, type Destination } from './post.ts'

const servers: Server[] = []
const sockets = new Set<Socket>()

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await Promise.all(servers.splice(0).map(server => new Promise(resolve => server.close(resolve))))
})

/** A collector that does as `behave` says once a whole request has come. @returns its port */
async function collector(behave: (socket: Socket, request: Buffer) => void): Promise<number> {
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    let request = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      request = Buffer.concat([request, chunk])
      if (isWhole(request)) behave(socket, request)
    })
  })
  return listening(server)
}

function isWhole(request: Buffer): boolean {
  const end = request.indexOf('\r\n\r\n')
  const length = Number(/content-length: (\d+)/i.exec(request.toString('latin1'))?.[1])
  return end !== -1 && request.length >= end + 4 + length
}

async function listening(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function to(port: number, settings: Partial<Destination> = {}): Destination {
  const url = `http://127.0.0.1:${port}/v1/traces`
  return { url, headers: {}, gzip: false, timeoutMillis: 2000, agent: new Agent(), ...settings }
}

const answer = (status: number | string, body = '{}', headers = '') =>
  `HTTP/1.1 ${status} x\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`

const sends = async (text: string, settings?: Partial<Destination>) =>
  post(to(await collector(socket => socket.end(text)), settings), '{}')

describe('the status decides', () => {
  const RETRYABLE = new Set([429, 502, 503, 504])
  const statuses = Array.from({ length: 400 }, (_, i) => 200 + i)

  it('every status from 200 to 599', async () => {
    let status = 0
    const bodiless = () => status === 204 || status === 304
    const port = await collector(socket =>
      socket.end(bodiless() ? `HTTP/1.1 ${status} x\r\n\r\n` : answer(status)),
    )
    const kinds: Record<string, number[]> = {}
    for (status of statuses) {
      const { kind } = await post(to(port), '{}')
      ;(kinds[kind] ??= []).push(status)
    }
    expect(kinds).toEqual({
      sent: statuses.filter(code => code < 300),
      retry: [...RETRYABLE],
      'too-large': [413],
      refused: statuses.filter(code => code >= 300 && code !== 413 && !RETRYABLE.has(code)),
    })
  })

  it.each(['100 Continue', '102 Processing', '103 Early Hints'])(
    'an answer follows the interim one (%s)',
    async interim => {
      expect(await sends(`HTTP/1.1 ${interim}\r\n\r\n${answer(200)}`)).toEqual({ kind: 'sent' })
    },
  )

  it('a switch of protocols was not asked for', async () => {
    const upgrade = 'HTTP/1.1 101 x\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'
    expect((await sends(upgrade)).kind).toBe('retry')
  })

  it('a web page is no collector, whatever its status', async () => {
    const page =
      'HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: 6\r\n\r\n<html>'
    expect(await sends(page)).toEqual({ kind: 'retry', reason: 'a web page answered' })
  })

  it.each([
    ['rejectedSpans', '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"no\\u001b[31m name"}}', 3],
    ['rejectedLogRecords', '{"partialSuccess":{"rejectedLogRecords":2}}', 2],
    ['rejectedDataPoints', '{"partialSuccess":{"rejectedDataPoints":1}}', 1],
  ])('a partial success tells how many were rejected (%s)', async (_name, body, rejected) => {
    expect(await sends(answer(200, body))).toMatchObject({ kind: 'sent', rejected })
  })

  it.each(['{}', '', 'null', '[]', '{"partialSuccess":null}', '{"partialSuccess":{}}', '{broken', '"text"'])(
    'a success without one is whole (%s)',
    async body => {
      expect(await sends(answer(200, body))).toEqual({ kind: 'sent' })
    },
  )

  it('the words of a stranger are one short line', () => {
    const body = JSON.stringify({ message: `a\n\u001b[2Jb${'x'.repeat(1000)}` })
    const { reason } = outcomeOf({ statusCode: 400, headers: {} }, body) as Outcome & { kind: 'refused' }
    expect(reason).toMatch(/^the collector answered 400 \(a \[2Jbx+\)$/)
    expect(reason.length).toBeLessThan(340)
  })
})

describe('Retry-After', () => {
  const NOW = Date.parse('2026-01-01T00:00:00Z')

  it.each([
    ['30', 30_000],
    ['0', 0],
    ['86400', 86_400_000],
    ['Thu, 01 Jan 2026 00:02:00 GMT', 120_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', undefined],
    ['soon', undefined],
    ['-5', undefined],
    [undefined, undefined],
  ])('%s is %s ms', (value, expected) => {
    expect(retryAfterMillis(value, NOW)).toBe(expected)
  })

  it('comes with what may be repeated', async () => {
    expect(await sends(answer(503, '{}', 'retry-after: 7\r\n'))).toEqual({
      kind: 'retry',
      reason: 'the collector answered 503',
      afterMillis: 7000,
    })
  })
})

describe('a collector that is not there', () => {
  it('refuses the connection', async () => {
    const server = createServer()
    const port = await listening(server)
    await new Promise(resolve => servers.pop()!.close(resolve))
    expect(await post(to(port), '{}')).toEqual({ kind: 'retry', reason: 'ECONNREFUSED' })
  })

  it('has no name', async () => {
    const url = 'http://collector.invalid:4318/v1/traces'
    expect(await post(to(0, { url }), '{}')).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/^E/),
    })
  })

  it('takes the request and never answers', async () => {
    const port = await collector(() => {})
    expect(await post(to(port, { timeoutMillis: 50 }), '{}')).toEqual({
      kind: 'retry',
      reason: 'no answer within 50 ms',
    })
  })

  it('drips its answer', async () => {
    const port = await collector(socket => {
      const text = answer(200)
      let sent = 0
      const drip = setInterval(() => socket.write(text[sent++] ?? ' '), 20)
      socket.on('close', () => clearInterval(drip))
    })
    expect(await post(to(port, { timeoutMillis: 100 }), '{}')).toMatchObject({ kind: 'retry' })
  })

  it('resets the connection at each byte of its answer: taken once its header is whole', async () => {
    const text = answer(200, '{"partialSuccess":{}}')
    const header = text.indexOf('\r\n\r\n') + 4
    let length = 0
    const port = await collector(socket =>
      socket.write(text.slice(0, length), () => socket.resetAndDestroy()),
    )
    const kinds: string[] = []
    for (length = 0; length < text.length; length++) kinds.push((await post(to(port), '{}')).kind)
    // What a reset overtakes on its way may be lost; then the records are sent once more.
    expect(kinds.slice(0, header)).toEqual(Array.from({ length: header }, () => 'retry'))
    for (const kind of kinds.slice(header)) expect(['sent', 'retry']).toContain(kind)
  })

  it.each([
    'garbage\r\n\r\n',
    'HTTP/9.9 200 OK\r\n\r\n',
    `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
  ])('speaks no HTTP (%#)', async text => {
    expect((await sends(text)).kind).toBe('retry')
  })

  it('has a certificate that nobody vouches for', async () => {
    const folder = new URL('../../test/apps/tls/', import.meta.url)
    const tls = createTlsServer({
      key: readFileSync(new URL('key.pem', folder)),
      cert: readFileSync(new URL('cert.pem', folder)),
    })
    const url = `https://127.0.0.1:${await listening(tls)}/v1/traces`
    const outcome = await post(to(0, { url, agent: collectorAgent(url, {}) }), '{}')
    expect(outcome).toEqual({ kind: 'retry', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  })

  it('speaks plain HTTP where TLS was expected', async () => {
    const url = `https://127.0.0.1:${await collector(socket => socket.end(answer(200)))}/v1/traces`
    expect((await post(to(0, { url, agent: collectorAgent(url, {}) }), '{}')).kind).toBe('retry')
  })
})

it('an answer without end is cut off', async () => {
  let written = 0
  const port = await collector(socket => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10737418240\r\n\r\n')
    const block = Buffer.alloc(65_536, 32)
    const more = () => {
      while (!socket.destroyed && socket.write(block)) written += block.length
    }
    socket.on('drain', more)
    more()
  })
  expect(await post(to(port, { timeoutMillis: 10_000 }), '{}')).toEqual({ kind: 'sent' })
  expect(written).toBeLessThan(64 * 1024 * 1024)
})

it('a request carries its headers, and is compressed where asked', async () => {
  const requests: Buffer[] = []
  const port = await collector((socket, request) => {
    requests.push(request)
    socket.end(answer(200))
  })
  await post(to(port, { headers: { authorization: 'Bearer t' } }), '{"ä":1}')
  await post(to(port, { gzip: true }), '{"ä":1}')
  const [plain, zipped] = requests.map(request => {
    const end = request.indexOf('\r\n\r\n')
    return { head: request.subarray(0, end).toString(), body: request.subarray(end + 4) }
  })
  expect(plain!.head).toMatch(/^POST \/v1\/traces HTTP\/1.1\r\n/)
  expect(plain!.head).toMatch(/authorization: Bearer t/)
  expect(plain!.head).toMatch(/content-type: application\/json/)
  expect(plain!.body.toString()).toBe('{"ä":1}')
  expect(zipped!.head).toMatch(/content-encoding: gzip/)
  expect(gunzipSync(zipped!.body).toString()).toBe('{"ä":1}')
})
