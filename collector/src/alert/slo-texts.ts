/**
 * Where SLOs come from: a folder of OpenSLO files, looked at every few seconds, and the catalogue.
 *
 * A file that has become faulty, or cannot be read, keeps what it said when it was sound last, over a
 * restart too: no alert resolves and no count begins anew for a typing mistake. What is wrong is told
 * by file and field until it is mended. A file that is gone takes its SLOs along.
 */
import type { AlertCatalogue } from './catalogue.ts'
import { problemsOf, readSlos, withProblemsOf, type SloSet, type SloText } from './slos.ts'
import { WatchedFiles, type ReadFile, type UnreadFile } from './watched-files.ts'

export class SloTexts {
  readonly #files: WatchedFiles
  readonly #catalogue: AlertCatalogue

  constructor(folder: string | undefined, catalogue: AlertCatalogue) {
    this.#files = new WatchedFiles(folder === undefined ? [] : [folder])
    this.#catalogue = catalogue
  }

  /** Whether files came, went or changed since it was last asked. */
  get changed(): boolean {
    return this.#files.changed
  }

  load(): SloSet {
    const { files, unread } = this.#files.read()
    const stored = (this.#catalogue.all('slos') as readonly { document: string }[]).map(
      ({ document }): SloText => ({ text: document, file: undefined }),
    )
    const written = readSlos([...files.map(textOf), ...stored])
    const faulty = new Set(problemsOf(written).map(({ file }) => file))
    const isSound = ({ name }: ReadFile): boolean => !faulty.has(name)
    const sound = this.#remember(files.filter(isSound), unread.length === 0 ? files : undefined)
    if (files.every(isSound) && unread.length === 0) return written
    const present = new Set(files.map(({ name }) => name))
    const unseen = [...sound].filter(([name]) => unread.length > 0 && !present.has(name))
    const texts = [
      ...files.map(file => textOf({ ...file, text: sound.get(file.name) ?? file.text })),
      ...unseen.map(([name, text]) => textOf({ name, text })),
      ...stored,
    ]
    return withProblemsOf(withUnread(written, unread), readSlos(texts))
  }

  /**
   * @param all the files that there are; undefined where nobody can tell
   * @returns the text that each file had when it was sound last
   */
  #remember(files: readonly ReadFile[], all: readonly ReadFile[] | undefined): ReadonlyMap<string, string> {
    const rows = this.#catalogue.all('sloFiles') as readonly ReadFile[]
    const known = new Map(rows.map(({ name, text }) => [name, text]))
    for (const { name, text } of files) {
      if (known.get(name) !== text) this.#catalogue.run('putSloFile', name, text)
      known.set(name, text)
    }
    for (const name of all === undefined ? [] : known.keys())
      if (!all!.some(file => file.name === name)) {
        this.#catalogue.run('removeSloFile', name)
        known.delete(name)
      }
    return known
  }
}

const textOf = ({ name, text }: ReadFile): SloText => ({ text, file: name })

const withUnread = (set: SloSet, unread: readonly UnreadFile[]): SloSet => ({
  ...set,
  problems: [
    ...set.problems,
    ...unread.map(({ name, reason }) => ({ object: name, field: '', message: reason, file: name })),
  ],
})
