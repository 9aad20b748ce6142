/**
 * Pages of a file that hold nothing but zeros: what a disk or a file system makes of a page that it
 * lost. SQLite sees it where the page belongs to a tree; of one in a chain of overflow pages, which
 * hold the rest of a long cell, it makes zeros of the cell.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { loadSql } from '../../durable/sql.ts'
import type { Sqlite } from '../../durable/sqlite-file.ts'
import { unlessDamaged } from './damage.ts'

const SQL = loadSql(new URL('zero-pages.sql', import.meta.url), ['overflow'])
const PAGES_A_READ = 1024
/** The page that has this byte is never written: SQLite locks it. Source: sqlite.org/fileformat2.html, "The Lock-Byte Page". */
const LOCK_BYTE = 2 ** 30

/** Gives the bytes it has read. @returns numbers of pages, the first of which is 1 */
export function* zeroPages(path: string, pageBytes: number): Generator<number, ReadonlySet<number>> {
  const found = new Set<number>()
  const lockPage = LOCK_BYTE / pageBytes + 1
  const buffer = Buffer.alloc(PAGES_A_READ * pageBytes)
  const zeros = Buffer.alloc(pageBytes)
  const file = openSync(path, 'r')
  try {
    for (let page = 1; ;) {
      const bytes = readSync(file, buffer, 0, buffer.length, (page - 1) * pageBytes)
      if (bytes < pageBytes) return found
      for (let at = 0; at + pageBytes <= bytes; at += pageBytes, page++)
        if (page !== lockPage && zeros.equals(buffer.subarray(at, at + pageBytes))) found.add(page)
      yield bytes
    }
  } finally {
    closeSync(file)
  }
}

/** Whether long cells of a table may hold zeros that were never stored. */
export function mayHoldZeros(db: Sqlite, table: string, zeros: ReadonlySet<number>): boolean {
  const overflow = unlessDamaged(() => db.prepare(SQL.overflow).pluck().all(table) as number[])
  // Where the tree itself is broken by one page, that page is no page of a cell.
  return overflow === undefined ? zeros.size > 1 : overflow.some(page => zeros.has(page))
}
