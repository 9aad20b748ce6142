// pino writing by a transport of its own, in a worker.
const pino = require('pino')
const log = pino(pino.transport({ target: 'pino/file', options: { destination: 1 } }))
log.info('by transport')
