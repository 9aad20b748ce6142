/**
 * Where SLOs come from: a folder of OpenSLO files, looked at every few seconds, and the catalogue.
 * A file that cannot be read is told of and the others count.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalogue } from './catalogue.ts'
import type { SloText } from './slos.ts'

const MAX_FILE_BYTES = 1_048_576

export class SloTexts {
  readonly #folder: string | undefined
  readonly #catalogue: Catalogue
  #seen = ''

  constructor(folder: string | undefined, catalogue: Catalogue) {
    this.#folder = folder
    this.#catalogue = catalogue
  }

  /** Files first, by name. */
  read(): readonly SloText[] {
    const stored = this.#catalogue.all('slos') as readonly { document: string }[]
    return [...this.#files(), ...stored.map(({ document }) => ({ text: document, file: undefined }))]
  }

  /** Whether files came, went or changed since it was last asked. */
  get changed(): boolean {
    const seen = this.#names()
      .map(name => {
        const { mtimeMs, size } = statSync(join(this.#folder!, name), { throwIfNoEntry: false }) ?? {
          mtimeMs: 0,
          size: 0,
        }
        return `${name}/${mtimeMs}/${size}`
      })
      .join('\n')
    const changed = seen !== this.#seen
    this.#seen = seen
    return changed
  }

  #names(): readonly string[] {
    if (this.#folder === undefined) return []
    try {
      return readdirSync(this.#folder)
        .filter(name => /\.ya?ml$/.test(name))
        .toSorted()
    } catch {
      // The folder may come later.
      return []
    }
  }

  #files(): readonly SloText[] {
    return this.#names().flatMap(name => {
      try {
        const path = join(this.#folder!, name)
        return statSync(path).size > MAX_FILE_BYTES ? [] : [{ text: readFileSync(path, 'utf8'), file: name }]
      } catch {
        return []
      }
    })
  }
}
