/**
 * The load on a service, as a process of its own: `closed` sends so many requests over so many connections, `open`
 * sends at a rate whatever the answers take. Requests are bytes made beforehand; an answer is read to its last brace.
 *
 * Usage (by `service.ts`): node load.ts '{"port":…,"connections":16,"requests":20000}' or '{…,"rate":1000,"seconds":10}';
 * prints one line of JSON.
 */
import { connect, type Socket } from 'node:net'

export interface LoadOrder {
  readonly port: number
  readonly connections: number
  /** Closed load. */
  readonly requests?: number
  /** Open load, requests a second. */
  readonly rate?: number
  readonly seconds?: number
}

export interface LoadResult {
  readonly answered: number
  readonly seconds: number
  /** ms from when a request was due; only of open load. */
  readonly latenciesMillis: readonly number[]
}

const CLOSING_BRACE = 125
const REQUEST = Buffer.from(
  'GET /orders/42 HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: bench\r\naccept: */*\r\n\r\n',
)

/** A keep-alive connection with one request on its way at a time. */
class Connection {
  readonly #socket: Socket
  #answered: (() => void) | undefined

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', chunk => {
      if (chunk.at(-1) !== CLOSING_BRACE) return
      const answered = this.#answered
      this.#answered = undefined
      answered?.()
    })
    this.#socket.on('error', error => {
      throw error
    })
  }

  send(answered: () => void): void {
    this.#answered = answered
    this.#socket.write(REQUEST)
  }

  close(): void {
    this.#socket.destroy()
  }
}

function closedLoad(connections: readonly Connection[], requests: number): Promise<void> {
  return new Promise(resolve => {
    let sent = 0
    let answered = 0
    const next = (connection: Connection): void => {
      if (sent++ < requests) connection.send(() => (++answered === requests ? resolve() : next(connection)))
    }
    for (const connection of connections) next(connection)
  })
}

/** What is due while all connections are busy waits, and its latency counts from when it was due. */
function openLoad(connections: Connection[], rate: number, seconds: number): Promise<number[]> {
  return new Promise(resolve => {
    const latencies: number[] = []
    const idle = [...connections]
    const due: number[] = []
    const total = rate * seconds
    const began = performance.now()
    let planned = 0
    const dispatch = (): void => {
      while (due.length > 0 && idle.length > 0) {
        const connection = idle.pop()!
        const at = due.shift()!
        connection.send(() => {
          latencies.push(performance.now() - at)
          idle.push(connection)
          dispatch()
        })
      }
    }
    const tick = setInterval(() => {
      const now = performance.now()
      for (; planned < total && began + (planned * 1000) / rate <= now; planned++)
        due.push(began + (planned * 1000) / rate)
      dispatch()
      if (latencies.length < total && now - began < (seconds + 10) * 1000) return
      clearInterval(tick)
      resolve(latencies)
    }, 1)
  })
}

const order = JSON.parse(process.argv[2]!) as LoadOrder
const connections = Array.from({ length: order.connections }, () => new Connection(order.port))
const began = performance.now()
let latenciesMillis: number[] = []
if (order.requests !== undefined) await closedLoad(connections, order.requests)
else latenciesMillis = await openLoad(connections, order.rate!, order.seconds!)
const seconds = (performance.now() - began) / 1000
for (const connection of connections) connection.close()
const answered = order.requests ?? latenciesMillis.length
console.log(JSON.stringify({ answered, seconds, latenciesMillis } satisfies LoadResult))
