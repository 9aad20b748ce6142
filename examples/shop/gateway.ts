/**
 * Gateway is the door of the shop: it passes requests on to the service that answers them.
 * hono, ES modules, console.
 */
import { serve } from '@hono/node-server'
import { Hono, type Context } from 'hono'

const {
  PORT = '4400',
  HOST = '127.0.0.1',
  CART_URL = 'http://127.0.0.1:4401',
  CATALOG_URL = 'http://127.0.0.1:4402',
  CHECKOUT_URL = 'http://127.0.0.1:4403',
} = process.env
const PATIENCE_MILLIS = 10_000

async function pass(c: Context, upstream: string): Promise<Response> {
  const { method } = c.req
  const answer = await fetch(upstream, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' && { body: await c.req.text() }),
    signal: AbortSignal.timeout(PATIENCE_MILLIS),
  })
  if (answer.status >= 500)
    console.error(`${method} ${c.req.path} failed: ${upstream} answered ${answer.status}`)
  else if (answer.status >= 400) console.warn(`${method} ${c.req.path} was refused with ${answer.status}`)
  return new Response(answer.body, {
    status: answer.status,
    headers: { 'content-type': answer.headers.get('content-type') ?? 'application/json' },
  })
}

const app = new Hono()

app.get('/', c => c.json({ shop: 'open' }))
app.get('/products', c => pass(c, `${CATALOG_URL}/products?page=${Number(c.req.query('page') ?? 0)}`))
app.get('/products/:id', c => pass(c, `${CATALOG_URL}/products/${Number(c.req.param('id'))}`))
app.get('/search', c => pass(c, `${CATALOG_URL}/search?q=${encodeURIComponent(c.req.query('q') ?? '')}`))
app.get('/carts/:id', c => pass(c, `${CART_URL}/carts/${encodeURIComponent(c.req.param('id'))}`))
app.post('/carts/:id/items', c => pass(c, `${CART_URL}/carts/${encodeURIComponent(c.req.param('id'))}/items`))
app.post('/checkout', c => {
  console.info('checkout begins')
  return pass(c, `${CHECKOUT_URL}/checkout`)
})

app.onError((error, c) => {
  console.error(`${c.req.method} ${c.req.path} failed:`, error)
  return c.json({ error: 'bad_gateway' }, 502)
})

const server = serve({ fetch: app.fetch, port: Number(PORT), hostname: HOST }, () =>
  console.log(`gateway listens on ${HOST}:${PORT}`),
)
process.once('SIGTERM', () => server.close())
