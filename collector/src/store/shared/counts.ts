/**
 * How many records hold a key or a value, and the most frequent of them.
 */
import { compareText } from './order.ts'

export type KeyPlace = 'record' | 'event' | 'scope' | 'resource'

/** Also the order of rows with equal counts and keys. */
export const KEY_PLACES = ['record', 'event', 'scope', 'resource'] as const satisfies readonly KeyPlace[]

export interface KeyCount {
  readonly key: string
  readonly in: KeyPlace
  readonly count: number
}

/** Add a key once for each record and place in which it stands. */
export class KeyCounts {
  readonly #counts = {
    record: new Map(),
    event: new Map(),
    scope: new Map(),
    resource: new Map(),
  } as Readonly<Record<KeyPlace, Map<string, number>>>

  add(place: KeyPlace, key: string, count = 1): void {
    const counts = this.#counts[place]
    counts.set(key, (counts.get(key) ?? 0) + count)
  }

  top(limit: number): KeyCount[] {
    const rows = KEY_PLACES.flatMap(place =>
      [...this.#counts[place]].map(([key, count]) => ({ key, in: place, count })),
    )
    // Sorting is stable: rows that are equal so far keep the order of places.
    return rows.sort((a, b) => b.count - a.count || compareText(a.key, b.key)).slice(0, limit)
  }
}

/** Add a text once for each record. */
export class ValueCounts {
  readonly #counts = new Map<string, number>()

  add(value: string, count = 1): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + count)
  }

  top(limit: number): { readonly value: string; readonly count: number }[] {
    return [...this.#counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || compareText(a.value, b.value))
      .slice(0, limit)
  }
}
