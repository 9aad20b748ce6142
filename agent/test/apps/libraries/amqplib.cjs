// One process that publishes and consumes; the handler's own span tells where it ran.
const { connect } = require('amqplib')
const callbackApi = require('amqplib/callback_api')
const { trace } = require('@opentelemetry/api')
const { listen } = require('./routes.cjs')

const url = `amqp://127.0.0.1:${process.env.AMQP_PORT}`
const handled = []
const waiting = []
const arrived = () =>
  new Promise(resolve => (handled.length > 0 ? resolve(handled.shift()) : waiting.push(resolve)))
const handle = message => {
  trace.getTracer('app').startSpan('handled').end()
  const entry = [message.content.toString(), Object.keys(message.properties.headers).toSorted()]
  if (waiting.length > 0) waiting.shift()(entry)
  else handled.push(entry)
}

let channel
let confirm
let old
const ready = async () => {
  const connection = await connect(url)
  connection.on('error', () => {})
  channel = await connection.createChannel()
  confirm = await connection.createConfirmChannel()
  await channel.assertQueue('orders', { durable: false })
  await channel.consume('orders', async message => {
    await new Promise(resolve => setTimeout(resolve, 1))
    handle(message)
    channel.ack(message)
  })
  await channel.assertQueue('old', { durable: false })
  await new Promise((resolve, reject) =>
    callbackApi.connect(url, (error, connection) => {
      if (error) return reject(error)
      old = connection.createChannel()
      old.consume('old', handle, { noAck: true }, resolve)
    }),
  )
}

const headers = Object.freeze({ mine: 1 })
listen(
  {
    '/send': async () => {
      const sent = channel.sendToQueue('orders', Buffer.from('tea'), { headers })
      return [sent, await arrived()]
    },
    '/exchange': async () => {
      channel.publish('amq.direct', 'nowhere', Buffer.from('x'))
      return null
    },
    '/confirm': async () => {
      confirm.sendToQueue('orders', Buffer.from('milk'))
      await confirm.waitForConfirms()
      return arrived()
    },
    '/callback': async () => {
      old.sendToQueue('old', Buffer.from('salt'))
      return arrived()
    },
    '/bad': async () => channel.publish('', 'orders', 'no buffer'),
  },
  ready(),
)
