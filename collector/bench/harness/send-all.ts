/**
 * Sends messages over some connections, each connection one at a time, and retries what the
 * server refuses for the moment, as an OTLP exporter does.
 *
 * Source: opentelemetry-proto docs/specification.md, "Retryable Response Codes".
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from './connection.ts'

const RETRYABLE = new Set([429, 502, 503, 504])

export interface Sent {
  /** From the first byte sent to the last acknowledgement. */
  readonly seconds: number
  readonly acknowledged: number
  /** Answers that asked to try again; each of those requests was sent again. */
  readonly refusals: number
  /** Requests that got any other answer, by status. */
  readonly failures: Readonly<Record<string, number>>
}

export async function sendAll(
  port: number,
  messages: readonly Uint8Array[],
  connections: number,
): Promise<Sent> {
  const counts = { acknowledged: 0, refusals: 0, failures: {} as Record<string, number> }
  let next = 0
  const drive = async (connection: Connection) => {
    while (next < messages.length) await deliver(connection, messages[next++]!)
    connection.close()
  }
  const deliver = async (connection: Connection, message: Uint8Array) => {
    let answer = await connection.request(message)
    while (RETRYABLE.has(answer.status)) {
      counts.refusals++
      await sleep(1000 * (answer.retryAfter ?? 1))
      answer = await connection.request(message)
    }
    if (answer.status >= 200 && answer.status < 300) counts.acknowledged++
    else counts.failures[answer.status] = (counts.failures[answer.status] ?? 0) + 1
  }
  const opened = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)))
  const began = performance.now()
  await Promise.all(opened.map(drive))
  return { seconds: (performance.now() - began) / 1000, ...counts }
}
