/**
 * A document that a person wrote, read field by field. What is wrong is told under the field's path,
 * so that all faults of a document are told at once. Keys are own properties alone: `__proto__` is a
 * name like any other.
 */
import { HodoscopeError } from './errors.ts'

export interface FieldProblem {
  /** e.g. `spec.objectives[0].target`; '' for the document as a whole. */
  readonly field: string
  readonly message: string
}

export class Fields {
  readonly #value: unknown
  readonly path: string
  readonly #tell: (problem: FieldProblem) => void
  /** Of the whole document. */
  readonly #told: Set<string>

  constructor(value: unknown, tell: (problem: FieldProblem) => void, path = '', told = new Set<string>()) {
    this.#value = value
    this.path = path
    this.#tell = tell
    this.#told = told
  }

  /** Told once, however often the field is read. */
  fault(message: string): void {
    const text = JSON.stringify([this.path, message])
    if (!this.#told.has(text)) this.#tell({ field: this.path, message })
    this.#told.add(text)
  }

  get value(): unknown {
    return this.#value
  }

  /** YAML's empty value counts as absent, whatever its schema makes of it. */
  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null || this.#value === ''
  }

  at(key: string): Fields {
    const value = isRecord(this.#value) && Object.hasOwn(this.#value, key) ? this.#value[key] : undefined
    return this.#child(value, this.path === '' ? key : `${this.path}.${key}`)
  }

  /** Fault where it is there and no list. */
  items(): readonly Fields[] {
    if (this.isAbsent) return []
    if (Array.isArray(this.#value))
      return this.#value.map((item, i) => this.#child(item, `${this.path}[${i}]`))
    this.fault(`expected a list, got ${shown(this.#value)}`)
    return []
  }

  /** Fault where it is there and no mapping. */
  entries(): readonly (readonly [string, Fields])[] {
    if (this.isAbsent) return []
    if (isRecord(this.#value)) return Object.keys(this.#value).map(key => [key, this.at(key)])
    this.fault(`expected a mapping, got ${shown(this.#value)}`)
    return []
  }

  /** Fault where it is no mapping, and at each key that is none of these. */
  only(keys: readonly string[]): void {
    if (!isRecord(this.#value)) this.fault(`expected a mapping, got ${shown(this.#value)}`)
    else
      for (const [key, field] of this.entries())
        if (!keys.includes(key)) field.fault(`there is no such key: expected one of ${keys.join(', ')}`)
  }

  #child(value: unknown, path: string): Fields {
    return new Fields(value, this.#tell, path, this.#told)
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

  /** As `parsed`, but undefined without a fault where it is absent. */
  optional<T>(expected: string, read: (text: string) => T | undefined): T | undefined {
    return this.isAbsent ? undefined : this.parsed(expected, read)
  }

  /** What `work` refuses with a HodoscopeError is a fault of this field. */
  attempt(work: () => unknown): void {
    try {
      work()
    } catch (error) {
      if (!(error instanceof HodoscopeError)) throw error
      this.fault(error.message)
    }
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100)
