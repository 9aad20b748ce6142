const { trace } = require('@opentelemetry/api')
const { Client, Pool, Query } = require('pg')
const { current, listen, unhandled } = require('./routes.cjs')

const options = { host: '127.0.0.1', port: Number(process.env.PG_PORT), user: 'tester', database: 'postgres' }
const client = new Client(options)
const pool = new Pool({ ...options, max: 1 })
pool.on('error', () => {})
client.on('error', () => {})

const callback = (run, use = value => value) =>
  new Promise((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(use(value)))))

listen(
  {
    '/promise': async () => (await client.query("select 1 as a, 'x' as b where 1 < $1", [5])).rows,
    '/callback': () =>
      callback(
        done => client.query('select 1 as a', done),
        result => [result.rows, current() !== undefined],
      ),
    '/config': async () =>
      (await client.query({ text: 'select $1::int as a', values: [7], rowMode: 'array' })).rows,
    '/bad': () => client.query('select * from nothing where a = 5'),
    '/bad/callback': () => callback(done => client.query('select * from nothing', done)),
    '/unhandled': async () => {
      client.query('select unhandled')
      await client.query('select 1')
      await new Promise(resolve => setImmediate(resolve))
      return unhandled
    },
    '/submittable': () =>
      new Promise((resolve, reject) => {
        const rows = []
        const query = client.query(new Query('select generate_series(1, 3) as n'))
        query
          .on('row', row => rows.push(row.n))
          .on('end', () => resolve(rows))
          .on('error', reject)
      }),
    '/pool': async () => (await pool.query('select 2 as a')).rows,
    // Two at once over one connection, each in a span of its own: the second is given it by the first.
    '/pool/waits': () =>
      Promise.all(
        ['first', 'second'].map(name =>
          trace.getTracer('test').startActiveSpan(name, span =>
            callback(
              done => pool.query('select pg_sleep(0.02)', done),
              () => current() === span.spanContext().spanId,
            ).finally(() => span.end()),
          ),
        ),
      ),
    '/throws': () => client.query(null),
    '/hostile': () =>
      client.query({
        get text() {
          throw new RangeError('no text')
        },
      }),
  },
  client.connect(),
)
