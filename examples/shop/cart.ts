/**
 * Cart keeps what a customer has chosen. fastify, ES modules, pino, node:sqlite.
 *
 *   POST /carts/:id/items {productId, quantity}   → 201
 *   GET  /carts/:id                               → {lines, totalCents}
 *   DELETE /carts/:id                             → 204
 *
 * Reading a cart is the N+1 path: each line asks the database for its offer and the catalog for
 * its price, one after the other.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fastify, LogController } from 'fastify'
import { pino } from 'pino'

const {
  PORT = '4401',
  HOST = '127.0.0.1',
  DATA_FOLDER = '.',
  CATALOG_URL = 'http://127.0.0.1:4402',
} = process.env

interface Line {
  productId: number
  quantity: number
}
interface Product {
  title: string
  priceCents: number
}

const log = pino({ name: 'cart' })
const db = new DatabaseSync(join(DATA_FOLDER, 'cart.db'))
db.exec(`
  pragma journal_mode = wal;
  create table if not exists lines (cart text, product_id integer, quantity integer, primary key (cart, product_id));
  create table if not exists offers (product_id integer primary key, percent_off integer);
  insert or ignore into offers values (7, 10), (21, 25), (42, 50), (77, 15), (120, 20);
`)

const sql = {
  add: db.prepare(`insert into lines values (?, ?, ?)
    on conflict (cart, product_id) do update set quantity = quantity + excluded.quantity`),
  lines: db.prepare('select product_id as productId, quantity from lines where cart = ? order by product_id'),
  offer: db.prepare('select percent_off as percentOff from offers where product_id = ?'),
  empty: db.prepare('delete from lines where cart = ?'),
}

async function priced({ productId, quantity }: Line) {
  const offer = sql.offer.get(productId) as { percentOff: number } | undefined
  const answer = await fetch(`${CATALOG_URL}/products/${productId}`)
  if (!answer.ok) throw new Error(`catalog answered ${answer.status} for product ${productId}`)
  const { title, priceCents } = (await answer.json()) as Product
  const each = Math.round(priceCents * (1 - (offer?.percentOff ?? 0) / 100))
  return { productId, title, quantity, priceCents: each * quantity }
}

const app = fastify({
  loggerInstance: log,
  requestIdHeader: 'x-correlation-id',
  logController: new LogController({ disableRequestLogging: true }),
})

app.post<{ Params: { id: string }; Body: Line }>('/carts/:id/items', async (request, reply) => {
  const { productId, quantity } = request.body
  sql.add.run(request.params.id, productId, quantity)
  request.log.info({ cart: request.params.id, productId, quantity }, `product ${productId} added`)
  return reply.code(201).send({ added: quantity })
})

app.get<{ Params: { id: string } }>('/carts/:id', async (request, reply) => {
  const lines = sql.lines.all(request.params.id) as unknown as Line[]
  if (lines.length === 0) return reply.code(404).send({ error: 'empty_cart' })
  const pricedLines = []
  for (const line of lines) pricedLines.push(await priced(line))
  const totalCents = pricedLines.reduce((sum, line) => sum + line.priceCents, 0)
  request.log.info(`cart ${request.params.id} holds ${lines.length} products for ${totalCents} cents`)
  return { id: request.params.id, lines: pricedLines, totalCents }
})

app.delete<{ Params: { id: string } }>('/carts/:id', async (request, reply) => {
  sql.empty.run(request.params.id)
  return reply.code(204).send()
})

await app.listen({ port: Number(PORT), host: HOST })
process.once('SIGTERM', () => void app.close().then(() => db.close()))
