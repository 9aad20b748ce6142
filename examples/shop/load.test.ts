import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startNode } from '../demo/child.ts'

describe('the load', () => {
  let server: Server
  let requests: string[]
  let underway: number
  let most: number
  /** Answers are held back until so many requests are under way at once. */
  let together: number
  let held: (() => void)[]
  const ids: (string | undefined)[] = []

  beforeEach(async () => {
    requests = []
    ids.length = 0
    underway = most = 0
    together = 1
    held = []
    server = createServer((request, response) => {
      most = Math.max(most, ++underway)
      void text(request).then(body => {
        if (request.url !== '/') {
          requests.push(
            `${request.method} ${request.url} ${request.headers['x-request-id'] as string} ${body}`,
          )
          ids.push(request.headers['x-request-id'] as string | undefined)
        }
        held.push(() => {
          underway--
          response.writeHead(request.url === '/checkout' ? 402 : 200).end('{"error":"insufficient_funds"}')
        })
        if (most >= together || request.url === '/') for (const answer of held.splice(0)) answer()
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => server.close())

  async function run(...flags: string[]): Promise<string[]> {
    const lines: string[] = []
    const child = startNode({
      name: 'load',
      args: [fileURLToPath(new URL('load.ts', import.meta.url)), '--rate', '2000', ...flags],
      cwd: '.',
      environment: {
        ...process.env,
        GATEWAY_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      },
      onLine: line => lines.push(line),
    })
    expect(await child.ended).toMatchObject({ how: 'code 0' })
    return lines
  }

  it('sends the same requests with the same ids for the same seed, and others for another', async () => {
    await run('--seed', '5', '--requests', '80', '--concurrency', '1')
    const first = requests.splice(0)
    await run('--seed', '5', '--requests', '80', '--concurrency', '1')
    expect(requests.splice(0)).toEqual(first)
    expect(first).toHaveLength(80)
    await run('--seed', '6', '--requests', '80', '--concurrency', '1')
    expect(requests).not.toEqual(first)
  })

  it('gives every request an id of its own and keeps within its concurrency', async () => {
    together = 3
    await run('--seed', '5', '--requests', '300', '--concurrency', '3')
    expect(new Set(ids).size).toBe(300)
    for (const id of ids) expect(id).toMatch(/^req-[0-9a-f]{10}$/)
    expect(most).toBe(3)
  })

  it('prints its seed, and the ids of failed checkouts when it is asked to', async () => {
    const quiet = await run('--seed', '5', '--requests', '60')
    expect(quiet).toEqual([expect.stringMatching(/^load: seed 5, 2000 requests\/s against http:/)])
    const verbose = await run('--seed', '5', '--requests', '60', '--verbose')
    const checkouts = requests.slice(60).filter(request => request.startsWith('POST /checkout'))
    const told = verbose.slice(1).map(line => line.split(' ')[2])
    expect(checkouts.length).toBeGreaterThan(2)
    expect(new Set(told)).toEqual(new Set(checkouts.map(request => request.split(' ')[2])))
    expect(verbose[1]).toMatch(/^failed 402 req-[0-9a-f]{10} insufficient_funds$/)
  })
})
