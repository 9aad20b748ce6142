/** A queue of records of one priority, oldest first: an array and how far it is used up. */
export interface Sized {
  readonly bytes: number
}

/** Below it, moving the rest of the array costs more than the room it frees. */
const LEAST_TO_COMPACT = 256

export class Lane<T extends Sized> {
  #items: T[] = []
  #head = 0
  #bytes = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  get bytes(): number {
    return this.#bytes
  }

  first(): T | undefined {
    return this.#items[this.#head]
  }

  push(item: T): void {
    this.#items.push(item)
    this.#bytes += item.bytes
  }

  shift(): T | undefined {
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    this.#head++
    this.#bytes -= item.bytes
    if (this.#head >= LEAST_TO_COMPACT && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Puts them before everything else, in their order. */
  putBack(items: readonly T[]): void {
    if (items.length === 0) return
    this.#items = items.concat(this.#items.slice(this.#head))
    this.#head = 0
    for (const item of items) this.#bytes += item.bytes
  }
}
