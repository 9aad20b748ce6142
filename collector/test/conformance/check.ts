/**
 * A check: what is stored, and what must then be read. One situation each, told by its caption.
 */
import type { Snapshot } from '../../src/store/api.ts'
import type { Batch } from './request.ts'
import type { Scene } from './scene.ts'

export interface Play {
  /** Each batch is one request, stored in this order. */
  readonly given: readonly Batch[]
  /** Asked of a snapshot that holds the records of all checks. Throws where the contract is broken. */
  readonly then: (snapshot: Snapshot) => void
}

export interface Check {
  readonly caption: string
  readonly stage: (scene: Scene) => Play
}

export const check = (caption: string, stage: Check['stage']): Check => ({ caption, stage })
