// Does one traced call and ends by itself, as TELL says.
const http = require('node:http')
const server = http
  .createServer((req, res) => res.end('x'))
  .listen(0, '127.0.0.1', async () => {
    await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text()
    server.closeAllConnections()
    server.close()
    const ways = {
      end() {},
      exitCode: () => (process.exitCode = 7),
      exit: () => process.exit(5),
      handled: () => {
        process.once('unhandledRejection', error => console.log(`handled: ${error.message}`))
        void Promise.reject(new Error('late'))
      },
      throw: () =>
        setImmediate(() => {
          throw new Error('the host crashed')
        }),
      reject: () => void Promise.reject(new Error('the host rejected')),
    }
    ways[process.env.TELL]()
  })
