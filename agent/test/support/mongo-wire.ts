/**
 * As much of MongoDB's wire protocol as its driver needs to believe in a server: OP_MSG with one document, answered by
 * a script. It stores nothing.
 *
 * Source: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
import { BSON } from 'mongodb'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Server } from './servers.ts'

type Document = Record<string, unknown>
/** The answer to a command, by its first key. */
export type Script = Record<string, (command: Document) => Document>

const OP_MSG = 2013
const HEADER_BYTES = 16
/** Flags (4 bytes) and the kind of the section (1 byte). */
const BODY_AT = HEADER_BYTES + 5

const HELLO = {
  ok: 1,
  isWritablePrimary: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 21,
}

export async function startMongoScript(script: Script): Promise<Server> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    let waiting = Buffer.alloc(0)
    socket.on('data', chunk => {
      waiting = Buffer.concat([waiting, chunk])
      while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
        const message = waiting.subarray(0, waiting.readInt32LE(0))
        waiting = waiting.subarray(message.length)
        socket.write(answer(message, script))
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function answer(message: Buffer, script: Script): Buffer {
  if (message.readInt32LE(12) !== OP_MSG)
    throw new Error(`opcode ${message.readInt32LE(12)} is not spoken here`)
  const command = BSON.deserialize(message.subarray(BODY_AT)) as Document
  const name = Object.keys(command)[0]!
  const reply = name === 'hello' ? HELLO : (script[name]?.(command) ?? { ok: 1 })
  const body = BSON.serialize(reply)
  const head = Buffer.alloc(BODY_AT)
  head.writeInt32LE(BODY_AT + body.length, 0)
  head.writeInt32LE(message.readInt32LE(4), 8)
  head.writeInt32LE(OP_MSG, 12)
  return Buffer.concat([head, body])
}
