// Koa with nested routers, a middleware that refuses, and handlers that throw.
const Koa = require(process.env.KOA ?? 'koa')
const { Router } = require('@koa/router')

const app = new Koa()
app.silent = true
const items = new Router()
items.get('/:item', ctx => {
  ctx.body = ctx.params
})
const orders = new Router({ prefix: '/orders' })
orders.get('/', ctx => {
  ctx.body = []
})
orders.get('/:id/boom', async ctx => {
  await null
  throw new TypeError(`no ${ctx.params.id}`)
})
orders.get('/:id/teapot', ctx => ctx.throw(418))
orders.use('/:id/items', items.routes())
app.use(async (ctx, next) => {
  if (ctx.path.startsWith('/private')) ctx.throw(401)
  await next()
})
app.use(orders.routes())
app.use(ctx => {
  if (ctx.path === '/plain') ctx.body = Object.keys(ctx).includes('_matchedRoute')
})
const server = app.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
