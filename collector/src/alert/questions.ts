/** What the thread of alerts asks of the store, by way of the main thread, until it is answered. */
import type { FromAlerts } from './messages.ts'

interface Waiting {
  resolve(json: Uint8Array): void
  reject(error: Error): void
}

export class Questions {
  readonly #say: (message: FromAlerts) => void
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  constructor(say: (message: FromAlerts) => void) {
    this.#say = say
  }

  /** @returns the answer of a job of the query threads */
  readonly ask = async <T>(job: string, params: unknown): Promise<T> => {
    const json = await this.#send(query => ({ query, job, params }))
    return JSON.parse(Buffer.from(json).toString('utf8')) as T
  }

  /** Resolves when the samples are on stable storage. */
  readonly write = async (body: Uint8Array): Promise<void> => {
    await this.#send(write => ({ write, body }))
  }

  #send(message: (number: number) => FromAlerts): Promise<Uint8Array> {
    const number = ++this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
      this.#say(message(number))
    })
  }

  answered(number: number, json: Uint8Array): void {
    this.#waiting.get(number)?.resolve(json)
    this.#waiting.delete(number)
  }

  refused(number: number, message: string): void {
    this.#waiting.get(number)?.reject(new Error(message))
    this.#waiting.delete(number)
  }
}
