import { createPool } from 'mysql2/promise'
import routes from './routes.cjs'

const pool = createPool({ host: '127.0.0.1', port: Number(process.env.MYSQL_PORT), user: 'tester' })
routes.listen({ '/': async () => (await pool.execute('select 1 as a'))[0] })
