/** What questions about errors and deploys are asked of. */
import { ErrorReader } from '../../errors/reader.ts'
import { RedReader } from '../../red/reader.ts'

export interface Sources {
  readonly errors: ErrorReader
  /** For deploys, and what came with them. */
  readonly red: RedReader
  close(): void
}

/** @throws what SQLite throws where the file is not there yet */
export function openSources(path: string): Sources {
  const errors = new ErrorReader(path)
  const red = new RedReader(path)
  return {
    errors,
    red,
    close: () => {
      red.close()
      errors.close()
    },
  }
}
