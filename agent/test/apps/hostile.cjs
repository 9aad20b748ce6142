// Everything a host may do to an agent; prints what it sees itself, to be compared with a run without the agent.
const http = require('node:http')
const pino = require('pino')
const winston = require('winston')

const thrower = {
  get boom() {
    throw new Error('getter')
  },
  toString() {
    throw new Error('toString')
  },
  toJSON() {
    throw new Error('toJSON')
  },
}
const circular = { name: 'circular' }
circular.self = circular
const { proxy, revoke } = Proxy.revocable({}, {})
revoke()
const values = [
  thrower,
  circular,
  new Proxy(
    {},
    {
      get: () => {
        throw new Error('trap')
      },
      ownKeys: () => {
        throw new Error('keys')
      },
    },
  ),
  null,
  undefined,
  Symbol('s'),
  10n ** 30n,
  NaN,
  Object.freeze({ a: 1 }),
  Object.create(null),
  new Map([[1, thrower]]),
  'x'.repeat(100_000),
  Array.from({ length: 1000 }, (_, i) => i),
]
const seen = []
const attempt = (name, work) => {
  try {
    work()
    seen.push(`${name} ok`)
  } catch (error) {
    seen.push(`${name} threw ${error.message}`)
  }
}
const log = pino({ level: 'info' }, { write() {} })
const win = winston.createLogger({
  transports: [new winston.transports.Stream({ stream: require('node:fs').createWriteStream('/dev/null') })],
})

const server = http.createServer((req, res) => {
  values.forEach((value, i) => {
    attempt(`console ${i}`, () => console.debug(value))
    attempt(`pino ${i}`, () => log.info(value, 'text'))
    attempt(`pino field ${i}`, () => log.info({ value }, 'text'))
    attempt(`winston ${i}`, () => win.info('text', { value }))
  })
  attempt('revoked proxy to pino', () => log.info({ proxy }))
  attempt('emit', () => req.emit('something', thrower))
  attempt('bad header', () => res.setHeader('x', 'a\nb'))
  attempt('bad url', () => http.request('http://%%%'))
  attempt('bad method', () => http.request('http://127.0.0.1', { method: 'A B' }))
  attempt('prototype pollution', () => seen.push(String({}.polluted)))
  res.writeHead(200, { 'content-type': 'text/plain' })
  res.end()
})
server.listen(0, '127.0.0.1', () => {
  const headers = ['Host', 'x', 'traceparent', 'nonsense', 'x-correlation-id', '__proto__', 'baggage', ',,,=']
  http.get({ port: server.address().port, headers, path: '/%%%?a=%ZZ&__proto__=1' }, res => {
    res.resume()
    res.on('end', () => {
      server.closeAllConnections()
      server.close()
      process.stdout.write(`SEEN ${JSON.stringify({ status: res.statusCode, seen })}\n`)
    })
  })
})
