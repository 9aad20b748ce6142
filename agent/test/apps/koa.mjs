import Router from '@koa/router'
import Koa from 'koa'

const app = new Koa()
const router = new Router()
router.get('/orders/:id', ctx => {
  ctx.body = ctx.params
})
app.use(router.routes())
const server = app.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
