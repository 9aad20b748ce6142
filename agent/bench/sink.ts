/** A collector that takes everything and keeps nothing, as a process of its own. Prints `listening <port>`. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    // An empty answer is a whole success in JSON and in protobuf.
    response.writeHead(200, { 'content-type': request.headers['content-type'] ?? 'application/json' })
    response.end(request.headers['content-type'] === 'application/json' ? '{}' : '')
  })
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`))
