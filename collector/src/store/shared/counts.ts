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

/** Texts that are counted at a time: more take hundreds of megabytes, and what is shown is a page. */
const MOST_COUNTED = 65_536

/**
 * Counts of texts. Where there are more than can be counted, those that were met least often are forgotten, and
 * count from nothing if they come again; what is frequent stays.
 */
class Counts {
  readonly #counts = new Map<string, number>()

  add(text: string, count: number): void {
    this.#counts.set(text, (this.#counts.get(text) ?? 0) + count)
    if (this.#counts.size > MOST_COUNTED) this.#forget()
  }

  #forget(): void {
    const kept = [...this.#counts]
      .sort(([a, m], [b, n]) => n - m || compareText(a, b))
      .slice(0, MOST_COUNTED / 2)
    this.#counts.clear()
    for (const [text, count] of kept) this.#counts.set(text, count)
  }

  [Symbol.iterator](): Iterator<[string, number]> {
    return this.#counts.entries()
  }
}

/** Add a key once for each record and place in which it stands. */
export class KeyCounts {
  readonly #counts: Readonly<Record<KeyPlace, Counts>> = {
    record: new Counts(),
    event: new Counts(),
    scope: new Counts(),
    resource: new Counts(),
  }

  add(place: KeyPlace, key: string, count = 1): void {
    this.#counts[place].add(key, count)
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
  readonly #counts = new Counts()

  add(value: string, count = 1): void {
    this.#counts.add(value, count)
  }

  top(limit: number): { readonly value: string; readonly count: number }[] {
    return [...this.#counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || compareText(a.value, b.value))
      .slice(0, limit)
  }
}
