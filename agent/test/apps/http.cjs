// Bare node:http: calls another service by node:http and by fetch, in several ways.
const http = require('node:http')

const next = process.env.NEXT
const routes = {
  '/leaf': (req, res) => res.end(JSON.stringify(req.headers)),
  '/get': (req, res) =>
    http
      .get(`${next}/leaf?api_key=abc&page=2`, answer => answer.pipe(res))
      .on('error', error => res.destroy(error)),
  '/get-array-headers': (req, res) =>
    http.get(`${next}/leaf`, { headers: ['Host', new URL(next).host, 'X-A', '1'] }, answer =>
      answer.pipe(res),
    ),
  '/get-foreign-trace': (req, res) =>
    http.get(`${next}/leaf`, { headers: { traceparent: FOREIGN } }, answer => answer.pipe(res)),
  '/fetch': async (req, res) => res.end(await (await fetch(`${next}/leaf`)).text()),
  '/fetch-foreign-trace': async (req, res) =>
    res.end(await (await fetch(`${next}/leaf`, { headers: { traceparent: FOREIGN } })).text()),
  '/fetch-missing': async (req, res) => res.end(await (await fetch(`${next}/nothing`)).text()),
  '/get-refused': (req, res) => http.get(process.env.DEAD).on('error', error => res.end(error.code)),
  '/fetch-refused': (req, res) => fetch(process.env.DEAD).catch(error => res.end(error.cause.code)),
  '/echo': (req, res) => {
    let size = 0
    req.on('data', chunk => (size += chunk.length))
    req.on('end', () => {
      console.log(`received ${size}`)
      setTimeout(() => {
        console.log('later')
        res.end(String(size))
      }, 1)
    })
  },
  '/status/500': (req, res) => res.writeHead(500).end(),
  '/own-correlation': (req, res) => res.writeHead(200, { 'x-correlation-id': 'mine' }).end(),
  '/never': () => {},
}
const FOREIGN = '00-11111111111111111111111111111111-2222222222222222-01'

const server = http.createServer((req, res) => {
  const handler = routes[new URL(req.url, 'http://x').pathname]
  if (handler) handler(req, res)
  else res.writeHead(404).end()
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
