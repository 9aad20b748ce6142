import { createClient } from 'redis'
import routes from './routes.cjs'

const client = createClient({ url: `redis://127.0.0.1:${process.env.REDIS_PORT}` })
routes.listen({ '/': () => client.ping() }, client.connect())
