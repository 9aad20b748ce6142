/** The first page that people open: every service over a week, from counts of two weeks by the hour. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openForWriting } from '../../src/durable/sqlite-file.ts'
import { BUCKETS } from '../../src/model/duration-buckets.ts'
import { nanoOfMillis, unixMillis } from '../../src/model/time.ts'
import { overview } from '../../src/query/red/overview.ts'
import { encodeAnswer } from '../../src/query/json-list.ts'
import type { Cell, Cells } from '../../src/red/cells.ts'
import { cameKey, seriesOf, WHOLE } from '../../src/red/keys.ts'
import { RedReader } from '../../src/red/reader.ts'
import { RedTable } from '../../src/red/table.ts'
import type { Case } from '../harness/case.ts'
import { quantile } from '../harness/figure.ts'
import { Random } from '../payload/random.ts'

const SERVICES = 100
const OPERATIONS = 10
const DAYS = 14
const QUESTIONS = 20
const PAGE_BYTES = 4_096

export default {
  about: `${SERVICES} services over 7 days, of ${OPERATIONS} operations each and ${DAYS} days counted; the answer as JSON`,
  async run({ seed }) {
    const folder = mkdtempSync(join(tmpdir(), 'hodoscope-bench-overview-'))
    try {
      const path = join(folder, 'derived.db')
      const now = unixMillis(Date.UTC(2026, 0, 15))
      fill(path, new Random(seed, 5), now / 60_000)
      const to = nanoOfMillis(now)
      const from = nanoOfMillis(unixMillis(now - 7 * 86_400_000))
      const took: number[] = []
      for (let i = 0; i < QUESTIONS; i++) {
        const begun = performance.now()
        const red = new RedReader(path)
        const answer = overview(red, { range: { from, to }, now })
        encodeAnswer(answer)
        red.close()
        took.push(performance.now() - begun)
        if (answer.services.length !== SERVICES) throw new Error(`${answer.services.length} services`)
      }
      return [
        { name: 'p50', value: quantile(took, 0.5), unit: 'ms', bar: { atMost: 100 } },
        { name: 'slowest', value: Math.max(...took), unit: 'ms' },
      ]
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
} satisfies Case

function fill(path: string, random: Random, end: number): void {
  const db = openForWriting(path, PAGE_BYTES)
  const table = new RedTable(db)
  for (let hour = 0; hour < DAYS * 24; hour++)
    db.transaction(() => {
      table.append(hour + 1, cellsOf(table, random, end - DAYS * 1_440 + hour * 60))
      table.fold(end)
    })()
  db.close()
}

/** What each service and each of its operations did in one minute of the hour, with errors and without. */
function cellsOf(table: RedTable, random: Random, minute: number): Cells {
  const cells: Cells = new Map()
  for (let s = 0; s < SERVICES; s++)
    for (let o = 0; o <= OPERATIONS; o++) {
      const operation = { service: `service-${s}`, name: o === 0 ? '' : `op ${o}`, kind: o === 0 ? WHOLE : 2 }
      const id = table.idOf(operation)
      for (const status of [0, 2] as const) cells.set(cameKey(seriesOf(id, status), minute), cellOf(random))
    }
  return cells
}

/** Durations over some twenty neighbouring buckets, as of one operation. */
function cellOf(random: Random): Cell {
  const first = random.below(BUCKETS - 40)
  const buckets = Array.from({ length: 20 }, (_, i) => first + 2 * i)
  return { sum: 1e9, buckets, counts: buckets.map(() => 1 + random.below(1_000)) }
}
