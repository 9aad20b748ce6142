// A primary with one worker process that serves.
const cluster = require('node:cluster')
const http = require('node:http')
if (cluster.isPrimary) {
  cluster.fork().on('exit', (code, signal) => {
    process.exitCode = signal === 'SIGTERM' ? 0 : 1
  })
  process.once('SIGTERM', () =>
    Object.values(cluster.workers).forEach(worker => worker.process.kill('SIGTERM')),
  )
} else {
  const server = http
    .createServer((req, res) => res.end('x'))
    .listen(0, '127.0.0.1', () => {
      console.log(`listening ${server.address().port}`)
    })
}
