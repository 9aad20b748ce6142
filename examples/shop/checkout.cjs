/**
 * Checkout turns a cart into an order. express, CommonJS, winston, better-sqlite3.
 *
 *   POST /checkout {cartId, card, email}
 *     → 201 ordered · 402 declined · 404 empty cart · 409 sold out · 502 payment is unavailable
 *   GET  /orders/:id
 *
 * A charge that timed out is tried again, at most three times in all, waiting longer each time.
 */
const { randomBytes } = require('node:crypto')
const path = require('node:path')
const { setTimeout: wait } = require('node:timers/promises')
const Database = require('better-sqlite3')
const express = require('express')
const winston = require('winston')

const {
  PORT = '4403',
  HOST = '127.0.0.1',
  DATA_FOLDER = '.',
  CART_URL = 'http://127.0.0.1:4401',
  CATALOG_URL = 'http://127.0.0.1:4402',
  PAYMENT_URL = 'http://127.0.0.1:4404',
  MAILER_URL = 'http://127.0.0.1:4405',
} = process.env
const CHARGE_ATTEMPTS = 3
const FIRST_BACKOFF_MILLIS = 50

const log = winston.createLogger({
  format: winston.format.combine(winston.format.errors({ stack: true }), winston.format.json()),
  transports: [new winston.transports.Console()],
})
const db = new Database(path.join(DATA_FOLDER, 'orders.db'))
db.pragma('journal_mode = wal')
db.exec(
  'create table if not exists orders (id text primary key, email text, total_cents integer, charge text)',
)
const sql = {
  insert: db.prepare('insert into orders values (?, ?, ?, ?)'),
  one: db.prepare('select id, email, total_cents as totalCents, charge from orders where id = ?'),
}

/** An answer that ends the checkout with a status for the customer. */
class Refusal extends Error {
  constructor(status, code, cause) {
    super(code, { cause })
    this.status = status
    this.code = code
  }
}

async function call(method, url, body) {
  const answer = await fetch(url, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  return { status: answer.status, ok: answer.ok, body: answer.status === 204 ? {} : await answer.json() }
}

async function charge(orderId, amountCents, card) {
  for (let attempt = 1; ; attempt++) {
    const answer = await call('POST', `${PAYMENT_URL}/charges`, { orderId, amountCents, card })
    if (answer.ok) return answer.body.charge
    if (answer.status === 402) throw new Refusal(402, answer.body.error)
    if (answer.status !== 504 || attempt === CHARGE_ATTEMPTS)
      throw new Refusal(
        502,
        'payment_unavailable',
        new Error(`payment answered ${answer.status} ${answer.body.error}`),
      )
    const backoff = FIRST_BACKOFF_MILLIS * 2 ** (attempt - 1)
    log.warn(
      `charge for order ${orderId} timed out, attempt ${attempt} of ${CHARGE_ATTEMPTS}; again in ${backoff} ms`,
    )
    await wait(backoff)
  }
}

async function placeOrder({ cartId, card, email }) {
  const cart = await call('GET', `${CART_URL}/carts/${cartId}`)
  if (!cart.ok) throw new Refusal(cart.status === 404 ? 404 : 502, cart.body.error ?? 'cart_unavailable')
  const { lines, totalCents } = cart.body

  const reservation = await call('POST', `${CATALOG_URL}/reservations`, { lines })
  if (!reservation.ok) throw new Refusal(409, 'sold_out')

  const id = `ord_${randomBytes(5).toString('hex')}`
  try {
    sql.insert.run(id, email, totalCents, await charge(id, totalCents, card))
  } catch (error) {
    const returned = lines.map(({ productId, quantity }) => ({ productId, quantity: -quantity }))
    await call('POST', `${CATALOG_URL}/reservations`, { lines: returned })
    throw error
  }
  await call('DELETE', `${CART_URL}/carts/${cartId}`)
  await call('POST', `${MAILER_URL}/jobs`, { kind: 'receipt', orderId: id })
  return { id, totalCents }
}

const app = express()
app.use(express.json())

// oxlint-disable-next-line oxc/no-async-endpoint-handlers -- express 5 hands a rejection to the error handler
app.post('/checkout', async (request, response) => {
  const order = await placeOrder(request.body)
  log.info(`order ${order.id} placed for ${order.totalCents} cents`, { orderId: order.id })
  response.status(201).json(order)
})

app.get('/orders/:id', (request, response) => {
  const order = sql.one.get(request.params.id)
  if (order) response.json(order)
  else response.status(404).json({ error: 'no_such_order' })
})

// express knows an error handler by its four parameters.
app.use((error, _request, response, _next) => {
  const refused = error instanceof Refusal ? error : new Refusal(500, 'checkout_failed', error)
  if (refused.status >= 500)
    log.error(`checkout failed: ${refused.code}`, { error: String(refused.cause ?? error) })
  else log.warn(`checkout refused: ${refused.code}`)
  response.status(refused.status).json({ error: refused.code })
})

const server = app.listen(Number(PORT), HOST, () => log.info(`checkout listens on ${HOST}:${PORT}`))
process.once('SIGTERM', () => {
  server.close(() => db.close())
  server.closeIdleConnections()
})
