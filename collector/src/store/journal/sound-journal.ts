/**
 * The journal at a start: read through before anything rests on it, and where it is damaged made anew
 * of what can still be read of it. The damaged file is put aside, where every answer tells of it;
 * what was lost with it stands in its reason.
 *
 *   journal.db.tmp        being made
 *   journal.db.salvaged   whole, and not yet in the place of the damaged one
 */
import { existsSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { loadSql } from '../../durable/sql.ts'
import { openForReading, openForWriting, type Sqlite, type Statement } from '../../durable/sqlite-file.ts'
import { inflateFrame } from '../../durable/zstd.ts'
import { isDamage, PartitionDamaged } from '../sqlite/damage.ts'
import { DataFolder, removeDatabase, sizeOf, syncFile } from '../sqlite/folder.ts'
import { JOURNAL_PAGE_BYTES, JOURNAL_SCHEMA, JournalReader, type Journal } from './journal.ts'

const SQL = loadSql(new URL('salvage.sql', import.meta.url), [
  'highest',
  'record',
  'metricRecord',
  'digests',
  'keepRecord',
  'keepMetricRecord',
  'keepDigests',
  'keepHighest',
  'raiseHighest',
])

/** So many sequences are tried where the damaged journal does not say how far it reaches. */
const TRIED_WITHOUT_END = 100_000

/**
 * @param applied every consumer has what is up to this sequence: it is read no more
 * @throws what `open` throws for anything but damage
 */
export function openSound(path: string, applied: number, open: () => Journal): Journal {
  const salvaged = `${path}.salvaged`
  if (existsSync(salvaged) && !existsSync(path)) renameSync(salvaged, path)
  removeDatabase(salvaged)
  let journal: Journal | undefined
  try {
    if (isEmptied(path, applied)) throw new PartitionDamaged('it is empty')
    journal = open()
    readThrough(path, applied)
    return journal
  } catch (error) {
    journal?.abandon()
    if (!isJournalDamage(error)) throw error
    replace(path, salvage(path, applied), (error as Error).message)
    return open()
  }
}

/** SQLite takes an empty file for a new database, and throws away the log beside it. */
const isEmptied = (path: string, applied: number): boolean =>
  existsSync(path) && sizeOf(path) === 0 && (applied > 0 || sizeOf(`${path}-wal`) > 0)

const isJournalDamage = (error: unknown): boolean =>
  isDamage(error) || (error as { code?: string }).code?.startsWith('ZSTD_') === true

function readThrough(path: string, applied: number): void {
  const reader = new JournalReader(path)
  try {
    for (let records = reader.after(applied, 1); records.length > 0;)
      records = reader.after(records[0]!.sequence, 1)
  } finally {
    reader.close()
  }
}

interface Salvaged {
  readonly kept: number
  /** Undefined where the journal does not say how many it had. */
  readonly lost: number | undefined
}

/** Makes the new journal under a name that says that it is not whole. */
function salvage(path: string, applied: number): Salvaged {
  const unfinished = `${path}.tmp`
  removeDatabase(unfinished)
  const target = openForWriting(unfinished, JOURNAL_PAGE_BYTES)
  try {
    target.exec(JOURNAL_SCHEMA)
    const source = orUndefined(() => openDamaged(path))
    if (source === undefined) return { kept: 0, lost: undefined }
    try {
      return target.transaction(() => keep(source, target, applied))()
    } finally {
      source.close()
    }
  } finally {
    target.close()
  }
}

function openDamaged(path: string): Sqlite {
  if (sizeOf(path) === 0) throw new PartitionDamaged('it is empty')
  return openForReading(path)
}

function keep(source: Sqlite, target: Sqlite, applied: number): Salvaged {
  const rowsOf = orUndefined(() => reading(source))
  if (rowsOf === undefined) return { kept: 0, lost: undefined }
  const told = orUndefined(() => source.prepare(SQL.highest).pluck().get() as number)
  const highest = told ?? applied + TRIED_WITHOUT_END
  const put = putting(target)
  let kept = 0
  for (let sequence = applied + 1; sequence <= highest; sequence++) {
    const rows = orUndefined(() => rowsOf(sequence))
    if (rows === undefined) continue
    put(rows)
    kept++
  }
  if (told === undefined) return { kept, lost: undefined }
  target.prepare(SQL.keepHighest).run({ sequence: told })
  target.prepare(SQL.raiseHighest).run({ sequence: told })
  return { kept, lost: Math.max(0, told - applied) - kept }
}

type Row = readonly (bigint | Uint8Array | null)[]

interface Rows {
  readonly record: Row
  readonly metricRecord: Row | undefined
  /** Without them a request that is sent again is stored again: twice is better than never. */
  readonly digests: Row | undefined
}

/** @returns what gives all of a record, undefined where there is none, and throws where some of it cannot be read */
function reading(source: Sqlite): (sequence: number) => Rows | undefined {
  const [record, metricRecord, digests] = [SQL.record, SQL.metricRecord, SQL.digests].map(sql =>
    source.prepare(sql).safeIntegers().raw(),
  )
  const rowOf = (statement: Statement, sequence: number) => statement.get(sequence) as Row | undefined
  return sequence => {
    const rows = { record: rowOf(record!, sequence), metricRecord: rowOf(metricRecord!, sequence) }
    if (rows.record === undefined) return undefined
    for (const body of [...rows.record.slice(-2), ...(rows.metricRecord?.slice(-2) ?? [])])
      if (body instanceof Uint8Array) inflateFrame(body)
    return { ...rows, record: rows.record, digests: orUndefined(() => rowOf(digests!, sequence)) }
  }
}

function putting(target: Sqlite): (rows: Rows) => void {
  const [record, metricRecord, digests] = [SQL.keepRecord, SQL.keepMetricRecord, SQL.keepDigests].map(sql =>
    target.prepare(sql),
  )
  return rows => {
    record!.run(...rows.record)
    if (rows.metricRecord !== undefined) metricRecord!.run(...rows.metricRecord)
    if (rows.digests !== undefined) digests!.run(...rows.digests)
  }
}

/** @throws what is no damage: a disk that fails would make of every record a lost one */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!isJournalDamage(error)) throw error
    return undefined
  }
}

/** Each step from a name that says how far it is: a kill in between is gone on with. */
function replace(path: string, { kept, lost }: Salvaged, fault: string): void {
  renameSync(`${path}.tmp`, `${path}.salvaged`)
  syncFile(dirname(path))
  new DataFolder(dirname(path)).quarantineJournal(
    `${fault}; of its records that were in no partition yet ${kept} were saved and ${lost ?? 'an unknown number'} are lost`,
  )
  renameSync(`${path}.salvaged`, path)
  syncFile(dirname(path))
}
