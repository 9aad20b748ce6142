/**
 * What is derived of records as they come, and kept in `derived.db`. It is collected in memory; now
 * and then what was collected is stored, in one transaction with the position in the journal that it
 * reaches to. So a record is derived once, whatever happens to the process.
 */
import type { LogRecord } from '../model/telemetry.ts'
import type { UnixMinute, UnixNano } from '../model/time.ts'
import type { SpanDerivation } from './scan.ts'

export interface Collecting extends SpanDerivation {
  /** A record comes: its number in the journal, and when it was received. */
  begin?(sequence: number, received: UnixNano): void
  /** Whether `log` is to be called at all. */
  readonly wantsLogs?: boolean
  log?(record: LogRecord): void
  /** All log records at hand, in their canonical form: for who reads few of them. */
  logBody?(body: Uint8Array, received: UnixNano): void
  /** All of the record at hand could be read: what it brought counts. */
  keep(): void
  /** The record at hand could not be read: what it brought is forgotten. */
  takeBack(): void
  /** What was collected takes so much memory that it should be stored before its time. */
  readonly isFull?: boolean
  /** What was collected is on stable storage. */
  clear(): void
}

/** What goes into a transaction besides what was collected. */
export interface Commit {
  /** In the journal, up to which records came. */
  readonly position: number
  /** When the last of them was; undefined where none came. */
  readonly received: UnixNano | undefined
  /** Sequences (after, upTo] that never came, or could not be read. */
  readonly gaps: readonly (readonly [after: number, upTo: number])[]
  /** A minute of now in which somebody counted, where that is not said yet. */
  readonly observed: UnixMinute | undefined
}

/** What writes is called within a transaction. */
export interface Derivation {
  /** By which the file knows whether it was derived before. */
  readonly name: string
  readonly collecting: Collecting
  store(commit: Commit): void
  /** The file was written before this was derived: nothing is known up to a position. */
  lack(upTo: number): void
  /** Lets go of what is older than it is kept; once an hour, when all is stored. */
  forget(now: UnixMinute): void
  /** A day is over, and all is stored: what is bounded within a day has its turn anew. */
  beginDay?(): void
  /** Whether what came lies in so many small pieces that they should be added to what is stored. */
  readonly wantsFold?: boolean
  fold?(): void
}
