import Redis from 'ioredis'
import routes from './routes.cjs'

const redis = new Redis(Number(process.env.REDIS_PORT), '127.0.0.1')
routes.listen({ '/': () => redis.ping() })
