/**
 * Every data folder that an earlier version wrote is opened by this one, answers as the oracle does
 * with the same requests, and is written on.
 *
 * A folder under `folders/` stays as it is for ever; a new format adds one (`make.ts`).
 */
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeRequest } from '../../src/decode/request.ts'
import { decodeWrite } from '../../src/decode/write/request.ts'
import type { CanonicalRequest } from '../../src/model/canonical.ts'
import type { OtlpSignal } from '../../src/model/telemetry.ts'
import { millis, systemClock, unixMillis } from '../../src/model/time.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { openSqliteStore, type SqliteStore } from '../../src/store/sqlite/index.ts'
import openReader from '../../src/store/sqlite/reader.ts'
import { restore } from '../../src/store/sqlite/restore.ts'
import { compareAnswers } from '../conformance/differential.ts'
import { filter } from '../conformance/generate.ts'
import { metricBatch } from '../conformance/generate-metrics.ts'
import { requestOf, spans } from '../conformance/request.ts'
import { Scene } from '../conformance/scene.ts'
import { readFolderFile, unpackFolder, type FolderFile } from './folder-file.ts'
import { GENERATED_SCENES, SHOP_SCENE } from './scenes.ts'

const FOLDERS = join(import.meta.dirname, 'folders')
const FILTERS = 4
/** Each state of a folder is asked about its share of the scenes, so that in the end all were asked about. */
const STATES = 5
/** The folders grow older than any retention. */
const LIMITS = { retention: millis(Number.MAX_SAFE_INTEGER), maxBytes: 2 ** 40 }
const TEST_TIMEOUT_MILLIS = 240_000

const names = globSync('*.json.gz', { cwd: FOLDERS }).sort()

let scratch: string
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'hodoscope-upgrade-'))
})
afterEach(() => rmSync(scratch, { recursive: true }))

const requestsOf = ({ requests }: FolderFile): CanonicalRequest[] =>
  requests.map(({ signal, body }) => {
    const bytes = Buffer.from(body, 'base64')
    const { request } =
      signal === 'samples'
        ? decodeWrite(bytes, unixMillis(8e15))
        : decodeRequest(signal satisfies OtlpSignal, 'protobuf', bytes)
    return request!
  })

async function oracleOf(requests: readonly CanonicalRequest[]): Promise<MemoryStore> {
  const oracle = new MemoryStore()
  for (const request of requests) await oracle.append(request)
  return oracle
}

const openStore = (folder: string): Promise<SqliteStore> =>
  openSqliteStore({ folder, clock: systemClock, limits: LIMITS })

/** @param state from 0 */
function answersAs(oracle: MemoryStore, { readerSource }: SqliteStore, state: number): void {
  const backend = { reader: () => openReader(readerSource.options) }
  for (const n of [...GENERATED_SCENES, SHOP_SCENE].filter(n => n % STATES === state)) {
    const filters = fc.sample(filter, { seed: n, numRuns: FILTERS })
    compareAnswers(oracle, backend, new Scene(n), filters, `state ${state}, scene ${n}`)
  }
}

it('the folder of the first format is kept', () => {
  expect(names).toContain('format-1.json.gz')
})

it('a folder with series is kept, sent by both protocols', () => {
  const { requests } = readFolderFile(join(FOLDERS, 'format-1-series.json.gz'))
  expect(new Set(requests.map(({ signal }) => signal))).toEqual(
    new Set(['traces', 'logs', 'metrics', 'samples']),
  )
})

describe.each(names)('%s', name => {
  const file = readFolderFile(join(FOLDERS, name))
  const requests = requestsOf(file)

  it('holds what it says: the requests, whole, in sealed and open partitions and a journal', () => {
    expect(requests.map(request => request.items)).toEqual(file.requests.map(request => request.items))
    const parts = Object.keys(file.folder).map(path => basename(path))
    expect(parts).toContain('journal.db')
    expect(parts.filter(part => /^\d{12}-\d{12}\.db$/.test(part)).length).toBeGreaterThanOrEqual(2)
    expect(parts.filter(part => /^\d{12}\.open\.db$/.test(part))).toHaveLength(1)
  })

  it(
    'is opened with the same answers, drained, sealed, and opened again with the same answers',
    async () => {
      const folder = join(scratch, 'data')
      unpackFolder(file.folder, folder)
      const oracle = await oracleOf(requests)
      const store = await openStore(folder)
      answersAs(oracle, store, 0)
      await store.writer.drain()
      answersAs(oracle, store, 1)
      await store.writer.close()
      const again = await openStore(folder)
      answersAs(oracle, again, 2)
      expect(again.writer.status()).toMatchObject({ quarantined: [], backlogRecords: 0 })
      await again.writer.close()
    },
    TEST_TIMEOUT_MILLIS,
  )

  it(
    'is written on: new records stand beside the old ones, in the same traces',
    async () => {
      const folder = join(scratch, 'data')
      unpackFolder(file.folder, folder)
      const oracle = await oracleOf(requests)
      const store = await openStore(folder)
      const scene = new Scene(0)
      const added = requestOf(
        spans(scene.span({ trace: 1, name: 'new' }), scene.span({ trace: 9, name: 'new' })),
      )
      const metrics = fc.sample(metricBatch(scene), { seed: 1, numRuns: 6 }).map(requestOf)
      for (const request of [added, ...metrics])
        await Promise.all([oracle.append(request), store.writer.append(request)])
      await store.writer.drain()
      answersAs(oracle, store, 3)
      await store.writer.close()
    },
    TEST_TIMEOUT_MILLIS,
  )

  it(
    'is restored from the backup of its time, with the same answers',
    async () => {
      const [from, folder] = [join(scratch, 'backup'), join(scratch, 'data')]
      unpackFolder(file.backup, from)
      restore(from, folder)
      const store = await openStore(folder)
      answersAs(await oracleOf(requests), store, 4)
      await store.writer.close()
    },
    TEST_TIMEOUT_MILLIS,
  )
})
