/**
 * What the main thread, the journal's thread and the consumer say to each other.
 */
import type { ErrorCode } from '../../model/errors.ts'
import type { MessagePort } from 'node:worker_threads'
import type { Batch } from './batch.ts'

export interface JournalThreadData {
  readonly path: string
  readonly cells: SharedArrayBuffer
  /** To the consumer. */
  readonly consumer: MessagePort
  /** Bytes that must stay free on the disk, of a large one a hundredth. */
  readonly minFreeBytes: number
}

export interface KnownSequences {
  /** Highest sequence that any partition has. */
  readonly floor: number
  /** Up to which all that reads the journal has everything. */
  readonly applied: number
}

export type ToJournal =
  /** The first message. */
  { readonly open: KnownSequences } | { readonly commit: Batch } | { readonly close: true }

export interface Refusal {
  readonly code: ErrorCode
  readonly message: string
}

export type FromJournal =
  | { readonly ready: true }
  | {
      readonly committed: {
        readonly duplicates: readonly boolean[]
        readonly sequence: number
        /** Compressed bytes that the journal holds. */
        readonly heldBytes: number
      }
    }
  | { readonly refused: Refusal }
  /** Whether the next commit would be refused, where that changed with no request to tell. */
  | { readonly looked: Refusal | undefined }
  /** Compressed bytes that the journal holds, after some were removed. */
  | { readonly heldBytes: number }
  | { readonly closed: true }

/** A committed record on its way to the consumer; without its bytes when too many are under way already. */
export interface ToConsumer {
  readonly sequence: number
  readonly received: bigint
  readonly batch: Batch | undefined
}

/** From the consumer to the journal. */
export interface FromConsumer {
  /** Records up to this one are in committed blocks. */
  readonly applied: number
  /** Bytes of batches that the consumer has taken since it last said so. */
  readonly taken: number
}
