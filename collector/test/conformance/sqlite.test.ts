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
import { runConformance, type Backend, type OpenBackend } from './suite.ts'

const openMemory: OpenBackend = async () => {
  const store = new MemoryStore()
  return { writer: store, reader: () => store.reader(), close: () => store.close() }
}

/** @param openBytes of the partition that is written */
async function openSqlite(openBytes: number): Promise<Backend> {
  const folder = mkdtempSync(join(tmpdir(), 'hodoscope-conformance-'))
  const limits = { retention: millis(86_400_000), maxBytes: 2 ** 40, openBytes }
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

const plain: OpenBackend = () => openSqlite(2 ** 26)
/** Each flush fills a partition, which is sealed and merged beside what goes on. */
const inSmallPartitions: OpenBackend = () => openSqlite(1)

runConformance('sqlite', plain)
runConformance('sqlite in small partitions', inSmallPartitions)

it('sqlite answers as memory does', { timeout: 300_000 }, () =>
  compareBackends({ oracle: openMemory, backend: plain, cases: 100, filtersEach: 100 }),
)

it('sqlite answers as memory does in small partitions', { timeout: 300_000 }, () =>
  compareBackends({ oracle: openMemory, backend: inSmallPartitions, cases: 20, filtersEach: 100 }),
)
