const { createClient } = require('redis')
const { listen, unhandled } = require('./routes.cjs')

const client = createClient({
  socket: { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) },
  database: 1,
})
client.on('error', () => {})

listen(
  {
    '/promise': async () => [await client.set('user:7', 'secret'), await client.get('user:7')],
    '/raw': () => client.sendCommand(['ECHO', 'secret']),
    '/multi': () => client.multi().set('a', '1').get('a').exec(),
    '/pipeline': () => client.multi().set('a', '1').get('a').execAsPipeline(),
    '/bad': () => client.lPush('user:7', 'x'),
    '/unhandled': async () => {
      void client.lPush('user:7', 'x')
      await client.ping()
      await new Promise(resolve => setImmediate(resolve))
      return unhandled
    },
  },
  client.connect(),
)
