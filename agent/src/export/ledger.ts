/**
 * The books of one signal: every record that was created is waiting, delivered, or dropped for a reason.
 */
import type { DropReason } from './item.ts'

export interface Balance {
  readonly created: number
  readonly delivered: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
}

export class Ledger {
  #created = 0
  #delivered = 0
  readonly #dropped = new Map<DropReason, number>()

  created(items = 1): void {
    this.#created += items
  }

  delivered(items: number): void {
    this.#delivered += items
  }

  dropped(reason: DropReason, items: number): void {
    if (items > 0) this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + items)
  }

  get balance(): Balance {
    return {
      created: this.#created,
      delivered: this.#delivered,
      dropped: Object.fromEntries(this.#dropped),
    }
  }

  /** What is neither delivered nor dropped. */
  get open(): number {
    const dropped = [...this.#dropped.values()].reduce((sum, items) => sum + items, 0)
    return this.#created - this.#delivered - dropped
  }
}
