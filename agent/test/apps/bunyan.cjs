// One request, and bunyan: a stream for lines and one for records.
const http = require('node:http')
const bunyan = require('bunyan')

const records = []
const log = bunyan.createLogger({
  name: 'shop',
  serializers: { ...bunyan.stdSerializers, user: ({ name }) => ({ name }) },
  streams: [
    { stream: process.stdout },
    { type: 'raw', level: 'warn', stream: { write: record => records.push(record) } },
  ],
})

const server = http.createServer((req, res) => {
  log.info({ user: { name: 'ann', password: 'hunter2' }, n: 3 }, 'hello %s', 'world')
  log.child({ order: 7 }).error(new TypeError('broken'))
  log.debug('not written')
  log.warn({ trace_id: 'mine' }, 'with an id of its own')
  res.end(JSON.stringify(records.map(record => record.msg)))
})
log.warn('outside')
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
