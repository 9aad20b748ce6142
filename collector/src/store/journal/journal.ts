/**
 * The journal file: one commit is one record, and a commit that returned is on stable storage.
 *
 * A record holds whatever arrived while the commit before it ran: the bodies of each signal, one
 * behind the other, compressed. A request that is known from the last ten minutes is left out.
 *
 * Relies on one writer: nobody else has the file open for writing.
 */
import { hash } from 'node:crypto'
import { constants, zstdCompressSync } from 'node:zlib'
import type { Signal } from '../../model/telemetry.ts'
import { millis, type Millis } from '../../model/time.ts'
import { failPoint } from '../../durable/fail-point.ts'
import { loadSql } from '../../durable/sql.ts'
import { openForReading, openForWriting, type Sqlite, type Statement } from '../../durable/sqlite-file.ts'
import { inflateFrame } from '../../durable/zstd.ts'
import { bodiesOf, filterBatch, signalFacts, type Batch, type SignalFacts } from './batch.ts'
import { DIGEST_BYTES, RecentDigests, WINDOW_MILLIS } from './digests.ts'
import { upgradeJournal } from './upgrade.ts'

const SQL = loadSql(new URL('journal.sql', import.meta.url), [
  'schema',
  'insertRecord',
  'insertMetricRecord',
  'insertDigests',
  'removeRecords',
  'removeMetricRecords',
  'removeDigests',
  'digests',
  'recordsAfter',
  'metricsAfter',
  'tailAfter',
  'highest',
  'raiseHighest',
  'raiseHighestKnown',
  'heldBytes',
])

/** A request of a quiet service fills few pages; large ones would cost each small commit 64 KB and more. */
export const JOURNAL_PAGE_BYTES = 4096
/** Pages of the WAL before it is written back: about 16 MB. */
const CHECKPOINT_PAGES = 4096
/** With a checksum of what was compressed: of a page that was zeroed since SQLite does not tell. */
const ZSTD_FAST = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
}
const FORGET_EVERY: Millis = millis(30_000)

export const JOURNAL_SCHEMA = SQL.schema

export interface JournalRecord {
  readonly sequence: number
  /** Time of receipt, Unix nanoseconds. */
  readonly received: bigint
  readonly traces: Uint8Array | undefined
  readonly logs: Uint8Array | undefined
  readonly metrics?: Uint8Array | undefined
  readonly samples?: Uint8Array | undefined
}

/** What a record holds of metrics; at least one of them. */
export type MetricRecord = Pick<JournalRecord, 'sequence' | 'metrics' | 'samples'>

export interface Commit {
  /** Sequence of the record; the highest one so far when the batch was all duplicates. */
  readonly sequence: number
  /** For each request of the batch whether it was known already. */
  readonly duplicates: readonly boolean[]
  /** What was stored: the batch, less its duplicates. */
  readonly stored: Batch
  /** Compressed bytes. */
  readonly bytes: number
}

export class Journal {
  readonly #db: Sqlite
  readonly #insertRecord: Statement
  readonly #insertMetricRecord: Statement
  readonly #insertDigests: Statement
  readonly #removeRecords: Statement
  readonly #removeMetricRecords: Statement
  readonly #removeDigests: Statement
  readonly #recent = new RecentDigests()
  #sequence: number
  #removeUpTo = 0
  #removed = 0
  #forgotAt = 0
  /** What the records hold, in compressed bytes by sequence, for those not yet removed. */
  readonly #held = new Map<number, number>()
  #heldBytes = 0

  /** @param floor the highest sequence that any partition has; @param now Unix milliseconds */
  constructor(path: string, floor: number, now: number) {
    this.#db = openForWriting(path, JOURNAL_PAGE_BYTES)
    this.#db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    upgradeJournal(this.#db, SQL.schema, factColumns)
    this.#db.exec(SQL.schema)
    this.#db.prepare(SQL.raiseHighest).run({ sequence: floor })
    this.#db.prepare(SQL.raiseHighestKnown).run({ sequence: floor })
    this.#insertRecord = this.#db.prepare(SQL.insertRecord)
    this.#insertMetricRecord = this.#db.prepare(SQL.insertMetricRecord)
    this.#insertDigests = this.#db.prepare(SQL.insertDigests)
    this.#removeRecords = this.#db.prepare(SQL.removeRecords)
    this.#removeMetricRecords = this.#db.prepare(SQL.removeMetricRecords)
    this.#removeDigests = this.#db.prepare(SQL.removeDigests)
    this.#sequence = this.#db.prepare(SQL.highest).pluck().get() as number
    this.#recallDigests(now)
    this.#heldBytes = (this.#db.prepare(SQL.heldBytes).get() as { bytes: number }).bytes
  }

  #recallDigests(now: number): void {
    for (const { at, digests } of this.#db.prepare(SQL.digests).all() as {
      at: number
      digests: Uint8Array
    }[]) {
      if (at < now - WINDOW_MILLIS) continue
      for (let i = 0; i < digests.length; i += DIGEST_BYTES)
        this.#recent.add(digests.subarray(i, i + DIGEST_BYTES), seconds(at))
    }
  }

  get sequence(): number {
    return this.#sequence
  }

  /** Compressed bytes of the records that are not removed. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * Stores a batch. When it returns, the batch is on stable storage; when it throws, nothing of it is.
   * @param now time of receipt in Unix milliseconds
   * @throws what SQLite throws, `SQLITE_FULL` among them
   */
  commit(batch: Batch, now: number): Commit {
    this.#forget(now)
    const digests = digestsOf(batch)
    const duplicates = this.#duplicatesAmong(digests)
    const stored = duplicates.includes(true)
      ? filterBatch(
          batch,
          duplicates.map(known => !known),
        )
      : batch
    if (stored.columns.lengths.length === 0) return { sequence: this.#sequence, duplicates, stored, bytes: 0 }
    const traces = compressed(bodiesOf(stored, 'traces'))
    const logs = compressed(bodiesOf(stored, 'logs'))
    const metrics = compressed(bodiesOf(stored, 'metrics'))
    const samples = compressed(bodiesOf(stored, 'samples'))
    const fresh = Buffer.concat(digests.filter((_, i) => !duplicates[i]))
    failPoint('journal.begin')
    const received = BigInt(now) * 1_000_000n
    const facts = factColumns(stored, received)
    const sequence = this.#db.transaction(() => {
      const { lastInsertRowid } = this.#insertRecord.run({ received, ...facts, traces, logs })
      if (metrics !== null || samples !== null)
        this.#insertMetricRecord.run(lastInsertRowid, metrics, samples)
      this.#insertDigests.run(lastInsertRowid, now, fresh)
      failPoint('journal.inserted')
      if (this.#removeUpTo > this.#removed) this.#removeRows()
      return Number(lastInsertRowid)
    })()
    failPoint('journal.committed')
    this.#sequence = sequence
    this.#noteRemoved()
    for (let i = 0; i < fresh.length; i += DIGEST_BYTES)
      this.#recent.add(fresh.subarray(i, i + DIGEST_BYTES), seconds(now))
    const bytes = [traces, logs, metrics, samples].reduce((sum, body) => sum + (body?.length ?? 0), 0)
    this.#held.set(sequence, bytes)
    this.#heldBytes += bytes
    return { sequence, duplicates, stored, bytes }
  }

  /** A commit that stores nothing. @throws as `commit` */
  touch(): void {
    // A row that is set to what it is already would not be written; this page always is.
    this.#db.pragma('user_version = 0')
  }

  /** Every consumer and reader has passed this sequence: its record goes with the next commit. */
  removable(sequence: number): void {
    this.#removeUpTo = Math.max(this.#removeUpTo, sequence)
  }

  /** Removes now what is removable. */
  remove(): void {
    if (this.#removeUpTo <= this.#removed) return
    failPoint('journal.remove')
    this.#db.transaction(() => this.#removeRows())()
    failPoint('journal.removed')
    this.#noteRemoved()
  }

  #removeRows(): void {
    this.#removeRecords.run(this.#removeUpTo)
    this.#removeMetricRecords.run(this.#removeUpTo)
  }

  #noteRemoved(): void {
    for (const [sequence, bytes] of this.#held) {
      if (sequence > this.#removeUpTo) break
      this.#held.delete(sequence)
      this.#heldBytes -= bytes
    }
    this.#removed = this.#removeUpTo
    if (this.#held.size === 0 && this.#removed >= this.#sequence) this.#heldBytes = 0
  }

  /** A request counts as known within its own batch too. */
  #duplicatesAmong(digests: readonly Uint8Array[]): boolean[] {
    const here = new Set<string>()
    return digests.map(digest => {
      if (this.#recent.has(digest)) return true
      if (digests.length === 1) return false
      const text = Buffer.from(digest).toString('latin1')
      if (here.has(text)) return true
      here.add(text)
      return false
    })
  }

  #forget(now: number): void {
    if (now - this.#forgotAt < FORGET_EVERY && now >= this.#forgotAt) return
    this.#forgotAt = now
    this.#removeDigests.run(now - WINDOW_MILLIS)
    this.#recent.forgetBefore(seconds(now - WINDOW_MILLIS))
  }

  /** Closes the file as it is. */
  abandon(): void {
    this.#db.close()
  }

  /** Removes what is removable, gives its pages back and closes the file. */
  close(): void {
    this.remove()
    failPoint('close.vacuum')
    this.#db.exec('vacuum')
    failPoint('close.checkpoint')
    this.#db.pragma('wal_checkpoint(TRUNCATE)')
    this.#db.close()
    failPoint('close.closed')
  }
}

const seconds = (at: number): number => Math.max(1, Math.floor(at / 1000) & 0x7fff_ffff)

/** SHA-256 of each body, cut to its first half. */
function digestsOf(batch: Batch): Buffer[] {
  let at = 0
  return Array.from(batch.columns.lengths, length => {
    const digest = hash('sha256', batch.buffer.subarray(at, at + length), 'buffer').subarray(0, DIGEST_BYTES)
    at += length
    return digest
  })
}

/** Times are unsigned and SQLite's integers signed. */
function factColumns(batch: Batch, received: bigint): Record<string, unknown> {
  const spans = signalFacts(batch, 'traces', received)
  const logs = signalFacts(batch, 'logs', received)
  return {
    spans: spans?.items ?? 0,
    spansFrom: BigInt.asIntN(64, spans?.from ?? 0n),
    spansTo: BigInt.asIntN(64, spans?.to ?? 0n),
    logRecords: logs?.items ?? 0,
    logsFrom: BigInt.asIntN(64, logs?.from ?? 0n),
    logsTo: BigInt.asIntN(64, logs?.to ?? 0n),
    lookups: Buffer.from(batch.lookups.buffer, batch.lookups.byteOffset, batch.lookups.byteLength),
  }
}

function compressed(bytes: Uint8Array): Uint8Array | null {
  return bytes.length === 0 ? null : zstdCompressSync(bytes, ZSTD_FAST)
}

/** A record as it stands in the journal, its bodies still compressed. */
export interface TailRecord {
  readonly sequence: number
  readonly received: bigint
  readonly facts: Readonly<Record<Signal, SignalFacts>>
  readonly bodies: Readonly<Record<Signal, Uint8Array | null>>
  /** `lookupPrefix` of its trace ids and correlation values. */
  readonly lookups: Uint32Array
}

/** Reads records on a connection of its own, while the writer goes on. */
export class JournalReader {
  readonly #db: Sqlite
  readonly #recordsAfter: Statement
  readonly #metricsAfter: Statement
  readonly #tailAfter: Statement
  readonly #highest: Statement

  constructor(path: string) {
    this.#db = openForReading(path)
    this.#recordsAfter = this.#db.prepare(SQL.recordsAfter).safeIntegers()
    this.#metricsAfter = this.#db.prepare(SQL.metricsAfter)
    this.#tailAfter = this.#db.prepare(SQL.tailAfter).safeIntegers()
    this.#highest = this.#db.prepare(SQL.highest).pluck()
  }

  /** At most `limit` records behind a sequence, oldest first, as they stand at one moment. */
  after(sequence: number, limit: number): JournalRecord[] {
    const rows = this.#recordsAfter.all(sequence, limit) as {
      sequence: bigint
      received: bigint
      traces: Uint8Array | null
      logs: Uint8Array | null
      metrics: Uint8Array | null
      samples: Uint8Array | null
    }[]
    return rows.map(row => ({
      sequence: Number(row.sequence),
      received: row.received,
      traces: inflated(row.traces),
      logs: inflated(row.logs),
      metrics: inflated(row.metrics),
      samples: inflated(row.samples),
    }))
  }

  /** What records behind a sequence hold of metrics, of at most `limit` of those that hold some. */
  metricsAfter(sequence: number, limit: number): MetricRecord[] {
    const rows = this.#metricsAfter.all(sequence, limit) as {
      sequence: number
      metrics: Uint8Array | null
      samples: Uint8Array | null
    }[]
    return rows.map(row => ({
      sequence: row.sequence,
      metrics: inflated(row.metrics),
      samples: inflated(row.samples),
    }))
  }

  /** The same, for somebody who may never read their bodies. */
  tailAfter(sequence: number, limit: number): TailRecord[] {
    return (this.#tailAfter.all(sequence, limit) as TailRow[]).map(tailRecord)
  }

  get highest(): number {
    return this.#highest.get() as number
  }

  close(): void {
    this.#db.close()
  }
}

const inflated = (bytes: Uint8Array | null): Uint8Array | undefined =>
  bytes === null ? undefined : inflateFrame(bytes)

interface TailRow {
  readonly sequence: bigint
  readonly received: bigint
  readonly spans: bigint
  readonly spans_from: bigint
  readonly spans_to: bigint
  readonly log_records: bigint
  readonly logs_from: bigint
  readonly logs_to: bigint
  readonly lookups: Uint8Array
  readonly traces: Uint8Array | null
  readonly logs: Uint8Array | null
}

function tailRecord(row: TailRow): TailRecord {
  const facts = (items: bigint, from: bigint, to: bigint): SignalFacts => ({
    items: Number(items),
    from: BigInt.asUintN(64, from),
    to: BigInt.asUintN(64, to),
  })
  return {
    sequence: Number(row.sequence),
    received: row.received,
    facts: {
      traces: facts(row.spans, row.spans_from, row.spans_to),
      logs: facts(row.log_records, row.logs_from, row.logs_to),
    },
    bodies: { traces: row.traces, logs: row.logs },
    lookups: new Uint32Array(Uint8Array.from(row.lookups).buffer),
  }
}
