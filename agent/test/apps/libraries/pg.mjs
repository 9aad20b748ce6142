import pg, { Pool } from 'pg'
import routes from './routes.cjs'

const pool = new Pool({
  host: '127.0.0.1',
  port: Number(process.env.PG_PORT),
  user: 'tester',
  database: 'postgres',
})
routes.listen({ '/': async () => [pg.Pool === Pool, (await pool.query('select 1 as a')).rows] })
