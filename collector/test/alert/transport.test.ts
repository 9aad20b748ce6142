/** One attempt over real sockets: what receivers do (A3), and which addresses are connected to (S6). */
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { addressGuard, parseRange } from '../../src/alert/addresses.ts'
import { httpTransport } from '../../src/alert/transport.ts'

const LOOPBACK = addressGuard([parseRange('127.0.0.1')!])
const FORBIDDEN = {
  failure: 'the address is not one that alerts may be sent to; see alerts.allowedAddresses',
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

async function send(listener: RequestListener, timeoutMillis = 5_000) {
  const port = await listening(createServer(listener))
  return httpTransport(
    LOOPBACK,
    timeoutMillis,
  )({ url: `http://127.0.0.1:${port}/hook?x=1`, headers: { 'X-A': 'b' }, body: 'ö' })
}

describe('an attempt', () => {
  it('posts the body and the headers, and tells the status', async () => {
    let seen: unknown
    const answer = await send((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', chunk => (body += String(chunk)))
      request.on('end', () => {
        seen = [request.method, request.url, request.headers['x-a'], request.headers['content-length'], body]
        response.writeHead(202).end('taken')
      })
    })
    expect(seen).toEqual(['POST', '/hook?x=1', 'b', '2', 'ö'])
    expect(answer).toEqual({ status: 202, retryAfter: undefined })
  })

  it('does not follow a redirect', async () => {
    let requests = 0
    const answer = await send((_, response) => {
      requests++
      response.writeHead(307, { Location: '/elsewhere' }).end()
    })
    expect([answer, requests]).toEqual([{ status: 307, retryAfter: undefined }, 1])
  })

  it('tells Retry-After', async () => {
    const answer = await send((_, response) => void response.writeHead(429, { 'Retry-After': '9' }).end())
    expect(answer).toEqual({ status: 429, retryAfter: '9' })
  })

  it('reads no more than 64 KiB of an endless answer', async () => {
    let sent = 0
    const answer = await send((_, response) => {
      response.writeHead(200)
      const chunk = Buffer.alloc(65_536)
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length
        sent += chunk.length
      }
      response.on('drain', more)
      more()
    })
    expect(answer).toEqual({ status: 200, retryAfter: undefined })
    // What the system's own buffers took is not ours to count.
    expect(sent).toBeLessThan(64 * 1024 * 1024)
  })

  it('takes the status of an answer that drips and never ends', async () => {
    const answer = await send((_, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write('.'), 10)
      response.on('close', () => clearInterval(drip))
    }, 300)
    expect(answer).toEqual({ status: 200, retryAfter: undefined })
  })

  it('gives up a receiver that never answers', async () => {
    expect(await send(() => {}, 200)).toEqual({ failure: 'no answer in time' })
  })

  it('tells a reset and a refused connection', async () => {
    const port = await listening(
      createTcpServer(socket => socket.once('data', () => socket.resetAndDestroy())),
    )
    const transport = httpTransport(LOOPBACK)
    expect(await transport({ url: `http://127.0.0.1:${port}/`, headers: {}, body: '' })).toEqual({
      failure: 'ECONNRESET',
    })
    const closed = createTcpServer()
    const gone = await listening(closed)
    await new Promise(resolve => closed.close(resolve))
    expect(await transport({ url: `http://127.0.0.1:${gone}/`, headers: {}, body: '' })).toEqual({
      failure: 'ECONNREFUSED',
    })
  })

  it('tells that TLS is not spoken', async () => {
    const port = await listening(createServer(() => {}))
    const answer = await httpTransport(LOOPBACK)({ url: `https://127.0.0.1:${port}/`, headers: {}, body: '' })
    expect(answer).toEqual({ failure: expect.stringMatching(/^(ERR_SSL|EPROTO)/) })
  })
})

describe('an address', () => {
  const isAllowed = addressGuard([])

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:169.254.169.254',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'ff02::1',
    '2002:7f00:1::',
    'localhost',
    '',
  ])('%s is not connected to', address => expect(isAllowed(address)).toBe(false))

  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '192.167.1.1', '2606:4700:4700::1111'])('%s is', address =>
    expect(isAllowed(address)).toBe(true),
  )

  it('that the operator lists is', () => {
    const allowed = addressGuard([parseRange('10.1.0.0/16')!, parseRange('fd00::/8')!])
    expect(['10.1.2.3', '10.2.0.1', 'fd00::1', 'fc00::1'].map(allowed)).toEqual([true, false, true, false])
  })

  it.each(['', '10.0.0.0/33', '10.0.0/8', 'x', '10.0.0.0/8/8', '::/129'])('range is not %j', text =>
    expect(parseRange(text)).toBeUndefined(),
  )

  it.each([
    'http://127.0.0.1:1/',
    'http://2130706433:1/',
    'http://0x7f.1:1/',
    'http://0177.0.0.1:1/',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'http://[::]:1/',
    'http://0:1/',
    'http://localhost:1/',
    'http://user:pass@127.0.0.1:1/',
    'http://169.254.169.254/latest/meta-data/',
  ])('of %s is judged before it is connected to', async url => {
    expect(await httpTransport(isAllowed)({ url, headers: {}, body: '' })).toEqual(FORBIDDEN)
  })
})
