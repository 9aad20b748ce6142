/**
 * The door for further consumers of what was acknowledged, such as derived counts.
 */
import type { MessagePort } from 'node:worker_threads'

/**
 * How the store's own thread opens a further consumer of what was acknowledged; `module`
 * default-exports an `OpenConsumer`. Blocks are the first consumer; others, such as derived counts,
 * come by this door. The journal keeps a record until all of them have passed it.
 */
export interface ConsumerSource {
  readonly module: string
  readonly options: unknown
  /** Ports among the options, which move to that thread. */
  readonly transfer: readonly MessagePort[]
}

/** @param from the highest record that is in blocks: a consumer that is new begins behind it */
export type OpenConsumer = (options: unknown, from: number) => RecordConsumer

/** Bodies in their canonical form, duplicates left out. */
export interface AcknowledgedRecord {
  readonly sequence: number
  /** Time of receipt, Unix nanoseconds. */
  readonly received: bigint
  readonly traces: Uint8Array | undefined
  readonly logs: Uint8Array | undefined
  readonly metrics?: Uint8Array | undefined
  readonly samples?: Uint8Array | undefined
}

export interface RecordConsumer {
  /** Highest record that was taken; those up to it are not given again. */
  readonly taken: number
  /** Highest record whose effects are on stable storage, in one transaction with this position. */
  readonly applied: number
  /** Records come in sequence; one that was taken already MUST be passed over. */
  take(record: AcknowledgedRecord): void
  /** Puts what was taken on stable storage. Called about once a second, and before a stop. */
  commit(): void
  /** Before a stop, behind the last commit: puts in order what the next start would have to. */
  settle(): void
  close(): void
}
