/**
 * What the main thread and the consumer's thread say to each other.
 */
import type { OtlpSeriesOptions } from '../../decode/series/otlp-labels.ts'
import type { MessagePort } from 'node:worker_threads'
import type { ErrorCode } from '../../model/errors.ts'
import type { ConsumerSource, Pin, Unfinished } from '../api.ts'
import type { KnownSequences } from '../journal/messages.ts'
import type { ConsumerLimits } from './consumer.ts'
import type { MergeLimits } from './merge-plan.ts'
import type { RetentionLimits } from './retention.ts'

export interface DiskLimits {
  /** Bytes that stay free on the disk, of a large one a hundredth. */
  readonly minFreeBytes: number
  /** Of the file that is given up when the disk is full all the same. */
  readonly reserveBytes: number
}

export interface ConsumerThreadData {
  readonly folder: string
  readonly cells: SharedArrayBuffer
  readonly limits: ConsumerLimits & RetentionLimits & MergeLimits & DiskLimits
  readonly series: OtlpSeriesOptions
  /** From the journal's thread. */
  readonly journal: MessagePort
  /** What reads the journal besides blocks. */
  readonly consumers: readonly Pick<ConsumerSource, 'module' | 'options'>[]
}

export type ToConsumerThread =
  /** The journal's file is there: begin with what it holds. */
  | { readonly begin: true }
  /** Put everything up to this sequence into blocks. */
  | { readonly drain: number }
  /** Change a pin; answered under the number. */
  | { readonly change: PinChange; readonly number: number }
  /** Seal, and let go of the files. Nothing more will be committed. */
  | { readonly close: number }

export type PinChange = { readonly pin: string; readonly note: string } | { readonly unpin: string }

export interface ConsumerStatus {
  readonly applied: number
  readonly taken: number
  readonly diskBytes: number
  readonly partitions: number
  readonly pins: readonly Pin[]
  readonly pinnedBytes: number
  readonly quarantined: readonly string[]
}

export type FromConsumerThread =
  | { readonly ready: KnownSequences }
  | { readonly status: ConsumerStatus }
  | { readonly drained: number }
  /** Of a change of pins: whether the trace was pinned before, or why nothing was changed. */
  | {
      readonly changed: number
      readonly outcome: boolean | { readonly code: ErrorCode; readonly message: string }
    }
  /** How far a close is. */
  | { readonly closing: Unfinished }
  /** It is done, and this is left. */
  | { readonly closed: Unfinished }
