/**
 * D12: what a backup costs those who send meanwhile, and that what it made restores.
 */
import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Case } from '../harness/case.ts'
import { LoadProcess } from '../harness/load-process.ts'
import { comparedFigures, steadySender, weather } from '../harness/rough.ts'

const BIN = resolve(import.meta.dirname, '../../bin/hodoscope.js')
const BACKUPS = 5
const CALM_MILLIS = 10_000
const PER_SECOND = 100

export default {
  about: `${BACKUPS} backups of what is stored, one behind the other, beside ${PER_SECOND} requests of 64 spans a second`,
  run: ({ records, seed, folder }) =>
    weather(folder, async ({ port }) => {
      await store(port, records, seed)
      const calm = await during(port, seed + 1, () => sleep(CALM_MILLIS))
      const took: number[] = []
      const storm = await during(port, seed + 2, async () => {
        for (let n = 0; n < BACKUPS; n++) {
          const began = performance.now()
          await hodoscope('backup', join(folder, `backup-${n}`), '--data', join(folder, 'data'))
          took.push(performance.now() - began)
        }
      })
      for (let n = 0; n < BACKUPS; n++)
        await hodoscope('restore', join(folder, `backup-${n}`), '--data', join(folder, `restored-${n}`))
      return [
        ...comparedFigures(calm, storm, 2),
        { name: 'a backup, slowest', value: Math.max(...took), unit: 'ms' },
        { name: 'restored, every checksum verified', value: BACKUPS, unit: 'times' },
      ]
    }),
} satisfies Case

async function store(port: number, records: number, seed: number): Promise<void> {
  const startMillis = Date.now() - 3_600_000 - records
  const load = { kind: 'spans', perRequest: 512, connections: 8, records, seed, port, startMillis } as const
  await (await LoadProcess.prepare(load)).run()
}

/** @returns what each request of a steady sender took while the work went on */
async function during(port: number, seed: number, work: () => Promise<unknown>): Promise<number[]> {
  const sender = await steadySender(port, seed, PER_SECOND)
  await work()
  const { took } = await sender.end()
  return took
}

/** @throws where the command ends with anything but 0 */
const hodoscope = (...words: string[]): Promise<unknown> =>
  promisify(execFile)(process.execPath, [BIN, ...words])
