const app = require(process.env.FASTIFY ?? 'fastify')({ logger: process.env.LOG ? { level: 'info' } : false })
app.register(
  async scope => {
    scope.get('/orders/:id', async request => ({ id: request.params.id }))
    scope.get('/throws', async () => {
      throw new TypeError('no luck')
    })
    scope.get('/logs', async request => {
      request.log.info({ order: { id: 7 } }, 'looking')
      return {}
    })
    scope.get(
      '/guarded/:x',
      { onRequest: async (request, reply) => reply.code(401).send({}) },
      async () => ({}),
    )
    scope.post('/body', { schema: { body: { type: 'object', required: ['a'] } } }, async request => {
      await new Promise(resolve => setTimeout(resolve, 1))
      console.log('handled')
      return request.body
    })
  },
  { prefix: '/v1' },
)
app.listen({ port: 0, host: '127.0.0.1' }).then(() => console.log(`listening ${app.server.address().port}`))
