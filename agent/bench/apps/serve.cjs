// One service of each kind: GET /orders/:id answers a small JSON. Libraries come from the folder in LIBRARIES.
const { createRequire } = require('node:module')
const path = require('node:path')
const { monitorEventLoopDelay } = require('node:perf_hooks')
const library = createRequire(path.join(process.env.LIBRARIES, 'index.js'))

const order = id => ({ id, item: 'tea', price: 4.2 })
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

/** For the bench alone; not counted. @returns whether it was such a request */
const tells = url => url === '/delay'
const told = () => {
  const text = JSON.stringify({ maxMillis: delay.max / 1e6, p99Millis: delay.percentile(99) / 1e6 })
  delay.reset()
  return text
}

const kinds = {
  'node:http': () =>
    require('node:http')
      .createServer((req, res) => {
        res.setHeader('content-type', 'application/json')
        res.end(tells(req.url) ? told() : JSON.stringify(order(req.url.slice(8))))
      })
      .listen(0, '127.0.0.1', ready),
  express() {
    const app = library('express')()
    app.get('/delay', (req, res) => res.type('json').send(told()))
    app.get('/orders/:id', (req, res) => res.json(order(req.params.id)))
    app.listen(0, '127.0.0.1', ready)
  },
  fastify() {
    const app = library('fastify')()
    app.get('/delay', (req, reply) => reply.type('application/json').send(told()))
    app.get('/orders/:id', (req, reply) => reply.send(order(req.params.id)))
    app.listen({ port: 0, host: '127.0.0.1' }, (error, url) => console.log(`listening ${new URL(url).port}`))
  },
  pg() {
    const app = library('express')()
    const pool = new (library('pg').Pool)({ connectionString: process.env.POSTGRES, max: 8 })
    app.get('/delay', (req, res) => res.type('json').send(told()))
    app.get('/orders/:id', (req, res, next) => {
      pool
        .query('SELECT $1::int AS id, $2::text AS item', [Number(req.params.id), 'tea'])
        .then(({ rows }) => res.json(rows[0]), next)
    })
    app.listen(0, '127.0.0.1', ready)
  },
}

function ready() {
  console.log(`listening ${this.address().port}`)
}
kinds[process.env.KIND]()
