/**
 * Where SLOs come from: a folder of OpenSLO files, looked at every few seconds, and the catalogue.
 * A file that cannot be read is left out and the others count; the folder may come later.
 */
import type { Catalogue } from './catalogue.ts'
import type { SloText } from './slos.ts'
import { WatchedFiles } from './watched-files.ts'

export class SloTexts {
  readonly #files: WatchedFiles
  readonly #catalogue: Catalogue

  constructor(folder: string | undefined, catalogue: Catalogue) {
    this.#files = new WatchedFiles(folder === undefined ? [] : [folder])
    this.#catalogue = catalogue
  }

  /** Files first, by name. */
  read(): readonly SloText[] {
    const files = this.#files.read().files.map(({ name, text }) => ({ text, file: name }))
    const stored = this.#catalogue.all('slos') as readonly { document: string }[]
    return [...files, ...stored.map(({ document }) => ({ text: document, file: undefined }))]
  }

  /** Whether files came, went or changed since it was last asked. */
  get changed(): boolean {
    return this.#files.changed
  }
}
