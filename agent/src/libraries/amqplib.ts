/**
 * amqplib: sending a message, at the one place where every kind of channel does, and the handler of a consumer.
 * What is fetched by `get` is not traced.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq/
 */
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { replaceMethod } from '../undo.ts'
import { endCall, failCall } from './client-span.ts'
import { beginSend, processMessage } from './message.ts'

interface Properties {
  readonly exchange: string
  readonly routingKey: string
  headers?: Record<string, unknown>
}

interface Sender {
  sendMessage: (this: Sender, fields: Properties, properties: Properties, content: Buffer) => unknown
}

interface Delivery {
  readonly content: Buffer
  readonly fields: { readonly exchange: string; readonly routingKey: string }
  readonly properties: { readonly headers?: unknown }
}

type Handler = (this: unknown, delivery: Delivery | null) => unknown

interface Consumer {
  consume: (this: Consumer, queue: string, handler: Handler, ...rest: unknown[]) => unknown
}

/** `amqplib/lib/channel.js`: what the channels of promises and of callbacks are made of. */
export const patchAmqplibChannel: Patch = exports => {
  const { prototype } = exports['Channel'] as { prototype: Sender }
  const { sendMessage } = prototype
  replaceMethod(prototype, 'sendMessage', function (fields, properties, content) {
    const span = safely(() => send(fields, properties, content))
    try {
      return sendMessage.call(this, fields, properties, content)
    } catch (error) {
      if (span) safely(() => failCall(span, error))
      throw error
    } finally {
      if (span?.isRecording()) safely(() => endCall(span))
    }
  })
  return undefined
}

/** `amqplib/lib/channel_model.js` and `callback_model.js` */
export const patchAmqplibModel: Patch = exports => {
  const { prototype } = exports['Channel'] as { prototype: Consumer }
  const { consume } = prototype
  replaceMethod(prototype, 'consume', function (queue, handler, ...rest) {
    const traced = typeof handler === 'function' ? handling(queue, handler) : handler
    return consume.call(this, queue, traced, ...rest)
  })
  return undefined
}

/** The headers are the host's object: they are copied, with those that it inherits. */
function send({ exchange, routingKey }: Properties, properties: Properties, content: Buffer) {
  const message = { system: 'rabbitmq', destination: nameOf(exchange, routingKey), operation: 'publish' }
  const attributes = sizeAndKey(routingKey, content)
  return beginSend({ ...message, attributes }, carrier => {
    const headers: Record<string, unknown> = {}
    for (const name in properties.headers) headers[name] = properties.headers[name]
    properties.headers = Object.assign(headers, carrier)
  })
}

/** A consumer that the server has cancelled is told by `null`. */
function handling(queue: string, handler: Handler): Handler {
  return function (delivery) {
    if (delivery === null) return handler.call(this, delivery)
    const { fields, properties, content } = delivery
    return processMessage(
      {
        system: 'rabbitmq',
        destination: queue || nameOf(fields.exchange, fields.routingKey),
        operation: 'process',
        attributes: sizeAndKey(fields.routingKey, content),
      },
      properties.headers,
      () => handler.call(this, delivery),
    )
  }
}

/** The default exchange has no name; the key is the queue there. */
function nameOf(exchange: string, routingKey: string): string {
  return exchange || routingKey
}

function sizeAndKey(routingKey: string, content: Buffer) {
  return {
    'messaging.rabbitmq.destination.routing_key': routingKey,
    'messaging.message.body.size': content.length,
  }
}
