/**
 * Memory that request bodies may take together. It is charged before a body is read, so that an
 * overload is refused while it is still in the sender's memory and not yet in ours.
 */
import { HodoscopeError } from '../model/errors.ts'

export class ByteBudget {
  #used = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get used(): number {
    return this.#used
  }

  /** A charge that grows with one request and is given back as a whole. */
  open(): Charge {
    let charged = 0
    return {
      add: bytes => {
        if (this.#used + bytes > this.#limit)
          throw new HodoscopeError(
            'store_busy',
            `requests in flight hold ${this.#used} of ${this.#limit} bytes, too many for ${bytes} more`,
          )
        this.#used += bytes
        charged += bytes
      },
      release: () => {
        this.#used -= charged
        charged = 0
      },
    }
  }
}

export interface Charge {
  /** @throws HodoscopeError `store_busy` when the budget does not hold that much */
  add(bytes: number): void
  release(): void
}
