/**
 * Reads facts off the columns of a block and collects the hashes that its Bloom filter is made of.
 */
import { NumberSink } from '../../wire/bytes.ts'
import { eachDigits, FACT, folded, gramHash, valueHash, type StringFacts } from './string-facts.ts'
import type { ColumnContent } from './strings.ts'

/** Grams of a block: the words of its texts are few, and random text is not worth its room. */
const MAX_GRAMS = 8192
/** Times as long numbers have more digits than is worth the room. */
const MAX_DIGITS_A_VALUE = 2
const ZERO = 0x30
const DIGIT_MASK = [0xff, 0x03] as const

export interface Wanted {
  readonly values?: boolean
  readonly indexed?: boolean
}

export class FactsCollector {
  readonly hashes = new NumberSink(4096)
  readonly #grams = new GramSet()
  #flags = 0
  #longest = 0
  #mask = new Uint8Array(16)
  #scratch = new Uint8Array(256)

  clear(): void {
    this.hashes.clear()
    this.#grams.clear()
  }

  facts(column: ColumnContent, seed: number, { values = false, indexed = false }: Wanted): StringFacts {
    this.#flags = (values ? FACT.values : 0) | (indexed ? FACT.indexed : 0)
    this.#longest = 0
    this.#mask = new Uint8Array(16)
    if (column.mode === 'plain') this.#plain(column, seed, values)
    else {
      this.#known(column, seed, values && column.mode === 'dictionary')
      if (column.mode === 'pattern' && values)
        this.#eachPatternValue(column, (bytes, end) => this.hashes.push(valueHash(seed, bytes, 0, end)))
    }
    this.#digits(column)
    const [flags, longest, mask] = [this.#flags, this.#longest, this.#mask]
    return { seed, flags, longest, mask }
  }

  #plain({ lengths, bytes }: ColumnContent, seed: number, values: boolean): void {
    this.#look(bytes, 0, bytes.length)
    this.#longest = 0
    for (let row = 0, at = 0; row < lengths.length; row++) {
      const end = at + lengths[row]!
      if (end - at > this.#longest) this.#longest = end - at
      if (values) this.hashes.push(valueHash(seed, bytes, at, end))
      at = end
    }
  }

  #known({ mode, known }: ColumnContent, seed: number, values: boolean): void {
    let whole = true
    for (let i = 0; i < known.size; i++) {
      const [start, end] = [known.start(i), known.end(i)]
      this.#look(known.pool, start, end)
      whole &&= this.#grams.add(known.pool, start, end, this.hashes)
      if (values) this.hashes.push(valueHash(seed, known.pool, start, end))
    }
    if (whole) this.#flags |= FACT.grams
    if (mode === 'pattern' && (this.#mask[6]! & 1) !== 0) {
      this.#mask[6]! |= DIGIT_MASK[0]
      this.#mask[7]! |= DIGIT_MASK[1]
    }
  }

  /** Bytes that occur, oddities, and length. */
  #look(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > this.#longest) this.#longest = end - start
    const mask = this.#mask
    let flags = 0
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!
      if (byte >= 0x80) {
        if (isOdd(bytes, i)) flags |= FACT.odd
      } else if (byte >= 0x41 && byte <= 0x5a) {
        flags |= FACT.upper
        mask[(byte + 32) >>> 3]! |= 1 << (byte & 7)
      } else mask[byte >>> 3]! |= 1 << (byte & 7)
    }
    this.#flags |= flags
  }

  #digits(column: ColumnContent): void {
    const { mode, known, lengths, bytes } = column
    const before = this.hashes.length
    const push = (hash: number): void => this.hashes.push(hash)
    if (mode === 'pattern') this.#eachPatternValue(column, (value, end) => eachDigits(value, 0, end, push))
    else if (mode === 'dictionary')
      for (let i = 0; i < known.size; i++) eachDigits(known.pool, known.start(i), known.end(i), push)
    else
      for (let row = 0, at = 0; row < lengths.length; row++)
        eachDigits(bytes, at, (at += lengths[row]!), push)
    const values = { pattern: column.indexes.length, dictionary: known.size, plain: lengths.length }[mode]
    if (this.hashes.length - before <= values * MAX_DIGITS_A_VALUE) this.#flags |= FACT.digits
    else this.hashes.length = before
  }

  /** Visits each row's value, which lies in the bytes up to an end. */
  #eachPatternValue(
    { known, indexes, digits }: ColumnContent,
    visit: (bytes: Uint8Array, end: number) => void,
  ): void {
    let at = 0
    for (let row = 0; row < indexes.length; row++) {
      const [start, end] = [known.start(indexes[row]!), known.end(indexes[row]!)]
      const length = end - start
      if (length > this.#scratch.length) this.#scratch = new Uint8Array(length * 2)
      const { pool } = known
      for (let i = 0; i < length; i++) {
        const byte = pool[start + i]!
        this.#scratch[i] = byte === ZERO ? digits[at++]! : byte
      }
      visit(this.#scratch, length)
    }
  }
}

/** U+212A (E2 84 AA) and U+0130 (C4 B0), at their first bytes. */
function isOdd(bytes: Uint8Array, at: number): boolean {
  return (
    (bytes[at] === 0xe2 && bytes[at + 1] === 0x84 && bytes[at + 2] === 0xaa) ||
    (bytes[at] === 0xc4 && bytes[at + 1] === 0xb0)
  )
}

/** Distinct grams of a block. */
class GramSet {
  readonly #bits = new Uint8Array(2 ** 18)
  readonly #grams = new Int32Array(MAX_GRAMS)
  #count = 0

  clear(): void {
    for (let i = 0; i < this.#count; i++) this.#bits[this.#grams[i]! >>> 3] = 0
    this.#count = 0
  }

  /** @returns false when there were too many: the text is not wholly in */
  add(bytes: Uint8Array, start: number, end: number, hashes: NumberSink): boolean {
    if (end - start < 3) return true
    let a = folded(bytes[start]!)
    let b = folded(bytes[start + 1]!)
    for (let i = start + 2; i < end; i++) {
      const c = folded(bytes[i]!)
      if ((a | b | c) < 0x80) {
        const gram = (a << 14) | (b << 7) | c
        if ((this.#bits[gram >>> 3]! & (1 << (gram & 7))) === 0) {
          if (this.#count === MAX_GRAMS) return false
          this.#bits[gram >>> 3]! |= 1 << (gram & 7)
          this.#grams[this.#count++] = gram
          hashes.push(gramHash(gram))
        }
      }
      a = b
      b = c
    }
    return true
  }
}
