// A server and a client of all four kinds of call, in one process; messages are texts.
const grpc = require('@grpc/grpc-js')
const { trace } = require('@opentelemetry/api')
const { current, listen } = require('./routes.cjs')

const bytes = value => Buffer.from(value)
const text = value => value.toString()
const kind = (path, requestStream, responseStream) => ({
  path,
  requestStream,
  responseStream,
  requestSerialize: bytes,
  requestDeserialize: text,
  responseSerialize: bytes,
  responseDeserialize: text,
})
const definition = {
  get: kind('/shop.Orders/Get', false, false),
  fail: kind('/shop.Orders/Fail', false, false),
  sum: kind('/shop.Orders/Sum', true, false),
  list: kind('/shop.Orders/List', false, true),
  echo: kind('/shop.Orders/Echo', true, true),
}
const collected = async stream => {
  const values = []
  for await (const value of stream) values.push(value)
  return values
}

const server = new grpc.Server()
server.addService(definition, {
  get: (call, done) => {
    trace.getTracer('app').startSpan('handled').end()
    done(null, `${call.request} ${call.metadata.get('mine')}`)
  },
  fail: (call, done) => done({ code: Number(call.request), details: 'no order' }),
  sum: (call, done) => collected(call).then(values => done(null, values.join('+'))),
  list: call => {
    call.write('a')
    call.write('b')
    call.end()
  },
  echo: call => {
    call.on('data', value => call.write(value))
    call.on('end', () => call.end())
  },
})

const Client = grpc.makeGenericClientConstructor(definition, 'Orders')
let client
const ready = new Promise((resolve, reject) =>
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) return reject(error)
    client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
    resolve()
  }),
)
const unary = (method, ...args) =>
  new Promise((resolve, reject) =>
    client[method](...args, (error, value) => (error ? reject(error) : resolve([value, current()]))),
  )

const metadata = new grpc.Metadata()
metadata.set('mine', 'yes')
listen(
  {
    '/unary': async () => [await unary('get', 'tea', metadata), Object.keys(metadata.getMap())],
    '/bare': () => unary('get', 'tea'),
    '/missing': () => unary('fail', String(grpc.status.NOT_FOUND)),
    '/internal': () => unary('fail', String(grpc.status.INTERNAL)),
    '/sum': () =>
      new Promise((resolve, reject) => {
        const call = client.sum((error, value) => (error ? reject(error) : resolve(value)))
        call.write('1')
        call.write('2')
        call.end()
      }),
    '/list': () => collected(client.list('x')),
    '/echo': () => {
      const call = client.echo()
      call.write('x')
      call.end()
      return collected(call)
    },
  },
  ready,
)
