/**
 * The sqlite backend, with its threads and on real files, keeps the contract and answers as the
 * oracle does.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'vitest'
import { millis, systemClock } from '../../src/model/time.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { openSqliteStore } from '../../src/store/sqlite/index.ts'
import openReader from '../../src/store/sqlite/reader.ts'
import { compareBackends } from './differential.ts'
import { runConformance, type OpenBackend } from './suite.ts'

const openMemory: OpenBackend = async () => {
  const store = new MemoryStore()
  return { writer: store, reader: () => store.reader(), close: () => store.close() }
}

const openSqlite: OpenBackend = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hodoscope-conformance-'))
  const limits = { retention: millis(86_400_000), maxBytes: 2 ** 40 }
  const { writer, readerSource } = await openSqliteStore({ folder, clock: systemClock, limits })
  return {
    writer,
    reader: () => openReader(readerSource.options),
    async close() {
      await writer.close()
      rmSync(folder, { recursive: true })
    },
  }
}

runConformance('sqlite', openSqlite)

it('sqlite answers as memory does', { timeout: 120_000 }, () =>
  compareBackends({ oracle: openMemory, backend: openSqlite, cases: 100, filtersEach: 100 }),
)
