/**
 * Span ids without a string for each: eight bytes as two 32-bit words, so that a million of them are
 * one array, and a table from an id to the first place that has it.
 */
import { mix } from './lookup-hash.ts'

/** Two words a span, little-endian; both 0 stand for no id. */
export type SpanIds = Uint32Array

const WORD_HEX = 8

/** @returns the id in lower-case hex; '' for none */
export function spanIdAt(ids: SpanIds, place: number): string {
  const [low, high] = [ids[2 * place]!, ids[2 * place + 1]!]
  return low === 0 && high === 0 ? '' : wordHex(low) + wordHex(high)
}

/** @param hex 16 lower-case hex digits, or '' for none */
export function setSpanId(ids: SpanIds, place: number, hex: string): void {
  ids[2 * place] = hex === '' ? 0 : swapped(Number.parseInt(hex.slice(0, WORD_HEX), 16))
  ids[2 * place + 1] = hex === '' ? 0 : swapped(Number.parseInt(hex.slice(WORD_HEX), 16))
}

/** @param bytes eight of them from `at` on */
export function copySpanId(ids: SpanIds, place: number, bytes: Uint8Array, at: number): void {
  ids[2 * place] = wordAt(bytes, at)
  ids[2 * place + 1] = wordAt(bytes, at + 4)
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0

const swapped = (word: number): number =>
  ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff0000) | (word << 24)) >>> 0

const wordHex = (word: number): string => swapped(word).toString(16).padStart(WORD_HEX, '0')

/** Open addressing with a seed of its own: nobody can send ids that all meet in one slot. */
export class SpanIdTable {
  readonly #ids: SpanIds
  /** Place + 1; 0 is free. */
  readonly #slots: Int32Array
  readonly #mask: number
  readonly #seed = Math.floor(Math.random() * 2 ** 32)

  /** @param ids of all spans; none of them is entered yet */
  constructor(ids: SpanIds) {
    this.#ids = ids
    let size = 4
    while (size < ids.length) size *= 2
    this.#slots = new Int32Array(size)
    this.#mask = size - 1
  }

  /** Enters the span at a place unless its id is there. @returns the place that has the id */
  enter(place: number): number {
    const slot = this.#slotOf(this.#ids[2 * place]!, this.#ids[2 * place + 1]!)
    if (this.#slots[slot] === 0) this.#slots[slot] = place + 1
    return this.#slots[slot]! - 1
  }

  /** @returns the place entered under the id of `ids` at `at`, or -1 */
  find(ids: SpanIds, at: number): number {
    return this.#slots[this.#slotOf(ids[2 * at]!, ids[2 * at + 1]!)]! - 1
  }

  #slotOf(low: number, high: number): number {
    const ids = this.#ids
    let slot = (mix(low ^ this.#seed) ^ mix(high + this.#seed)) & this.#mask
    for (;;) {
      const place = this.#slots[slot]! - 1
      if (place < 0 || (ids[2 * place] === low && ids[2 * place + 1] === high)) return slot
      slot = (slot + 1) & this.#mask
    }
  }
}
