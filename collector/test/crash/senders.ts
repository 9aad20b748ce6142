/**
 * Mixed load: a few senders of large requests, more senders of small ones, each waiting for its
 * answer before it sends the next.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { NumberedRequest, NumberedRequests } from '../support/numbered.ts'
import type { Ledger } from './ledger.ts'

const SENDERS: readonly { readonly items: number; readonly count: number }[] = [
  { items: 512, count: 2 },
  { items: 8, count: 12 },
]

const PATIENCE_MILLIS = 10_000

export interface Load {
  /** Resolves when so many requests were acknowledged in this load. */
  acknowledged(count: number): Promise<void>
  /** Resolves when every sender has noticed that nobody answers any more. */
  readonly ended: Promise<unknown>
}

export function startLoad(url: string, requests: NumberedRequests, ledger: Ledger): Load {
  let count = 0
  let waiting = { count: Infinity, resolve: () => {} }
  const onAcknowledged = (): void => {
    if (++count >= waiting.count) waiting.resolve()
  }
  const send = async (request: NumberedRequest): Promise<boolean> => {
    ledger.sent(request)
    if (!(await post(url, request))) return false
    ledger.acknowledge(request)
    onAcknowledged()
    return true
  }
  const sender = async (items: number): Promise<void> => {
    for (;;) {
      const spans = requests.spans(items)
      if (!(await send(spans))) return
      if (!(await send(requests.logs(spans.traceId, items)))) return
    }
  }
  return {
    acknowledged: wanted =>
      new Promise(resolve => {
        waiting = { count: wanted, resolve }
      }),
    ended: Promise.all(
      SENDERS.flatMap(({ items, count }) => Array.from({ length: count }, () => sender(items))),
    ),
  }
}

/**
 * Sends until it is acknowledged: 503 means later.
 * @returns false when the connection broke
 * @throws Error on any other answer, and when 503 is all that it hears for ten seconds
 */
export async function post(url: string, { signal, body }: NumberedRequest): Promise<boolean> {
  const giveUp = performance.now() + PATIENCE_MILLIS
  for (;;) {
    const answer = await exchange(url, signal, body)
    if (answer === undefined) return false
    if (answer.status === 200) return true
    if (answer.status !== 503 || performance.now() > giveUp)
      throw new Error(`POST /v1/${signal} answered ${answer.status}: ${answer.text}`)
    await wait(50)
  }
}

async function exchange(
  url: string,
  signal: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<{ status: number; text: string } | undefined> {
  try {
    const headers = { 'content-type': 'application/x-protobuf' }
    const answer = await fetch(`${url}/v1/${signal}`, { method: 'POST', headers, body })
    return { status: answer.status, text: await answer.text() }
  } catch {
    return undefined
  }
}
