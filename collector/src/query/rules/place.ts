/** A rule file read field by field: what is wrong is noted under the field's path, all of it at once. */
import { HodoscopeError } from '../../model/errors.ts'
import type { Millis } from '../../model/time.ts'
import { parseDuration } from '../promql/duration.ts'
import type { RuleProblem } from './rule.ts'

export class Place {
  readonly #value: unknown
  readonly #path: string
  readonly #problems: RuleProblem[]

  constructor(value: unknown, path: string, problems: RuleProblem[]) {
    this.#value = value
    this.#path = path
    this.#problems = problems
  }

  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null || this.#value === ''
  }

  fault(message: string): void {
    this.#problems.push({ field: this.#path, message })
  }

  attempt(work: () => unknown): void {
    try {
      work()
    } catch (error) {
      if (!(error instanceof HodoscopeError)) throw error
      this.fault(error.message)
    }
  }

  at(key: string): Place {
    const value = isRecord(this.#value) && Object.hasOwn(this.#value, key) ? this.#value[key] : undefined
    return new Place(value, this.#path === '' ? key : `${this.#path}.${key}`, this.#problems)
  }

  only(keys: readonly string[]): void {
    if (!isRecord(this.#value)) this.fault('expected a mapping')
    else
      for (const key of Object.keys(this.#value))
        if (!keys.includes(key))
          this.at(key).fault(`there is no such key: expected one of ${keys.join(', ')}`)
  }

  items(): readonly Place[] {
    if (this.isAbsent) return []
    if (!Array.isArray(this.#value)) {
      this.fault('expected a list')
      return []
    }
    return this.#value.map((item, i) => new Place(item, `${this.#path}[${i}]`, this.#problems))
  }

  entries(): readonly (readonly [string, Place])[] {
    if (this.isAbsent) return []
    if (isRecord(this.#value)) return Object.keys(this.#value).map(key => [key, this.at(key)])
    this.fault('expected a mapping')
    return []
  }

  text(): string {
    if (this.isAbsent) return ''
    if (typeof this.#value === 'string') return this.#value
    this.fault('expected a text')
    return ''
  }

  number(): number | undefined {
    if (this.isAbsent) return undefined
    const text = this.text()
    const value = /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
    if (value === undefined) this.fault('expected a number of at least 0')
    return value
  }

  duration(): Millis | undefined {
    if (this.isAbsent) return undefined
    const length = parseDuration(this.text())
    if (length === undefined) this.fault('expected a duration such as 5m')
    return length
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
