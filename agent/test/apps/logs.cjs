// One request, every logger.
const http = require('node:http')
const pino = require('pino')
const winston = require('winston')

const log = pino({ redact: ['user.password'], base: { pid: 1, region: 'eu' } })
const win = winston.createLogger({
  level: 'info',
  format: winston.format.combine(winston.format.errors({ stack: true }), winston.format.json()),
  transports: [new winston.transports.Console()],
})

const server = http.createServer((req, res) => {
  log.info({ user: { name: 'ann', password: 'hunter2' }, n: 3 }, 'hello %s', 'world')
  log.child({ order: 7 }).error(new TypeError('broken'))
  log.debug('not written')
  win.info('from winston', { cart: { items: 2 } })
  win.error(new RangeError('far'))
  win.debug('not written')
  win.child({ who: 'child' }).warn('careful')
  console.log('plain %d', 5, { a: 1 })
  console.error('oops', new SyntaxError('bad'))
  res.end()
})
log.warn('outside')
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
