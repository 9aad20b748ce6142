const { Queue, QueueEvents, Worker } = require('bullmq')
const { trace } = require('@opentelemetry/api')
const { listen } = require('./routes.cjs')

const connection = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) }
const queue = new Queue('mail', { connection })
const events = new QueueEvents('mail', { connection })
const worker = new Worker(
  'mail',
  async job => {
    trace.getTracer('app').startSpan('handled').end()
    if (job.name === 'bad') throw new TypeError('no address')
    return job.data.to
  },
  { connection },
)
worker.on('error', () => {})

const finished = job => job.waitUntilFinished(events)
listen(
  {
    '/add': async () => finished(await queue.add('welcome', { to: 'ann' }, { attempts: 1 })),
    '/bulk': async () => {
      const jobs = await queue.addBulk([
        { name: 'a', data: { to: 'x' } },
        { name: 'b', data: { to: 'y' } },
      ])
      return Promise.all(jobs.map(finished))
    },
    '/bad': async () => finished(await queue.add('bad', {})),
    '/own': async () => {
      const job = await queue.add('own', {}, { telemetry: { omitContext: true } })
      await finished(job)
      return job.opts.telemetry
    },
  },
  Promise.all([queue.waitUntilReady(), events.waitUntilReady(), worker.waitUntilReady()]),
)
