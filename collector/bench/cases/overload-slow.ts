/**
 * O3: senders that take their time. 2,000 sockets give a byte every ten seconds, in the headers and
 * then in the body; 5,000 connections stay open and say nothing, as exporters between two exports.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Case } from '../harness/case.ts'
import { getMessage, postHead } from '../harness/connection.ts'
import { quantile, type Figure } from '../harness/figure.ts'
import { comparedFigures, steadySender, weather } from '../harness/rough.ts'

const SLOW = 2_000
const IDLE = 5_000
const BYTE_EVERY_MILLIS = 10_000
const CALM_MILLIS = 10_000
const HEADERS_MILLIS = 10_000
const REQUEST_MILLIS = 60_000
/** The server looks every second; a busy machine looks a little later. */
const LATE_MILLIS = 3_000
const PER_SECOND = 50

export default {
  about: `${SLOW} sockets with a byte every 10 s, in headers, then in bodies, beside ${IDLE} idle connections, in 512 MiB`,
  run: ({ folder, seed }) =>
    weather(folder, async ({ port }) => {
      const before = await steadySender(port, seed, PER_SECOND)
      await sleep(CALM_MILLIS)
      const calm = await before.end()
      const during = await steadySender(port, seed + 1, PER_SECOND)
      const idle = await idleConnections(port)
      const headers = await slowly(port, Buffer.from('POST /v1/traces HTTP/1.1\r\n'), HEADERS_MILLIS)
      // As exporters do, which come again before 75 seconds are over.
      await stillAnswered(idle, port)
      const bodies = await slowly(
        port,
        postHead(port, '/v1/traces', 'application/x-protobuf', 1000),
        REQUEST_MILLIS,
      )
      const { took, refused } = await during.end()
      const alive = await stillAnswered(idle, port)
      return [
        ...cutFigures('headers', headers, HEADERS_MILLIS),
        ...cutFigures('bodies', bodies, REQUEST_MILLIS),
        {
          name: 'idle connections that still answer',
          value: alive,
          unit: 'times',
          bar: { atLeast: IDLE },
        },
        { name: 'refused of the others', value: refused, unit: 'requests', bar: { atMost: 0 } },
        ...comparedFigures(calm.took, took, 2),
      ]
    }),
} satisfies Case

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => {}).resume()
  return socket
}

/** Some hundred at a time: the queue of a listening socket is short. */
async function openMany(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = []
  while (sockets.length < count)
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => opened(port)))))
  return sockets
}

/** Each was used once before it fell silent. */
async function idleConnections(port: number): Promise<Socket[]> {
  const sockets = await openMany(port, IDLE)
  await stillAnswered(sockets, port)
  return sockets
}

/** @returns how many of them answer */
async function stillAnswered(sockets: readonly Socket[], port: number): Promise<number> {
  const message = getMessage(port, '/readyz')
  let answered = 0
  for (const socket of sockets) {
    if (socket.destroyed) continue
    const answer = new Promise<boolean>(resolve => {
      socket.once('data', () => resolve(true)).once('close', () => resolve(false))
    })
    socket.write(message)
    if (await answer) answered++
  }
  return answered
}

/** @returns after how many milliseconds each socket was cut; Infinity for one that was not, by the time it should */
async function slowly(port: number, beginning: Buffer, deadline: number): Promise<number[]> {
  const sockets = await openMany(port, SLOW)
  const began = performance.now()
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('a')
  }, BYTE_EVERY_MILLIS)
  const cut = sockets.map(async socket => {
    socket.write(beginning)
    const closed = new Promise<number>(resolve => {
      socket.once('close', () => resolve(performance.now() - began))
    })
    const patience = sleep(deadline + 3 * LATE_MILLIS, Infinity, { ref: false })
    return Promise.race([closed, patience])
  })
  const took = await Promise.all(cut)
  clearInterval(drip)
  for (const socket of sockets) socket.destroy()
  return took
}

const cutFigures = (what: string, took: readonly number[], deadline: number): Figure[] => [
  { name: `slow ${what} are cut after, p50`, value: quantile(took, 0.5), unit: 'ms' },
  {
    name: `slow ${what} are cut after, slowest`,
    value: Math.max(...took),
    unit: 'ms',
    bar: { atMost: deadline + LATE_MILLIS },
  },
]
