// Express with nested routers, a middleware that refuses, handlers that throw, and two databases behind it.
const express = require(process.env.EXPRESS ?? 'express')
const Database = require('better-sqlite3')

const db = new Database(':memory:')
db.exec('create table orders (id integer primary key, item text)')
db.prepare("insert into orders (item) values ('tea'), ('milk')").run()

const app = express()
app.use((req, res, next) => next())
app.use('/private', (req, res, next) => res.status(401).end())

const items = express.Router({ mergeParams: true })
items.get('/:item', (req, res) => res.json(req.params))
items.get('/boom/:x', (req, res) => {
  throw new TypeError(`no ${req.params.x}`)
})
const orders = express.Router()
orders.get('/', (req, res) => res.json(db.prepare('select * from orders where item <> ?').all('salt')))
orders.get('/insert', (req, res) => {
  db.transaction(() => db.prepare("insert into orders (item) values ('x')").run())()
  res.end()
})
orders.get('/iterate', (req, res) => {
  const seen = []
  for (const row of db.prepare('select item from orders').iterate()) seen.push(row.item)
  res.json(seen)
})
orders.get('/bad-sql', (req, res) => {
  db.exec('select * from nothing where a = 1')
})
orders.use('/:id/items', items)
app.use('/orders', orders)
app.get(['/a', '/b'], (req, res) => res.end())
app.get('/maybe', (req, res, next) => next())
app.get('/rejects', async () => {
  throw new RangeError('too far', { cause: new Error('the cause') })
})
app.get('/teapot', (req, res, next) => next(Object.assign(new Error('short and stout'), { status: 418 })))
app.use('/handled', (req, res, next) => next(new Error('handled')))
app.use((error, req, res, next) => {
  if (req.url.startsWith('/handled') || req.originalUrl.startsWith('/handled'))
    return res.status(503).end('sorry')
  next(error)
})
app.set('env', 'test')
const server = app.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
