import { createServer, type RequestListener, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { postMessage } from './connection.ts'
import { sendAll } from './send-all.ts'

let server: Server | undefined
afterEach(() => server?.closeAllConnections())

async function serve(listener: RequestListener): Promise<number> {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A server that remembers the bodies that it has taken and answers as told. */
async function remember(answer: (nth: number) => { status: number; headers?: Record<string, string> }) {
  const bodies: string[] = []
  let nth = 0
  const port = await serve((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk as Buffer))
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString())
      const { status, headers } = answer(nth++)
      response.writeHead(status, { 'content-length': 2, ...headers }).end('{}')
    })
  })
  return { port, bodies }
}

const messages = (port: number, bodies: string[]) =>
  bodies.map(body => postMessage(port, '/v1/traces', 'application/x-protobuf', Buffer.from(body)))

describe('the load driver', () => {
  it('sends each message once and counts its acknowledgement', async () => {
    const { port, bodies } = await remember(() => ({ status: 200 }))
    const sent = await sendAll(port, messages(port, ['a', 'bb', 'ccc', 'dddd', 'e']), 3)
    expect(bodies.sort()).toEqual(['a', 'bb', 'ccc', 'dddd', 'e'])
    expect(sent).toMatchObject({ acknowledged: 5, refusals: 0, failures: {} })
    expect(sent.seconds).toBeGreaterThan(0)
  })

  it('sends again what is refused for the moment, after the time that the server asks for', async () => {
    const { port, bodies } = await remember(nth =>
      nth === 0 ? { status: 503, headers: { 'retry-after': '0' } } : { status: 200 },
    )
    const sent = await sendAll(port, messages(port, ['a']), 1)
    expect(bodies).toEqual(['a', 'a'])
    expect(sent).toMatchObject({ acknowledged: 1, refusals: 1, failures: {} })
  })

  it('counts every other answer as a failure, by status', async () => {
    const { port } = await remember(nth => ({ status: nth === 1 ? 400 : 200 }))
    const sent = await sendAll(port, messages(port, ['a', 'b', 'c']), 1)
    expect(sent).toMatchObject({ acknowledged: 2, failures: { 400: 1 } })
  })

  it('fails when the server hangs up', async () => {
    const port = await serve(request => request.socket.destroy())
    await expect(sendAll(port, messages(port, ['a']), 1)).rejects.toThrow(/closed|ECONNRESET/)
  })
})
