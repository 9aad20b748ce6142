/**
 * Customers of the shop: a seeded load generator.
 *
 *   node examples/shop/load.ts [--rate 8] [--concurrency 16] [--seed 1] [--requests N] [--verbose]
 *
 * `--rate` is requests a second, begun in even steps; when `--concurrency` of them are under way,
 * the next ones wait. Each request carries an `x-request-id`. The same seed sends the same customers
 * in, with the same requests and the same ids. `--verbose` prints each checkout
 * that failed: `failed <status> <request id> <reason>`.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { randomFrom, type Random } from './random.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: process.env['RATE'] ?? '8' },
    concurrency: { type: 'string', default: '16' },
    seed: { type: 'string', default: process.env['SEED'] ?? String(Date.now() % 1_000_000) },
    requests: { type: 'string', default: 'Infinity' },
    verbose: { type: 'boolean', default: false },
  },
})
const GATEWAY_URL = process.env['GATEWAY_URL'] ?? 'http://127.0.0.1:4400'
const PRODUCTS = 240
const WORDS = ['lamp', 'teapot', 'copper', 'oak clock', 'vase', 'moss', 'o', 'no. 1', 'e']

/** What Acme's test cards do stands in acme.ts. */
const CARDS: readonly (readonly [share: number, card: string])[] = [
  [0.86, '4242424242420000'],
  [0.06, '4000000000000002'],
  [0.04, '4000000000000341'],
  [0.025, '4000000000000119'],
  [0.015, '4000000000000500'],
]

interface Step {
  method: 'GET' | 'POST'
  path: string
  body?: unknown
}

function card(random: Random): string {
  let left = random.next()
  for (const [share, number] of CARDS) {
    if (left < share) return number
    left -= share
  }
  return CARDS[0]![1]
}

/** One customer's way through the shop. */
function* visit(random: Random): Generator<Step> {
  const cart = `cart-${random.hex(8)}`
  yield { method: 'GET', path: `/products?page=${random.below(12)}` }
  if (random.next() < 0.2)
    yield { method: 'GET', path: `/search?q=${encodeURIComponent(random.pick(WORDS))}` }
  const wishes = random.next() < 0.15 ? 8 + random.below(5) : 1 + random.below(3)
  for (let i = 0; i < wishes; i++) {
    const productId = 1 + random.below(PRODUCTS)
    if (i < 2) yield { method: 'GET', path: `/products/${productId}` }
    yield { method: 'POST', path: `/carts/${cart}/items`, body: { productId, quantity: 1 + random.below(3) } }
  }
  yield { method: 'GET', path: `/carts/${cart}` }
  if (random.next() < 0.15) return
  const host = random.next() < 0.03 ? 'bounce.example' : 'mail.example'
  const email = `customer-${random.below(5_000)}@${host}`
  yield { method: 'POST', path: '/checkout', body: { cartId: cart, card: card(random), email } }
}

async function send(step: Step, requestId: string): Promise<number> {
  const answer = await fetch(GATEWAY_URL + step.path, {
    method: step.method,
    headers: { 'x-request-id': requestId, 'content-type': 'application/json' },
    ...(step.body !== undefined && { body: JSON.stringify(step.body) }),
  })
  const text = await answer.text()
  if (values.verbose && step.path === '/checkout' && answer.status >= 400)
    console.log(`failed ${answer.status} ${requestId} ${reason(text)}`)
  return answer.status
}

function reason(body: string): string {
  try {
    return String((JSON.parse(body) as { error?: unknown }).error)
  } catch {
    return 'unreadable'
  }
}

async function untilOpen(): Promise<void> {
  for (;;) {
    const open = await fetch(GATEWAY_URL).then(
      answer => answer.ok,
      () => false,
    )
    if (open) return
    await wait(250)
  }
}

/** A customer waits for each answer before the next step; many customers are in the shop at once. */
interface Customer {
  readonly steps: Generator<Step>
  readonly random: Random
}
const idle: Customer[] = []
let entered = 0

function enter(): Customer {
  const random = randomFrom(Number(values.seed) * 100_003 + entered++)
  return { steps: visit(random), random }
}

/** The next step of a customer who waits for nothing, else the first one of a new customer. */
function nextStep(): { step: Step; requestId: string; customer: Customer } {
  for (;;) {
    const customer = idle.shift() ?? enter()
    const { value, done } = customer.steps.next()
    if (!done) return { step: value, requestId: `req-${customer.random.hex(10)}`, customer }
  }
}

console.log(`load: seed ${values.seed}, ${values.rate} requests/s against ${GATEWAY_URL}`)
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

await untilOpen()
const underway = new Set<Promise<unknown>>()
const begun = performance.now()
for (let i = 0; i < Number(values.requests) && !stop.signal.aborted; i++) {
  const due = begun + (i * 1_000) / Number(values.rate)
  await wait(Math.max(0, due - performance.now()))
  while (underway.size >= Number(values.concurrency)) await Promise.race(underway)
  const { step, requestId, customer } = nextStep()
  const request = send(step, requestId)
    .catch((error: unknown) => console.error(`load: ${step.method} ${step.path}: ${String(error)}`))
    .finally(() => {
      underway.delete(request)
      idle.push(customer)
    })
  underway.add(request)
}
await Promise.all(underway)
