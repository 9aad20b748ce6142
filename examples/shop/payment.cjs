/**
 * Payment charges cards through Acme Pay. Bare node:http, CommonJS, pino.
 *
 *   POST /charges {orderId, amountCents, card}
 *     → 201 charged · 402 declined · 504 Acme did not answer in time · 500 Acme's answer made no sense
 */
const { createServer } = require('node:http')
const { json } = require('node:stream/consumers')
const pino = require('pino')

const { PORT = '4404', HOST = '127.0.0.1', ACME_URL = 'http://127.0.0.1:4406' } = process.env
const ACME_TIMEOUT_MILLIS = 400

const log = pino({ name: 'payment' })

async function chargeCard({ orderId, amountCents, card }) {
  const answer = await fetch(`${ACME_URL}/charges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reference: orderId, amountCents, card }),
    signal: AbortSignal.timeout(ACME_TIMEOUT_MILLIS),
  })
  const text = await answer.text()
  return { status: answer.status, ...JSON.parse(text) }
}

async function postCharge(order) {
  const { orderId, amountCents } = order
  try {
    const result = await chargeCard(order)
    if (result.status === 402) {
      log.warn(
        { orderId, amountCents, code: result.code },
        `payment declined for order ${orderId}: ${result.code}`,
      )
      return { status: 402, body: { error: result.code } }
    }
    log.info(
      { orderId, amountCents, charge: result.charge },
      `charged ${amountCents} cents for order ${orderId}`,
    )
    return { status: 201, body: { charge: result.charge } }
  } catch (error) {
    if (error.name === 'TimeoutError') {
      log.error(
        { err: error, orderId },
        `acme did not answer within ${ACME_TIMEOUT_MILLIS} ms for order ${orderId}`,
      )
      return { status: 504, body: { error: 'acme_timeout' } }
    }
    log.error({ err: error, orderId }, `charge failed for order ${orderId}: ${error.message}`)
    return { status: 500, body: { error: 'charge_failed' } }
  }
}

async function route(request) {
  if (request.method !== 'POST' || request.url !== '/charges')
    return { status: 404, body: { error: 'not_found' } }
  try {
    return await postCharge(await json(request))
  } catch (error) {
    log.error({ err: error }, `cannot read the request: ${error.message}`)
    return { status: 400, body: { error: 'unreadable' } }
  }
}

async function answer(request, response) {
  const { status, body } = await route(request)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const server = createServer((request, response) => void answer(request, response))

server.listen(Number(PORT), HOST, () => log.info(`payment listens on ${HOST}:${PORT}`))
process.once('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})
