/**
 * Reads a document field by field and notes what is wrong under the field's path, so that all faults
 * of a document are told at once. Keys are own properties alone: `__proto__` is a name like any other.
 */
import type { Problem } from './objective.ts'

export class Fields {
  readonly #value: unknown
  readonly path: string
  readonly #object: string
  readonly #problems: Problem[]

  constructor(value: unknown, object: string, problems: Problem[], path = '') {
    this.#value = value
    this.path = path
    this.#object = object
    this.#problems = problems
  }

  /** Told once, however often the field is read. */
  fault(message: string): void {
    const problem = { object: this.#object, field: this.path, message }
    const told = this.#problems.some(other => other.field === problem.field && other.message === message)
    if (!told) this.#problems.push(problem)
  }

  get value(): unknown {
    return this.#value
  }

  /** YAML's empty value counts as absent. */
  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null
  }

  at(key: string): Fields {
    const value = isRecord(this.#value) && Object.hasOwn(this.#value, key) ? this.#value[key] : undefined
    return this.#child(value, this.path === '' ? key : `${this.path}.${key}`)
  }

  /** Fault where it is there and no list. */
  items(): Fields[] {
    if (this.isAbsent) return []
    if (Array.isArray(this.#value))
      return this.#value.map((item, i) => this.#child(item, `${this.path}[${i}]`))
    this.fault(`expected a list, got ${shown(this.#value)}`)
    return []
  }

  #child(value: unknown, path: string): Fields {
    return new Fields(value, this.#object, this.#problems, path)
  }

  /** Fault where it is absent or no text. */
  text(expected = 'a text'): string | undefined {
    if (typeof this.#value === 'string' && this.#value !== '') return this.#value
    this.fault(`expected ${expected}, got ${shown(this.#value)}`)
    return undefined
  }

  /** '' where it is absent. */
  optionalText(): string {
    return this.isAbsent ? '' : (this.text() ?? '')
  }

  boolean(fallback: boolean): boolean {
    if (this.isAbsent) return fallback
    if (typeof this.#value === 'boolean') return this.#value
    this.fault(`expected true or false, got ${shown(this.#value)}`)
    return fallback
  }

  number(): number | undefined {
    if (typeof this.#value === 'number' && Number.isFinite(this.#value)) return this.#value
    this.fault(`expected a number, got ${shown(this.#value)}`)
    return undefined
  }

  oneOf<T extends string>(choices: readonly T[]): T | undefined {
    const found = choices.find(choice => choice === this.#value)
    if (found === undefined) this.fault(`expected one of ${choices.join(', ')}, got ${shown(this.#value)}`)
    return found
  }

  /** What `read` makes of a text or number; a fault where it makes nothing of it. */
  parsed<T>(expected: string, read: (text: string) => T | undefined): T | undefined {
    const text =
      typeof this.#value === 'string' || typeof this.#value === 'number' ? String(this.#value) : undefined
    const result = text === undefined ? undefined : read(text)
    if (result === undefined) this.fault(`expected ${expected}, got ${shown(this.#value)}`)
    return result
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100)
