// A server of JSON routes: each a function whose promise is the answer; what it throws is the answer too.
const { createServer } = require('node:http')
const { trace } = require('@opentelemetry/api')

/** The span that is current where this is called. */
exports.current = () => trace.getActiveSpan()?.spanContext().spanId

exports.listen = (routes, ready = Promise.resolve()) => {
  const server = createServer(async (request, response) => {
    try {
      const answer = await routes[request.url](request)
      response.end(JSON.stringify(answer ?? null))
    } catch (error) {
      response.end(JSON.stringify({ error: error.message, code: error.code }))
    }
  })
  process.on('unhandledRejection', error => {
    unhandled.push(error.message)
  })
  ready.then(() => {
    server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
  })
}

const unhandled = (exports.unhandled = [])
