import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { listen, type Fetch, type ServerLimits } from './server.ts'

/** The real limits, a hundred times as impatient. */
const HASTY: ServerLimits = {
  headersTimeout: 100,
  requestTimeout: 300,
  connectionsCheckingInterval: 10,
  keepAliveTimeout: 75_000,
  maxConnections: 3,
}

async function serverWith(fetch: Fetch, limits?: ServerLimits) {
  const server = await listen({ host: '127.0.0.1', port: 0 }, fetch, limits && { limits })
  onTestFinished(() => server.close(0))
  return server
}

async function client(port: number, sends: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  socket.write(sends)
  return socket
}

async function everything(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  if (!socket.closed) await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

const readBody: Fetch = async request => new Response(await request.text())

it('cuts a sender whose headers do not end', async () => {
  const { port } = await serverWith(readBody, HASTY)
  expect(await everything(await client(port, 'GET / HTTP/1.1\r\nHost: loc'))).toMatch(/^HTTP\/1\.1 408 /)
})

it('cuts a sender whose body does not end', async () => {
  const { port } = await serverWith(readBody, HASTY)
  const socket = await client(port, 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nslow')
  expect(await everything(socket)).toMatch(/^HTTP\/1\.1 408 /)
})

it('takes no more connections than it may', async () => {
  const { port, url } = await serverWith(() => new Response('here'), {
    ...HASTY,
    headersTimeout: 60_000,
    requestTimeout: 60_000,
  })
  const open = await Promise.all([1, 2, 3].map(() => client(port, 'GET / HTTP/1.1\r\n')))
  await expect(fetch(url)).rejects.toThrow('fetch failed')
  open[0]!.destroy()
  await expect
    .poll(() =>
      fetch(url).then(
        answer => answer.text(),
        () => 'refused',
      ),
    )
    .toBe('here')
})

it('finishes a request in flight when it closes, and takes no new connection', async () => {
  const answer = Promise.withResolvers<Response>()
  const asked = Promise.withResolvers<void>()
  const server = await serverWith(() => {
    asked.resolve()
    return answer.promise
  })
  const request = fetch(server.url)
  await asked.promise
  const closed = server.close(60_000)
  await expect(fetch(server.url)).rejects.toThrow('fetch failed')
  answer.resolve(new Response('finished'))
  expect(await (await request).text()).toBe('finished')
  await closed
})

it('closes at once when connections are merely kept alive', async () => {
  const server = await serverWith(() => new Response('kept'))
  expect(await (await fetch(server.url)).text()).toBe('kept')
  await server.close(60_000)
})

it('cuts what is left at the deadline', async () => {
  const asked = Promise.withResolvers<void>()
  const server = await serverWith(() => {
    asked.resolve()
    return new Promise(() => undefined)
  })
  const request = fetch(server.url).catch((error: Error) => error.message)
  await asked.promise
  await server.close(20)
  expect(await request).toBe('fetch failed')
})

it('names its address, with brackets where it is IPv6', async () => {
  const server = await listen({ host: '::1', port: 0 }, () => new Response(''))
  onTestFinished(() => server.close(0))
  expect(server.url).toBe(`http://[::1]:${server.port}`)
})

it('fails with the reason when the address is taken', async () => {
  const { port } = await serverWith(() => new Response(''))
  await expect(listen({ host: '127.0.0.1', port }, () => new Response(''))).rejects.toThrow('EADDRINUSE')
})
