/**
 * Errors that were seen lately, by the bytes that told them: an error seldom comes alone, and to read
 * one and find its group takes ten times as long as to know it again.
 */
import { fingerprintOf, groupedBy, type ToldError } from '../errors/fingerprint.ts'

export interface KnownError {
  readonly told: ToldError
  readonly fingerprint: string
}

/** Characters of keys. */
const MOST_CHARACTERS = 2 * 1024 * 1024

export class KnownErrors {
  readonly #known = new Map<string, KnownError>()
  #characters = 0

  /** @param key another one for each error */
  of(key: string, read: () => ToldError): KnownError {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const told = read()
    const error = { told, fingerprint: fingerprintOf(groupedBy(told)) }
    if (this.#characters + key.length > MOST_CHARACTERS) {
      this.#known.clear()
      this.#characters = 0
    }
    this.#characters += key.length
    this.#known.set(key, error)
    return error
  }
}
