const { Redis } = require('ioredis')
const { current, listen, unhandled } = require('./routes.cjs')

const redis = new Redis({ host: '127.0.0.1', port: Number(process.env.REDIS_PORT), db: 2 })

listen({
  '/promise': async () => [await redis.set('user:7', 'secret'), await redis.get('user:7')],
  '/callback': () =>
    new Promise(resolve => redis.get('user:7', (error, value) => resolve([value, current() !== undefined]))),
  '/pipeline': () => redis.pipeline().set('a', '1').get('a').exec(),
  '/multi': () => redis.multi().incr('n').exec(),
  '/bad': () => redis.lpush('user:7', 'x'),
  '/unhandled': async () => {
    void redis.lpush('user:7', 'x')
    await redis.ping()
    await new Promise(resolve => setImmediate(resolve))
    return unhandled
  },
})
