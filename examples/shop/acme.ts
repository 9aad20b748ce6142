/**
 * Acme Pay, the card processor: a third party that nobody here can instrument or mend.
 *
 * As with the test cards of any processor, the number decides what happens:
 *   ···0000  the charge succeeds
 *   ···0002  declined, insufficient funds
 *   ···0119  never answers in time
 *   ···0341  answers the first attempt for an order too late, the second in time
 *   ···0500  answers with the HTML page of a broken load balancer
 */
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'

const { PORT = '4406', HOST = '127.0.0.1' } = process.env
const TOO_LATE_MILLIS = 2_000

interface Charge {
  reference: string
  amountCents: number
  card: string
}

const seen = new Set<string>()

async function answer(charge: Charge): Promise<{ status: number; type?: string; body: string }> {
  const first = !seen.has(charge.reference)
  seen.add(charge.reference)
  await wait(15 + (charge.amountCents % 60))
  switch (charge.card.slice(-4)) {
    case '0002':
      return { status: 402, body: JSON.stringify({ code: 'insufficient_funds' }) }
    case '0119':
      await wait(TOO_LATE_MILLIS)
      break
    case '0341':
      if (first) await wait(TOO_LATE_MILLIS)
      break
    case '0500':
      return { status: 200, type: 'text/html', body: '<html><h1>It works!</h1></html>' }
  }
  return { status: 200, body: JSON.stringify({ charge: `ch_${charge.reference}` }) }
}

const server = createServer((request, response) => {
  json(request)
    .then(charge => answer(charge as Charge))
    .then(({ status, type = 'application/json', body }) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    )
    .catch(() => response.writeHead(400).end())
})

server.listen(Number(PORT), HOST, () => console.log(`acme listens on ${HOST}:${PORT}`))
process.once('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})
