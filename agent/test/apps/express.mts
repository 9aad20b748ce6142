// TypeScript, run by Node itself.
import express from 'express'
import type { AddressInfo } from 'node:net'

interface Order {
  readonly id: string
}

const app = express()
app.get('/orders/:id', (request, response) => {
  const order: Order = { id: request.params.id }
  response.json(order)
})
const server = app.listen(0, '127.0.0.1', () =>
  console.log(`listening ${(server.address() as AddressInfo).port}`),
)
