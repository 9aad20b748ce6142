import { Client, credentials, Server, ServerCredentials } from '@grpc/grpc-js'
import routes from './routes.cjs'

const path = '/shop.Orders/Get'
const same = value => value
const server = new Server()
const method = { path, requestStream: false, responseStream: false }
const codec = {
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
}
server.addService({ get: { ...method, ...codec } }, { get: (call, done) => done(null, call.request) })

let client
const ready = new Promise(resolve =>
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
    client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
    resolve()
  }),
)
routes.listen(
  {
    '/': () =>
      new Promise(resolve =>
        client.makeUnaryRequest(path, same, same, Buffer.from('x'), (error, value) => resolve(String(value))),
      ),
  },
  ready,
)
