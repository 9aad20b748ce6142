/**
 * What a file in `cases/` exports, and what it is given.
 */
import type { Figure } from './figure.ts'

export interface CaseContext {
  readonly records: number
  readonly seed: number
  /** A folder of the case's own, removed afterwards. */
  readonly folder: string
  /** A folder that the cases of a run share: what one has stored, the next one asks. */
  readonly shared: string
  /** Where CPU profiles of the collector's threads are wanted. */
  readonly profileFolder: string | undefined
}

export interface Case {
  /** One line: what is done, and under which load. */
  readonly about: string
  run(context: CaseContext): Promise<readonly Figure[]>
}
