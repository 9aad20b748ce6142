/** The shop by itself, without the agent: what its services promise in their headers. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNode, type Child } from '../demo/child.ts'
import { freePort, isOpen, until } from '../demo/ports.ts'
import { addresses, SERVICES } from './services.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const DEADLINE_MILLIS = 15_000

describe('the shop', () => {
  const lines: string[] = []
  let children: Child[] = []
  let folder: string
  let gateway: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hodoscope-shop-'))
    const ports = new Map<string, number>()
    for (const { name } of SERVICES) ports.set(name, await freePort(0))
    gateway = addresses(ports)['GATEWAY_URL']!
    children = SERVICES.map(({ name, file }) =>
      startNode({
        name,
        args: [`examples/shop/${file}`],
        cwd: ROOT,
        environment: {
          ...process.env,
          ...addresses(ports),
          PORT: String(ports.get(name)),
          DATA_FOLDER: folder,
        },
        onLine: line => lines.push(`${name} ${line}`),
      }),
    )
    for (const port of ports.values()) await until(() => isOpen(port), AbortSignal.timeout(DEADLINE_MILLIS))
  })

  afterAll(async () => {
    await Promise.all(children.map(child => child.end(2_000)))
    await rm(folder, { recursive: true, force: true })
  })

  const ask = async (
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(gateway + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.json() }
  }

  const checkout = async (cartId: string, card: string, email = 'ann@mail.example') => {
    await ask('POST', `/carts/${cartId}/items`, { productId: 1, quantity: 1 })
    return ask('POST', '/checkout', { cartId, card, email })
  }

  /** How many lines of this service match so far. */
  const said = (service: string, what: RegExp): number =>
    lines.filter(line => line.startsWith(`${service} `) && what.test(line)).length

  it('prices a cart line by line, with its offers', async () => {
    await ask('POST', '/carts/full/items', { productId: 42, quantity: 2 })
    await ask('POST', '/carts/full/items', { productId: 43, quantity: 1 })
    // 900 + (42 · 7919 mod 24000) = 21498 cents, half price; 900 + (43 · 7919 mod 24000) = 5417 cents
    expect(await ask('GET', '/carts/full')).toEqual({
      status: 200,
      body: {
        id: 'full',
        lines: [
          { productId: 42, title: 'copper teapot no. 42', quantity: 2, priceCents: 21_498 },
          { productId: 43, title: 'slate clock no. 43', quantity: 1, priceCents: 5_417 },
        ],
        totalCents: 26_915,
      },
    })
    expect(await ask('GET', '/carts/empty')).toEqual({ status: 404, body: { error: 'empty_cart' } })
  })

  it.each([
    ['4242424242420000', 201, undefined],
    ['4000000000000002', 402, 'insufficient_funds'],
    ['4000000000000119', 502, 'payment_unavailable'],
    ['4000000000000341', 201, undefined],
    ['4000000000000500', 502, 'payment_unavailable'],
  ])('answers a checkout with card %s by %i %s', async (card, status, error) => {
    const answer = await checkout(`cart-${card}`, card)
    expect(answer.status).toBe(status)
    expect((answer.body as { error?: string }).error).toBe(error)
  })

  /** Waits until the service has said it so many times; what it said too often is a fault. */
  async function expectSaid(service: string, what: RegExp, times: number): Promise<void> {
    await until(async () => said(service, what) >= times, AbortSignal.timeout(DEADLINE_MILLIS))
    expect(said(service, what)).toBe(times)
  }

  it('tries a charge that timed out three times, and no other failure again', async () => {
    const late = said('payment', /acme did not answer/)
    await checkout('cart-late', '4000000000000119')
    await expectSaid('payment', /acme did not answer/, late + 3)

    const broken = said('payment', /charge failed.*is not valid JSON/)
    await checkout('cart-broken', '4000000000000500')
    await expectSaid('payment', /charge failed.*is not valid JSON/, broken + 1)
  })

  it('refuses what is sold out, and gives back what it had reserved for a declined card', async () => {
    const stock = async (): Promise<number> => {
      const { products } = (await ask('GET', '/search?q=no. 137')).body as { products: { stock: number }[] }
      return products[0]!.stock
    }
    const before = await stock()
    await ask('POST', '/carts/greedy/items', { productId: 137, quantity: before + 1 })
    const greedy = { cartId: 'greedy', card: '4242424242420000', email: 'ann@mail.example' }
    expect(await ask('POST', '/checkout', greedy)).toEqual({ status: 409, body: { error: 'sold_out' } })

    await ask('POST', '/carts/poor/items', { productId: 137, quantity: 2 })
    await ask('POST', '/checkout', { ...greedy, cartId: 'poor', card: '4000000000000002' })
    expect(await stock()).toBe(before)
  })

  it('mails a receipt later, and gives a mailbox that bounces up after three attempts', async () => {
    const { body } = await checkout('cart-mail', '4242424242420000', 'bea@mail.example')
    const { id } = body as { id: string }
    await expectSaid('mailer', new RegExp(`receipt for order ${id} sent to bea@mail.example`), 1)
    await checkout('cart-bounce', '4242424242420000', 'cas@bounce.example')
    await expectSaid('mailer', /attempt 3 of 3: 550 no such mailbox: cas@bounce.example/, 1)
  })
})
