// The main thread starts a worker that does the work; --require reaches both.
const { Worker, isMainThread } = require('node:worker_threads')
if (isMainThread) new Worker(__filename).on('exit', code => console.log(`worker ended with ${code}`))
else {
  const http = require('node:http')
  const server = http
    .createServer((req, res) => res.end('x'))
    .listen(0, '127.0.0.1', async () => {
      await (await fetch(`http://127.0.0.1:${server.address().port}/in-worker`)).text()
      server.closeAllConnections()
      server.close()
    })
}
