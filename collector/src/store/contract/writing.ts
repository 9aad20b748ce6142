/**
 * Writing and pinning: what is acknowledged is on stable storage.
 */
import type { CanonicalRequest } from '../../model/canonical.ts'
import type { RequestKind } from '../../model/telemetry.ts'
import type { Millis, UnixMillis } from '../../model/time.ts'

export interface StoreWriter {
  append(request: CanonicalRequest): Promise<{ readonly duplicate: boolean }>
  /** Resolves when everything acknowledged so far has left the journal for its final place. */
  drain(): Promise<void>
  status(): StoreStatus
  /** The pinned traces, the one pinned last first. */
  pins(): readonly Pin[]
  /**
   * Keeps what is stored of a trace, and what will be, from retention until it is unpinned; resolves when
   * that is on stable storage. A trace that is pinned already takes the note.
   * @throws HodoscopeError `pins_exhausted`, `disk_full`, `disk_failed`
   */
  pin(traceId: string, note: string): Promise<void>
  /**
   * Gives a trace back to retention: what of it only the pin has kept goes with it.
   * @returns whether it was pinned
   */
  unpin(traceId: string): Promise<boolean>
  /**
   * Refuses new requests with `shutting_down`, drains, seals what is open, and lets go of the files. What
   * it does not come to within its time is left to the next start: it is on stable storage, and answers.
   * @returns what is left
   */
  close(how?: CloseOptions): Promise<Unfinished>
}

export interface CloseOptions {
  /** 4 s without it. */
  readonly within?: Millis
  /** Told about once a second while there is something to do. */
  readonly onProgress?: (unfinished: Unfinished) => void
}

/** What would make the next start quicker, and no loss where it is not done. */
export interface Unfinished {
  /** Records of the journal that are not in blocks. */
  readonly records: number
  /** Full partitions that are not sealed. */
  readonly partitions: number
}

/** Every pinned trace may have a file for each partition that it stood in. */
export const MOST_PINS = 500

export interface Pin {
  /** 32 lower-case hex digits. */
  readonly traceId: string
  readonly note: string
  readonly pinnedAt: UnixMillis
}

export interface StoreStatus {
  readonly acceptedItems: Readonly<Record<RequestKind, number>>
  readonly duplicateRequests: number
  readonly journalBytes: number
  /** Journal records that are not yet in blocks. */
  readonly backlogRecords: number
  readonly diskBytes: number
  readonly maxBytes: number
  readonly partitions: number
  readonly pinnedTraces: number
  /** Bytes of what is kept for pins alone; a part of `diskBytes`. */
  readonly pinnedBytes: number
  readonly quarantined: readonly string[]
  /** Why `append` refuses at present, where it does. */
  readonly refusing: 'disk_full' | 'disk_failed' | 'store_busy' | 'shutting_down' | undefined
}
