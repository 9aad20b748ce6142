import { createServer } from 'node:http'
import pino from 'pino'
import winston from 'winston'

const log = pino()
const win = winston.createLogger({ transports: [new winston.transports.Console()] })
const server = createServer((req, res) => {
  log.info('from pino')
  win.info('from winston')
  res.end()
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
