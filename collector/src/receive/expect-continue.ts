/**
 * `Expect: 100-continue`: the client waits for leave to send its body. Node gives it at once unless
 * somebody listens; we give it only to a request that has been admitted, so that a body which will
 * be refused is never sent.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

const waiting = new WeakSet<IncomingMessage>()

/** @param decides requests whose handler calls `giveLeave` itself; all others are given leave at once */
export function honourExpectContinue(server: Server, decides: (incoming: IncomingMessage) => boolean): void {
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (decides(incoming)) waiting.add(incoming)
    else outgoing.writeContinue()
    server.emit('request', incoming, outgoing)
  })
}

/** The client has been told nothing yet, and its body is not on the way. */
export const awaitsLeave = (incoming: IncomingMessage): boolean => waiting.has(incoming)

export function giveLeave(incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (waiting.delete(incoming)) outgoing.writeContinue()
}
