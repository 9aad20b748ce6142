/**
 * The memory that all queues share: bounded in bytes over everything that waits or is on its way.
 *
 * When it is full the oldest records of the lowest priority go first, whichever signal they belong to: debug logs
 * before spans, errors last.
 */
import { PRIORITIES, type Priority } from './item.ts'

const MEBIBYTE = 1024 * 1024

/** Beside it, a batch on its way is held once more as the body of its request (2 MiB for each of three signals). */
export const ROOM_BYTES = 24 * MEBIBYTE

export interface Tenant {
  /** What could be given up at this priority. */
  bytesAt(priority: Priority): number
  /** Gives up the oldest, at least `bytes` of them or all. @returns the bytes that are free again */
  evict(priority: Priority, bytes: number): number
}

export class Room {
  readonly #limit: number
  readonly #tenants: Tenant[] = []
  #used = 0

  constructor(limit = ROOM_BYTES) {
    this.#limit = limit
  }

  get usedBytes(): number {
    return this.#used
  }

  enter(tenant: Tenant): void {
    this.#tenants.push(tenant)
  }

  /** A sixteenth more than needed is made free, so that a full room is not tidied for each new record. */
  take(bytes: number): void {
    this.#used += bytes
    if (this.#used > this.#limit) this.#free(this.#used - this.#limit + this.#limit / 16)
  }

  give(bytes: number): void {
    this.#used -= bytes
  }

  #free(wanted: number): void {
    let missing = wanted
    for (const priority of PRIORITIES) {
      const fullest = this.#tenants.toSorted((a, b) => b.bytesAt(priority) - a.bytesAt(priority))
      for (const tenant of fullest) {
        if (missing <= 0) return
        const freed = tenant.evict(priority, missing)
        this.#used -= freed
        missing -= freed
      }
    }
  }
}
