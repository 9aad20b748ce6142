import fastify from 'fastify'

const app = fastify()
app.get('/orders/:id', async request => ({ id: request.params.id }))
await app.listen({ port: 0, host: '127.0.0.1' })
console.log(`listening ${app.server.address().port}`)
