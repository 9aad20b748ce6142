/** Damage to stored series is met when it is read, and told; the index of labels may be missing. */
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { millis, systemClock, unixMillis } from '../../src/model/time.ts'
import { openSqliteStore } from '../../src/store/sqlite/index.ts'
import { SharedCells } from '../../src/store/shared-cells.ts'
import openReader from '../../src/store/sqlite/reader.ts'
import { samples } from '../conformance/checks/metric-scene.ts'
import { requestOf } from '../conformance/request.ts'
import { patient } from '../conformance/scene.ts'

const T = 1_700_000_000_000
const SERIES = 200

let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-series-damage-'))
  const limits = { retention: millis(2 ** 40), maxBytes: 2 ** 40 }
  const { writer } = await openSqliteStore({ folder, clock: systemClock, limits })
  const series = Array.from({ length: SERIES }, (_, n) => ({
    labels: { __name__: 'm', job: `j${n % 4}`, n: String(n) },
    samples: [[T, n]] as const,
  }))
  await writer.append(requestOf(samples(series)))
  await writer.close()
})
afterEach(() => rmSync(folder, { recursive: true }))

function inPartition(change: (db: InstanceType<typeof Database>) => void): void {
  const [path] = globSync('partitions/*.db', { cwd: folder })
  const db = new Database(join(folder, path!))
  change(db)
  db.close()
}

function seen(name: string, value: string): { values: number[]; partial: string[] } {
  const reader = openReader({ folder, cells: new SharedCells().memory })
  const snapshot = reader.snapshot()
  const range = { from: unixMillis(-Infinity), to: unixMillis(Infinity) }
  const found = snapshot.metrics(patient).select({ matchers: [{ name, op: '=', value }], ...range })
  const partial = snapshot.partial.map(({ reason }) => reason)
  snapshot.release()
  reader.close()
  return { values: found.map(({ values }) => values[0]!).sort((a, b) => a - b), partial }
}

const ofJob = (job: number): number[] => Array.from({ length: SERIES / 4 }, (_, i) => 4 * i + job)

it('a label finds its series, with the index and in a partition that has none', () => {
  expect(seen('job', 'j1')).toEqual({ values: ofJob(1), partial: [] })
  expect(seen('job', 'none')).toEqual({ values: [], partial: [] })
  inPartition(db => db.exec('drop table series_label'))
  expect(seen('job', 'j1')).toEqual({ values: ofJob(1), partial: [] })
})

it('without the index a metric is looked for only in the groups around its name', () => {
  inPartition(db => {
    db.exec('drop table series_label')
    db.exec("update series_group set first_name = 'n', last_name = 'z' where id > 0")
  })
  expect(seen('__name__', 'm').values).toHaveLength(64)
  expect(seen('__name__', 'l').values).toEqual([])
  expect(seen('job', 'j1').values).toEqual(ofJob(1))
})

it.each([
  ['the samples of a group', 'series_chunk', 'data'],
  ['the labels of a group', 'series_group', 'labels'],
])('a flipped bit in %s is told, and nothing wrong is answered', (_, table, column) => {
  inPartition(db => {
    const row = db.prepare(`select id, ${column} as bytes from ${table} order by id limit 1`).get() as {
      id: number
      bytes: Buffer
    }
    row.bytes[row.bytes.length >> 1]! ^= 1
    db.prepare(`update ${table} set ${column} = ? where id = ?`).run(row.bytes, row.id)
  })
  const { values, partial } = seen('__name__', 'm')
  expect(partial).toEqual([expect.stringContaining('series: ')])
  expect(values.length).toBeLessThan(SERIES)
  expect(new Set(values).size).toBe(values.length)
  expect(values.every(value => Number.isInteger(value) && value >= 0 && value < SERIES)).toBe(true)
})

it('a group that is missing is told', () => {
  inPartition(db => db.exec('delete from series_group where id = 0'))
  expect(seen('__name__', 'm').partial).toEqual(['series: group 0 of the series is missing'])
})
