const { serve } = require('@hono/node-server')
const { Hono } = require('hono')
const { DatabaseSync } = require('node:sqlite')

const db = new DatabaseSync(':memory:')
const app = new Hono()
app.get('/orders/:id', c => c.json(db.prepare('select 1 as one').get()))
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, info => console.log(`listening ${info.port}`))
