/**
 * A net below the builders of blocks: a record that they cannot take is set aside, whole, and the
 * others go on. Design: collector/docs/adr/0011-a-faulty-record-costs-itself.md.
 *
 * A fault may show long after the record that brought it, when its block is cut. So what was taken is
 * taken once more from the committed position, each record into blocks of its own: the one that
 * fails then is the one.
 *
 *   partitions/000000000123.record.db.quarantine    the record as it stood in the journal: set aside
 */
import { readdirSync, renameSync } from 'node:fs'
import { constants, zstdCompressSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { REQUEST_KINDS } from '../../model/telemetry.ts'
import type { JournalRecord } from '../journal/journal.ts'
import { loadSql } from '../../durable/sql.ts'
import type { BlockConsumer } from './consumer.ts'
import { PartitionDamaged } from './damage.ts'
import { removeDatabase, syncFile, type DataFolder } from './folder.ts'

const SQL = loadSql(new URL('faulty-records.sql', import.meta.url), ['schema', 'insert'])

const NO_BODIES = { traces: undefined, logs: undefined }
const SET_ASIDE = /^(\d{12})\.record\.db(\.\d+)?\.quarantine$/
const ZSTD_FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
/** A fault that no record is found for is not theirs. */
const MAX_SEARCHES = 3

export class FaultyRecords {
  readonly #folder: DataFolder
  readonly #known: Set<number>
  /** Records up to this one are taken one by one. */
  #searchUpTo = 0
  #searches = 0

  constructor(folder: DataFolder) {
    this.#folder = folder
    this.#known = new Set(
      readdirSync(folder.partitionsPath).flatMap(name => Number(SET_ASIDE.exec(name)?.[1] ?? NaN) || []),
    )
  }

  /** Gives a record to the consumer; one that was set aside counts as taken. */
  take(consumer: Pick<BlockConsumer, 'take' | 'flush'>, record: JournalRecord): void {
    const { sequence, received } = record
    if (this.#known.has(sequence)) return consumer.take({ sequence, received, ...NO_BODIES })
    if (record.sequence > this.#searchUpTo) return consumer.take(record)
    try {
      consumer.take(record)
      consumer.flush()
    } catch (error) {
      if (!isOfTheDisk(error)) this.#setAside(record, error)
      throw error
    }
  }

  /**
   * The consumer has failed and is to be opened anew.
   * @param taken the highest record that it may have failed for
   * @throws the fault itself, where no record was found that brings it
   */
  search(taken: number, fault: unknown): void {
    if (++this.#searches > MAX_SEARCHES) throw fault
    this.#searchUpTo = Math.max(this.#searchUpTo, taken)
  }

  #setAside(record: JournalRecord, fault: unknown): void {
    const { sequence } = record
    const name = `${String(sequence).padStart(12, '0')}.record.db`
    const path = this.#folder.partitionPath(name)
    const unfinished = `${path}.tmp`
    removeDatabase(unfinished)
    const db = new Database(unfinished)
    try {
      db.exec(SQL.schema)
      const bodies = Object.fromEntries(REQUEST_KINDS.map(kind => [kind, compressed(record[kind])]))
      db.prepare(SQL.insert).run({ sequence, received: record.received, ...bodies })
    } finally {
      db.close()
    }
    renameSync(unfinished, path)
    const told = fault instanceof Error ? fault.message : String(fault)
    this.#folder.quarantine(name, `the records of one commit could not be put into a block: ${told}`)
    // The journal lets go of the record as soon as it counts as taken.
    syncFile(this.#folder.partitionsPath)
    this.#known.add(sequence)
    this.#searches = 0
  }
}

/** Errors that say nothing about the record that was taken. */
export const isOfTheDisk = (error: unknown): boolean =>
  error instanceof PartitionDamaged || (error as { code?: string }).code?.startsWith('SQLITE_') === true

const compressed = (body: Uint8Array | undefined): Uint8Array | null =>
  body === undefined || body.length === 0 ? null : zstdCompressSync(body, ZSTD_FAST)
