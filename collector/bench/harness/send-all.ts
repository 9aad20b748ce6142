/**
 * Sends messages over some connections, each connection one at a time, and retries what the
 * server refuses for the moment, as an OTLP exporter does.
 *
 * Source: opentelemetry-proto docs/specification.md, "Retryable Response Codes".
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './answer.ts'
import { Connection } from './connection.ts'

const SILENCE_MILLIS = 30_000
const RETRYABLE = new Set([429, 502, 503, 504])

export interface Sent {
  /** From the first byte sent to the last acknowledgement. */
  readonly seconds: number
  readonly acknowledged: number
  /** How long each took to be answered for good, in milliseconds. */
  readonly took: readonly number[]
  /** Answers that asked to try again; each of those requests was sent again. */
  readonly refusals: number
  /** How long each of them took to be told, in milliseconds. */
  readonly refusedAfter: readonly number[]
  /** Refusals that did not say when to come again. */
  readonly refusalsUntimed: number
  /** Requests that got any other answer, by status. */
  readonly failures: Readonly<Record<string, number>>
}

export async function sendAll(
  port: number,
  messages: readonly Uint8Array[],
  connections: number,
  perSecond = Infinity,
): Promise<Sent> {
  const counts = { acknowledged: 0, refusals: 0, refusalsUntimed: 0, failures: {} as Record<string, number> }
  const refusedAfter: number[] = []
  const took: number[] = []
  let next = 0
  let began = 0
  const drive = async (connection: Connection) => {
    while (next < messages.length) {
      const turn = next++
      const early = began + (1000 * turn) / perSecond - performance.now()
      if (early > 0) await sleep(early)
      await deliver(connection, messages[turn]!)
    }
    connection.close()
  }
  const deliver = async (connection: Connection, message: Uint8Array) => {
    let answer: Answer
    for (;;) {
      const sent = performance.now()
      answer = await connection.request(message)
      const after = performance.now() - sent
      if (RETRYABLE.has(answer.status)) refusedAfter.push(after)
      else {
        took.push(after)
        break
      }
      counts.refusals++
      if (answer.retryAfter === undefined) counts.refusalsUntimed++
      await sleep(1000 * (answer.retryAfter ?? 1))
    }
    if (answer.status >= 200 && answer.status < 300) counts.acknowledged++
    else counts.failures[answer.status] = (counts.failures[answer.status] ?? 0) + 1
  }
  const opened = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)))
  const watch = watchProgress(
    () => counts.acknowledged + counts.refusals,
    why => opened.forEach(connection => connection.close(why)),
  )
  began = performance.now()
  try {
    await Promise.all(opened.map(drive))
  } finally {
    clearInterval(watch)
  }
  return { seconds: (performance.now() - began) / 1000, took, refusedAfter, ...counts }
}

/** A server that answers nothing for a long time fails the run, it does not hang it. */
function watchProgress(answered: () => number, giveUp: (why: string) => void): NodeJS.Timeout {
  let before = -1
  return setInterval(() => {
    const now = answered()
    if (now === before) giveUp(`no answer within ${SILENCE_MILLIS / 1000} s, after ${now} answers`)
    before = now
  }, SILENCE_MILLIS)
}
