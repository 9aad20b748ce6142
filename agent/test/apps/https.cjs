// An https server and its client, with a certificate that is good for nothing else.
const https = require('node:https')
const { readFileSync } = require('node:fs')
const cert = readFileSync(`${__dirname}/tls/cert.pem`)
const server = https.createServer({ key: readFileSync(`${__dirname}/tls/key.pem`), cert }, (req, res) =>
  res.end('x'),
)
server.listen(0, '127.0.0.1', () => {
  https.get(
    {
      port: server.address().port,
      host: '127.0.0.1',
      path: '/safe',
      ca: cert,
      checkServerIdentity: () => undefined,
    },
    res => {
      res.resume().on('end', () => {
        server.closeAllConnections()
        server.close()
      })
    },
  )
})
