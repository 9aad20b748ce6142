/**
 * Reads facts off the columns of a block and collects the hashes that its Bloom filter is made of.
 */
import { NumberSink } from './sinks.ts'
import {
  FACT,
  folded,
  gramHash,
  isDigit,
  MIN_RUN,
  RUN_SEED,
  valueHash,
  type StringFacts,
} from './string-facts.ts'
import type { ColumnContent } from './strings.ts'

/** Grams of a block: the words of its texts are few, and random text is not worth its room. */
const MAX_GRAMS = 8192
const DIGIT_MASK = [0xff, 0x03] as const

export interface Wanted {
  readonly values?: boolean
  readonly indexed?: boolean
  readonly runs?: boolean
}

export class FactsCollector {
  readonly hashes = new NumberSink(4096)
  readonly #grams = new GramSet()
  #flags = 0
  #longest = 0
  #longestRun = 0
  #mask = new Uint8Array(16)
  #scratch = new Uint8Array(256)

  clear(): void {
    this.hashes.clear()
    this.#grams.clear()
  }

  facts(
    column: ColumnContent,
    seed: number,
    { values = false, indexed = false, runs = false }: Wanted,
  ): StringFacts {
    this.#flags = (values ? FACT.values : 0) | (indexed ? FACT.indexed : 0)
    this.#longest = this.#longestRun = 0
    this.#mask = new Uint8Array(16)
    if (column.mode === 'plain') this.#plain(column, seed, values)
    else {
      this.#known(column, seed, values && column.mode === 'dictionary')
      if (column.mode === 'pattern' && values) this.#patternValues(column, seed)
      if (runs) this.#runs(column)
    }
    const [flags, longest, longestRun, mask] = [this.#flags, this.#longest, this.#longestRun, this.#mask]
    return { seed, flags, longest, longestRun, mask }
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

  #patternValues({ known, indexes, digits }: ColumnContent, seed: number): void {
    let at = 0
    for (let row = 0; row < indexes.length; row++) {
      const [start, end] = [known.start(indexes[row]!), known.end(indexes[row]!)]
      const length = end - start
      if (length > this.#scratch.length) this.#scratch = new Uint8Array(length * 2)
      const { pool } = known
      for (let i = 0; i < length; i++) {
        const byte = pool[start + i]!
        this.#scratch[i] = byte === 0x30 ? digits[at++]! : byte
      }
      this.hashes.push(valueHash(seed, this.#scratch, 0, length))
    }
  }

  #runs({ mode, known, indexes, digits }: ColumnContent): void {
    this.#flags |= FACT.runs
    const layouts = Array.from({ length: known.size }, (_, i) =>
      runsOf(known.pool, known.start(i), known.end(i)),
    )
    for (const layout of layouts) this.#longestRun = Math.max(this.#longestRun, layout.longest)
    if (mode === 'dictionary') {
      layouts.forEach(({ runs }, i) => {
        for (const { at, length } of runs) this.#run(known.pool, known.start(i) + at, length)
      })
      return
    }
    let before = 0
    for (let row = 0; row < indexes.length; row++) {
      const layout = layouts[indexes[row]!]!
      for (const { digitsBefore, length } of layout.runs) this.#run(digits, before + digitsBefore, length)
      before += layout.digits
    }
  }

  #run(bytes: Uint8Array, start: number, length: number): void {
    this.hashes.push(valueHash(RUN_SEED, bytes, start, start + length))
  }
}

/** U+212A (E2 84 AA) and U+0130 (C4 B0), at their first bytes. */
function isOdd(bytes: Uint8Array, at: number): boolean {
  return (
    (bytes[at] === 0xe2 && bytes[at + 1] === 0x84 && bytes[at + 2] === 0xaa) ||
    (bytes[at] === 0xc4 && bytes[at + 1] === 0xb0)
  )
}

interface RunLayout {
  /** Runs that are long enough: place in the text, digits of the text before it, digits. */
  readonly runs: { at: number; digitsBefore: number; length: number }[]
  readonly digits: number
  readonly longest: number
}

function runsOf(bytes: Uint8Array, start: number, end: number): RunLayout {
  const runs: RunLayout['runs'] = []
  let [digits, longest] = [0, 0]
  for (let i = start; i < end; i++) {
    if (!isDigit(bytes[i]!)) continue
    const first = i
    while (i < end && isDigit(bytes[i]!)) i++
    const length = i - first
    if (length >= MIN_RUN) runs.push({ at: first - start, digitsBefore: digits, length })
    longest = Math.max(longest, length)
    digits += length
  }
  return { runs, digits, longest }
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
