const mysql = require('mysql2')
const { current, listen } = require('./routes.cjs')

const options = { host: '127.0.0.1', port: Number(process.env.MYSQL_PORT), user: 'tester', database: 'shop' }
const connection = mysql.createConnection(options)
const pool = mysql.createPool({ ...options, connectionLimit: 1 })
const promised = connection.promise()

const callback = (run, use = value => value) =>
  new Promise((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(use(value)))))

listen({
  '/promise': async () => (await promised.query(`select 1 as a, "it's" as b where 1 < ?`, [5]))[0],
  '/execute': async () => (await promised.execute('select ? as a', ['secret']))[0],
  '/callback': () =>
    callback(
      done => connection.query('select 1 as a', done),
      rows => [rows, current() !== undefined],
    ),
  '/events': () =>
    new Promise((resolve, reject) => {
      const rows = []
      connection
        .query('select 1 as a union select 2')
        .on('result', row => rows.push(row.a))
        .on('end', () => resolve(rows))
        .on('error', reject)
    }),
  '/bad': () => promised.query('select * from nothing where a = 5'),
  '/bad/events': () =>
    new Promise((resolve, reject) => connection.query('select * from nothing').on('error', reject)),
  '/bad/execute': () => promised.execute('select * from nothing'),
  '/pool': async () => (await pool.promise().query('select 2 as a'))[0],
  '/pool/waits': () =>
    Promise.all(
      [1, 2].map(() =>
        callback(
          done => pool.query('select sleep(0.02)', done),
          () => current(),
        ),
      ),
    ),
})
