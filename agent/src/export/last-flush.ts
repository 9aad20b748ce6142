/**
 * The end without an event loop: `process.exit()` and a crash call the `exit` listeners and nothing after them.
 *
 * A worker thread sends what is left while this thread waits for it, for a bounded time. The bodies of requests that
 * were on their way are sent again as they were, which the collector recognises.
 */
import { Worker } from 'node:worker_threads'
import type { LastRequest } from './last-request.ts'

/** Beside the collector's own time; a thread starts in some 30 ms. */
export const LAST_BUDGET_MILLIS = 500

/** Slots of the shared memory. */
const DONE = 0
const FIRST_ANSWER = 1

/**
 * Blocks until all requests are answered or the time is up.
 * @returns which of them were taken
 */
export function sendNow(requests: readonly LastRequest[], budgetMillis = LAST_BUDGET_MILLIS): boolean[] {
  const answers = new Int32Array(new SharedArrayBuffer(4 * (requests.length + FIRST_ANSWER)))
  const worker = new Worker(SENDER, {
    eval: true,
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
    workerData: { requests, answers, budgetMillis },
  })
  worker.unref()
  worker.on('error', () => {})
  Atomics.wait(answers, DONE, 0, budgetMillis)
  return requests.map((_, i) => Atomics.load(answers, FIRST_ANSWER + i) === 1)
}

/** Runs alone in its thread: nothing of the agent is loaded there. */
const SENDER = `
const { workerData: { requests, answers, budgetMillis } } = require('node:worker_threads')
let open = requests.length
const end = () => { Atomics.store(answers, 0, 1); Atomics.notify(answers, 0) }
const settle = (i, taken) => { Atomics.store(answers, i + 1, taken ? 1 : 2); if (--open === 0) end() }
requests.forEach(({ url, headers, tls, body }, i) => {
  let settled = false
  const once = taken => { if (!settled) { settled = true; settle(i, taken) } }
  try {
    const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http')
    const sent = request(url, { method: 'POST', headers, timeout: budgetMillis, agent: false, ...tls }, response => {
      response.resume()
      once(response.statusCode >= 200 && response.statusCode < 300)
    })
    sent.on('error', () => once(false))
    sent.on('close', () => once(false))
    sent.end(body)
  } catch {
    once(false)
  }
})
`
