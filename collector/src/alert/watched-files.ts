/**
 * Files that people edit while the collector runs, given as files and folders of them. A folder is
 * looked into once more whenever it is asked whether something changed; there is no other watch.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

const MAX_FILE_BYTES = 1_048_576

export interface ReadFile {
  /** As it is told to people: the name alone where it came from a folder. */
  readonly name: string
  readonly text: string
}

export interface UnreadFile {
  readonly name: string
  readonly reason: string
}

export class WatchedFiles {
  readonly #paths: readonly string[]
  #seen = ''

  /** @param paths absolute, of files and of folders whose `.yml` and `.yaml` files are meant */
  constructor(paths: readonly string[]) {
    this.#paths = paths
  }

  /** Whether files came, went or changed since it was last asked. */
  get changed(): boolean {
    const seen = this.#found()
      .map(found => ('reason' in found ? `${found.path}: ${found.reason}` : markOf(found.path)))
      .join('\n')
    const changed = seen !== this.#seen
    this.#seen = seen
    return changed
  }

  /** By name within a folder. */
  read(): { readonly files: readonly ReadFile[]; readonly unread: readonly UnreadFile[] } {
    const files: ReadFile[] = []
    const unread: UnreadFile[] = []
    for (const found of this.#found()) {
      const name = basename(found.path)
      const text = 'reason' in found ? found : textOf(found.path)
      if (typeof text === 'string') files.push({ name, text })
      else unread.push({ name, reason: text.reason })
    }
    return { files, unread }
  }

  #found(): readonly ({ readonly path: string } | { readonly path: string; readonly reason: string })[] {
    return this.#paths.flatMap(path => {
      try {
        if (!statSync(path).isDirectory()) return [{ path }]
        const names = readdirSync(path).filter(name => /\.ya?ml$/.test(name))
        return names.toSorted().map(name => ({ path: join(path, name) }))
      } catch (error) {
        return [{ path, reason: reasonOf(error) }]
      }
    })
  }
}

function markOf(path: string): string {
  const { mtimeMs = 0, size = 0, ino = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {}
  return `${path}/${mtimeMs}/${size}/${ino}`
}

function textOf(path: string): string | { readonly reason: string } {
  try {
    const { size } = statSync(path)
    if (size > MAX_FILE_BYTES) return { reason: `it has ${size} bytes, of at most ${MAX_FILE_BYTES}` }
    return readFileSync(path, 'utf8')
  } catch (error) {
    return { reason: reasonOf(error) }
  }
}

const reasonOf = (error: unknown): string => `cannot be read: ${(error as NodeJS.ErrnoException).code}`
