import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { DatabaseSync } from 'node:sqlite'

const db = new DatabaseSync(':memory:')
db.exec("create table stock (item text, amount integer); insert into stock values ('tea', 3), ('milk', 1)")

const stock = new Hono()
stock.get('/:item', c =>
  c.json(
    db.prepare("select * from stock where item = ? and amount > 0 and item <> 'x'").all(c.req.param('item')),
  ),
)
stock.get('/:item/throws', c => {
  throw new TypeError(`no ${c.req.param('item')}`)
})
const app = new Hono()
app.use(async (c, next) => {
  await next()
  c.header('x-middleware', 'ran')
})
app.use('/private/*', async c => c.text('who are you?', 401))
app.get('/private/:secret', c => c.text('never'))
app.get('/', c => c.text('home'))
app.get('/each', c => c.json([...db.prepare('select item from stock').iterate()]))
app.get('/rejects', async () => {
  throw new RangeError('too far')
})
app.route('/stock', stock)
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, info => console.log(`listening ${info.port}`))
