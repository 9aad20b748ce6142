/**
 * D9: how soon a collector is ready that has much to find at its start: a journal's log of 64 MiB to
 * 1 GiB that a killed process left, and a thousand partitions.
 */
import { randomBytes } from 'node:crypto'
import { copyFileSync, cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Case } from '../harness/case.ts'
import { CollectorProcess } from '../harness/collector-process.ts'
import { quantile, type Figure } from '../harness/figure.ts'
import { ingest } from '../harness/ingest.ts'

const MIB = 1024 * 1024
const STARTS = 3
/** Size of the log, and how much longer than without one a start may take. */
const LOGS: readonly (readonly [mebibytes: number, atMost: number])[] = [
  [64, 200],
  [256, 600],
  [1024, 2000],
]
const PARTITIONS = 1_000

export default {
  about: `starts on what a kill left: a journal's log of 64 MiB to 1 GiB, and on ${PARTITIONS} partitions`,
  async run(context) {
    const stored = await ingest(
      { ...context, records: Math.min(context.records, 20_000) },
      { kind: 'spans', perRequest: 512, connections: 8 },
    )
    const { dataFolder } = stored
    const copy = join(context.folder, 'copy')
    const readyOn = async (prepare: (folder: string) => void): Promise<number> => {
      const ready: number[] = []
      for (let n = 0; n < STARTS; n++) {
        cpSync(dataFolder, copy, { recursive: true })
        prepare(copy)
        const collector = await CollectorProcess.start({ port: stored.port, dataFolder: copy })
        ready.push(collector.readyMillis)
        collector.kill()
        await collector.ended
        rmSync(copy, { recursive: true })
      }
      return quantile(ready, 0.5)
    }
    const bare = await readyOn(() => {})
    const figures: Figure[] = [{ name: 'ready with nothing to find', value: bare, unit: 'ms' }]
    for (const [mebibytes, atMost] of LOGS)
      figures.push({
        name: `longer with a log of ${mebibytes} MiB`,
        value: (await readyOn(folder => leaveLog(folder, mebibytes))) - bare,
        unit: 'ms',
        bar: { atMost },
      })
    const many = await readyOn(manyPartitions)
    return [
      ...figures,
      { name: `ready on ${PARTITIONS} partitions`, value: many, unit: 'ms', bar: { atMost: 3000 } },
    ]
  },
} satisfies Case

/** As a process leaves it that is killed: committed, and not yet written back. */
function leaveLog(folder: string, mebibytes: number): void {
  const path = join(folder, 'journal.db')
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma('wal_autocheckpoint = 0')
  db.pragma('synchronous = OFF')
  db.exec('create table filler (data blob)')
  const insert = db.prepare('insert into filler values (?)')
  const data = randomBytes(MIB)
  for (let n = 0; n < mebibytes; n++) insert.run(data)
  for (const suffix of ['', '-wal']) copyFileSync(path + suffix, `${path}.left${suffix}`)
  db.close()
  for (const suffix of ['', '-wal']) {
    copyFileSync(`${path}.left${suffix}`, path + suffix)
    rmSync(`${path}.left${suffix}`)
  }
}

/** One partition under many names: a start looks at each from outside, and reads none. */
function manyPartitions(folder: string): void {
  const partitions = join(folder, 'partitions')
  const name = readdirSync(partitions).find(one => /^\d{12}-\d{12}\.db$/.test(one))!
  const digits = (n: number): string => String(n).padStart(12, '0')
  const from = Number(name.slice(13, 25))
  for (let n = 1; n < PARTITIONS; n++)
    copyFileSync(join(partitions, name), join(partitions, `${digits(from + n)}-${digits(from + n)}.db`))
}
