/**
 * What the threads of one store tell each other without a message: cells of shared memory.
 *
 *   0          version of the partition list: raised whenever a partition comes, is sealed or goes
 *   1          readers that have come so far
 *   2 + n      since when reader n takes a snapshot, in seconds; 0 while it does not
 *   258        how often a reader met damage
 *   259        the second at which the store stops working; 0 until it is closed
 *
 * A snapshot reads the journal behind the position it finds in a partition. A record that is removed
 * between these two reads would be missed; so a reader raises its hand first, and the journal's
 * thread looks at the hands before it removes. A record that was removed before the hand went up was
 * in a committed block before that, and the reader sees that block.
 *
 * A query thread that was ended in the middle leaves its hand up: after `HAND_TIRES` it counts as
 * down, which is far longer than taking a snapshot lasts and any query may run.
 */
import type { Millis } from '../model/time.ts'

/** Readers beyond share cells with earlier ones, which are gone by then. */
const MAX_READERS = 256
const HAND_TIRES_SECONDS = 120

const VERSION = 0
const CLAIMS = 1
const READERS = 2
const DAMAGE = READERS + MAX_READERS
const CLOSE = DAMAGE + 1

export class SharedCells {
  readonly memory: SharedArrayBuffer
  readonly #cells: Int32Array

  constructor(memory = new SharedArrayBuffer(4 * (CLOSE + 1))) {
    this.memory = memory
    this.#cells = new Int32Array(memory)
  }

  get partitionsVersion(): number {
    return Atomics.load(this.#cells, VERSION)
  }

  partitionsChanged(): void {
    Atomics.add(this.#cells, VERSION, 1)
  }

  /** @returns the number of a new reader */
  claimReader(): number {
    return Atomics.add(this.#cells, CLAIMS, 1) % MAX_READERS
  }

  raiseHand(reader: number): void {
    Atomics.store(this.#cells, READERS + reader, nowInSeconds())
  }

  lowerHand(reader: number): void {
    Atomics.store(this.#cells, READERS + reader, 0)
  }

  get damageMet(): number {
    return Atomics.load(this.#cells, DAMAGE)
  }

  meetDamage(): void {
    Atomics.add(this.#cells, DAMAGE, 1)
  }

  /** A thread in the middle of its work hears of it too, where a message would wait. */
  closeWithin(within: Millis): void {
    Atomics.store(this.#cells, CLOSE, nowInSeconds() + Math.floor(within / 1000))
  }

  /** Whether the time that was given for closing is over, to the second. */
  get closeIsDue(): boolean {
    const due = Atomics.load(this.#cells, CLOSE)
    return due !== 0 && nowInSeconds() >= due
  }

  get anyHandUp(): boolean {
    const now = nowInSeconds()
    for (let i = 0; i < MAX_READERS; i++) {
      const since = Atomics.load(this.#cells, READERS + i)
      if (since !== 0 && now - since < HAND_TIRES_SECONDS) return true
    }
    return false
  }
}

/** One monotonic clock for all threads, never 0. */
const nowInSeconds = (): number => 1 + Number(process.hrtime.bigint() / 1_000_000_000n)
