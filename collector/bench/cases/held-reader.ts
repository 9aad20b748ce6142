/**
 * D10: a reader holds its snapshot for a minute of 5,000 items a second. What SQLite keeps for it in
 * its logs stays within bounds.
 */
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SharedCells } from '../../src/store/shared-cells.ts'
import openReader from '../../src/store/sqlite/reader.ts'
import type { Case } from '../harness/case.ts'
import { quantile } from '../harness/figure.ts'
import { steadySender, weather } from '../harness/rough.ts'

const SECONDS = 60
/** Of 64 spans. */
const PER_SECOND = 80
const LOOK_MILLIS = 250

export default {
  about: `a snapshot held for ${SECONDS} s under ${(PER_SECOND * 64) / 1000} k spans/s`,
  run: ({ seed, folder }) =>
    weather(folder, async ({ port }) => {
      const data = join(folder, 'data')
      const sender = await steadySender(port, seed, PER_SECOND)
      await sleep(1_000)
      const reader = openReader({ folder: data, cells: new SharedCells().memory })
      const snapshot = reader.snapshot()
      const before = snapshot.extent().traces.records
      let largest = 0
      for (const end = performance.now() + SECONDS * 1_000; performance.now() < end;) {
        await sleep(LOOK_MILLIS)
        largest = Math.max(largest, walBytes(data))
      }
      const changed = snapshot.extent().traces.records - before
      snapshot.release()
      reader.close()
      const { took, refused } = await sender.end()
      return [
        { name: 'logs of SQLite, largest', value: largest / 1e6, unit: 'MB', bar: { atMost: 2 ** 28 / 1e6 } },
        { name: 'records that came into the snapshot', value: changed, unit: 'items', bar: { atMost: 0 } },
        { name: 'sent meanwhile', value: (took.length * 64) / SECONDS / 1000, unit: 'k/s' },
        { name: 'refused', value: refused, unit: 'requests', bar: { atMost: 0 } },
        { name: 'ingest p99', value: quantile(took, 0.99), unit: 'ms' },
      ]
    }),
} satisfies Case

/** Bytes of every write-ahead log; one that goes while it is looked at counts nothing. */
const walBytes = (folder: string): number =>
  globSync('**/*-wal', { cwd: folder }).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
