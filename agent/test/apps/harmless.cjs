// One task of TASK, with the agent in front; prints what it sees as SEEN {…}.
const api = require('@opentelemetry/api')
const http = require('node:http')
const fs = require('node:fs')
const see = value => fs.writeSync(1, `SEEN ${JSON.stringify(value)}\n`)
const tracer = api.trace.getTracer('app')

/** Inodes of listening TCP sockets of this process. */
function listening() {
  const own = new Set(
    fs.readdirSync('/proc/self/fd').flatMap(fd => {
      try {
        return [/^socket:\[(\d+)\]$/.exec(fs.readlinkSync(`/proc/self/fd/${fd}`))?.[1]]
      } catch {
        return []
      }
    }),
  )
  const tables = ['tcp', 'tcp6'].map(name => fs.readFileSync(`/proc/net/${name}`, 'utf8'))
  return tables
    .flatMap(table => table.trim().split('\n').slice(1))
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields[3] === '0A' && own.has(fields[9])).length
}

/** Until it is ended: what is delivered then is not what the exit had time for. */
const stay = () => setInterval(() => {}, 1000)

const tasks = {
  burst() {
    for (let i = 0; i < 10_000; i++) tracer.startSpan(`span ${i}`, { attributes: { i } }).end()
    if (process.env.STAY) stay()
  },

  large() {
    for (let i = 0; i < 100; i++) {
      const span = tracer.startSpan('large')
      for (let j = 0; j < 40; j++) span.setAttribute(`k${j}`, 'x'.repeat(100_000))
      span.end()
    }
    stay()
  },

  async shutdown() {
    const agent = require('@hodoscope/agent')
    const server = http.createServer((req, res) => res.end('x'))
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${server.address().port}/`
    await (await fetch(url)).text()
    await Promise.all([agent.shutdown(), agent.shutdown()])
    // Every entry is a no-op from here on.
    tracer.startSpan('after').setAttribute('a', 1).end()
    api.logs.getLogger('app').emit({ body: 'after' })
    api.metrics.getMeter('app').createCounter('after').add(1)
    console.log('after')
    await (await fetch(url)).text()
    const answer = await new Promise(resolve => http.get(url, resolve))
    answer.resume()
    await new Promise(resolve => answer.on('end', resolve))
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    // The app's own connections take a turn or two to close.
    const handles = () =>
      process.getActiveResourcesInfo().filter(type => !/TTYWrap|PipeWrap|Timeout/.test(type))
    const deadline = Date.now() + 5000
    while (handles().length > 0 && Date.now() < deadline) await new Promise(resolve => setTimeout(resolve, 5))
    see({
      header: answer.headers['x-correlation-id'] ?? null,
      listeners: ['SIGTERM', 'SIGINT', 'SIGHUP', 'beforeExit', 'exit', 'uncaughtExceptionMonitor'].map(
        event => process.listenerCount(event),
      ),
      ownEmit: [http.IncomingMessage, http.ServerResponse, http.ClientRequest].map(type =>
        Object.hasOwn(type.prototype, 'emit'),
      ),
      console: console.log.toString().includes('apply'),
      handles: handles(),
    })
  },

  start() {
    const files = fs.readdirSync('.').length
    setTimeout(() => see({ listening: listening(), files: fs.readdirSync('.').length - files }), 100)
  },

  recursion() {
    const server = http.createServer((req, res) => {
      const deeper = n => api.context.with(api.context.active(), () => deeper(n + 1))
      try {
        deeper(0)
      } catch (error) {
        res.end(error.constructor.name)
      }
    })
    server.listen(0, '127.0.0.1', async () => {
      const answer = await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text()
      server.closeAllConnections()
      server.close()
      see({ answer })
    })
  },

  async context() {
    const { promisify } = require('node:util')
    const { pipeline } = require('node:stream/promises')
    const { Readable, PassThrough } = require('node:stream')
    const { EventEmitter, once, on } = require('node:events')
    const dns = require('node:dns')
    const zlib = require('node:zlib')
    const crypto = require('node:crypto')
    const timers = require('node:timers/promises')
    const { execFile } = require('node:child_process')
    const { MessageChannel, Worker } = require('node:worker_threads')
    const { AsyncResource } = require('node:async_hooks')
    const callback = start => new Promise(resolve => start(() => resolve(id())))
    const id = () => api.trace.getSpanContext(api.context.active())?.spanId
    const ways = {
      setTimeout: () => callback(done => setTimeout(done, 1)),
      setImmediate: () => callback(done => setImmediate(done)),
      setInterval: () =>
        callback(done => {
          const timer = setInterval(() => (clearInterval(timer), done()), 1)
        }),
      nextTick: () => callback(done => process.nextTick(done)),
      queueMicrotask: () => callback(done => queueMicrotask(done)),
      then: () => Promise.resolve().then(id),
      await: async () => (await null, id()),
      thenable: async () => (await { then: resolve => setTimeout(resolve, 1) }, id()),
      'timers/promises': async () => (await timers.setTimeout(1), id()),
      readFile: () => callback(done => fs.readFile(__filename, done)),
      'fs.promises': async () => (await fs.promises.stat(__filename), id()),
      'dns.lookup': () => callback(done => dns.lookup('localhost', done)),
      'zlib.gzip': () => callback(done => zlib.gzip('x', done)),
      pbkdf2: () => callback(done => crypto.pbkdf2('a', 'b', 1, 8, 'sha1', done)),
      randomBytes: () => callback(done => crypto.randomBytes(8, done)),
      promisify: async () => (await promisify(fs.stat)(__filename), id()),
      pipeline: async () => (await pipeline(Readable.from(['a']), new PassThrough().resume()), id()),
      'for await': async () => {
        for await (const _ of Readable.from(['a'])) return id()
      },
      'events.once': async () => {
        const emitter = new EventEmitter()
        setTimeout(() => emitter.emit('x'), 1)
        await once(emitter, 'x')
        return id()
      },
      execFile: () => callback(done => execFile('true', done)),
      fetch: async () => (await fetch('http://127.0.0.1:1/').catch(() => {}), id()),
      MessageChannel: () =>
        callback(done => {
          const { port1, port2 } = new MessageChannel()
          port1.once('message', () => (port1.close(), done()))
          port2.postMessage(1)
        }),
      Worker: () =>
        callback(done => new Worker('', { eval: true, execArgv: [], env: {} }).once('exit', done)),
      'AsyncResource.bind': () => callback(done => setTimeout(AsyncResource.bind(done), 1)),
    }
    const wrong = []
    await Promise.all(
      Object.entries(ways).flatMap(([name, way]) =>
        // Interleaved, so that a context that leaks is another span's.
        [1, 2, 3].map(n =>
          tracer.startActiveSpan(`${name} ${n}`, async span => {
            const seen = await way()
            if (seen !== span.spanContext().spanId) wrong.push(name)
            span.end()
          }),
        ),
      ),
    )
    see({ ways: Object.keys(ways).length, wrong: [...new Set(wrong)], outside: id() ?? null })
  },
}

void tasks[process.env.TASK]()
