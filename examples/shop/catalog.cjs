/**
 * Catalog knows the products and how many of them are left. fastify, CommonJS, pino, better-sqlite3.
 *
 *   GET  /products?page=           a page of products
 *   GET  /products/:id             one product
 *   GET  /search?q=                products by a word, with their stock: the slow path
 *   POST /reservations {lines}     → 201 · 409 sold out
 *
 * Stock is the sum of all movements ever booked, and nobody has put an index on them. So a search
 * reads the whole table once for every product that it finds.
 */
const path = require('node:path')
const Database = require('better-sqlite3')
const { fastify, LogController } = require('fastify')
const pino = require('pino')

const { PORT = '4402', HOST = '127.0.0.1', DATA_FOLDER = '.' } = process.env
const PAGE_SIZE = 20
const PRODUCTS = 240
const MOVEMENTS = 60_000

const COLOURS = ['oak', 'linen', 'copper', 'slate', 'amber', 'ivory', 'moss', 'cobalt']
const THINGS = ['lamp', 'chair', 'teapot', 'clock', 'mirror', 'shelf', 'basket', 'candle', 'rug', 'vase']

const log = pino({ name: 'catalog' })
const db = new Database(path.join(DATA_FOLDER, 'catalog.db'))
db.pragma('journal_mode = wal')
db.exec(`
  create table if not exists products (id integer primary key, title text not null, price_cents integer not null);
  create table if not exists movements (product_id integer not null, quantity integer not null);
`)
if (db.prepare('select count(*) from products').pluck().get() === 0) stockUp()

function stockUp() {
  const product = db.prepare('insert into products values (?, ?, ?)')
  const movement = db.prepare('insert into movements values (?, ?)')
  db.transaction(() => {
    for (let id = 1; id <= PRODUCTS; id++) {
      const title = `${COLOURS[id % COLOURS.length]} ${THINGS[id % THINGS.length]} no. ${id}`
      product.run(id, title, 900 + ((id * 7_919) % 24_000))
    }
    for (let i = 0; i < MOVEMENTS; i++) movement.run((i % PRODUCTS) + 1, 1 + (i % 40))
  })()
}

const sql = {
  page: db.prepare('select id, title, price_cents as priceCents from products order by id limit ? offset ?'),
  one: db.prepare('select id, title, price_cents as priceCents from products where id = ?'),
  search: db.prepare(`
    select id, title, price_cents as priceCents,
           (select sum(quantity) from movements where product_id = products.id) as stock
    from products where title like '%' || ? || '%' order by stock desc limit 20`),
  stock: db.prepare('select sum(quantity) from movements where product_id = ?').pluck(),
  book: db.prepare('insert into movements values (?, ?)'),
}

const app = fastify({
  loggerInstance: log,
  requestIdHeader: 'x-correlation-id',
  logController: new LogController({ disableRequestLogging: true }),
})

app.get('/products', request => {
  const page = Math.max(0, Number(request.query.page ?? 0) || 0)
  return { page, products: sql.page.all(PAGE_SIZE, page * PAGE_SIZE) }
})

app.get('/products/:id', (request, reply) => {
  const product = sql.one.get(request.params.id)
  if (product) return product
  request.log.warn(`no product ${request.params.id}`)
  return reply.code(404).send({ error: 'no_such_product' })
})

app.get('/search', request => {
  const q = String(request.query.q ?? '')
  const begun = performance.now()
  const products = sql.search.all(q)
  const millis = Math.round(performance.now() - begun)
  if (millis > 100) request.log.warn({ q, millis }, `slow inventory search for "${q}": ${millis} ms`)
  return { q, products }
})

app.post('/reservations', (request, reply) => {
  for (const { productId, quantity } of request.body.lines) {
    const left = Number(sql.stock.get(productId))
    if (left < quantity) {
      request.log.warn(
        { productId, left },
        `product ${productId} is sold out: ${quantity} wanted, ${left} left`,
      )
      return reply.code(409).send({ error: 'sold_out', productId })
    }
  }
  db.transaction(lines => lines.forEach(line => sql.book.run(line.productId, -line.quantity)))(
    request.body.lines,
  )
  return reply.code(201).send({ reserved: request.body.lines.length })
})

app.listen({ port: Number(PORT), host: HOST }).catch(error => {
  log.fatal({ err: error }, 'catalog cannot listen')
  process.exitCode = 1
})
process.once('SIGTERM', () => void app.close().then(() => db.close()))
