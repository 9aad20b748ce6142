// Serves until a signal; with OWN it has its own listener, which ends the process in its own way.
const http = require('node:http')
const server = http
  .createServer((req, res) => res.end('x'))
  .listen(0, '127.0.0.1', () => {
    if (process.env.OWN) {
      process.once('SIGTERM', () => {
        server.closeAllConnections()
        server.close(() => {
          process.exitCode = 3
        })
      })
    }
    console.log(`listening ${server.address().port}`)
  })
