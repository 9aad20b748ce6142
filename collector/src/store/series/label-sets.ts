/**
 * Sets of labels, each once, whichever part tells of it. Every label gets a number, and a set is known
 * by the text of its numbers: far shorter than its own, and as exact. The mark of a delta is no label.
 */
import type { Label } from '../../model/series.ts'
import type { LabelColumns } from './label-columns.ts'

export class LabelSets {
  readonly #numbers = new Map<string, number>()
  readonly #known = new Set<string>()
  /** Two code units a label. */
  #text = new Uint16Array(128)

  /** @returns those of the series whose labels were not met before */
  add(group: LabelColumns, slots: readonly number[]): number[] {
    const columns = group.columns
      .filter(({ name }) => name !== '')
      .map(({ values, codes }) => ({ codes, numbers: values.map(label => this.#numberOf(label)) }))
    if (columns.length * 2 > this.#text.length) this.#text = new Uint16Array(columns.length * 2)
    return slots.filter(slot => {
      let length = 0
      for (const { codes, numbers } of columns) {
        const code = codes[slot]!
        if (code === 0) continue
        const number = numbers[code - 1]!
        this.#text[length++] = number
        this.#text[length++] = number >>> 16
      }
      return this.#isNew(textOf(this.#text.subarray(0, length)))
    })
  }

  #isNew(key: string): boolean {
    const before = this.#known.size
    return this.#known.add(key).size > before
  }

  #numberOf([name, value]: Label): number {
    const text = `${name}\u0000${value}`
    const number = this.#numbers.get(text) ?? this.#numbers.size
    this.#numbers.set(text, number)
    return number
  }
}

const textOf = (units: Uint16Array): string => Reflect.apply(String.fromCharCode, String, units)
