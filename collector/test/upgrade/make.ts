/**
 * `node collector/test/upgrade/make.ts NAME "what it is"`: keeps a data folder as this version of
 * the collector writes it, for the tests of every later version. Run it before a change of format,
 * and never again for the same name: a folder that was kept is not to change.
 *
 * The folder has sealed partitions, an open one, and a journal that is ahead of both, as a process
 * leaves them that is killed.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { logRequests, spanRequests } from '../../bench/payload/payload.ts'
import { decodeRequest } from '../../src/decode/request.ts'
import type { CanonicalRequest } from '../../src/model/canonical.ts'
import { milliOfNano, millis, systemClock } from '../../src/model/time.ts'
import { backup } from '../../src/store/sqlite/backup.ts'
import { openSqliteStore } from '../../src/store/sqlite/index.ts'
import { batchesOf } from '../conformance/generate.ts'
import { requestOf } from '../conformance/request.ts'
import { Scene } from '../conformance/scene.ts'
import { pack, packFolder, writeFolderFile } from './folder-file.ts'
import { GENERATED_SCENES, SHOP_SCENE } from './scenes.ts'

const SEED = 1
const SHOP_SPANS = 600
const SHOP_LOGS = 400
/** What a process holds while it lives, and nobody else needs. */
const OF_THE_PROCESS = /^lock\.|-shm$/

function generated(scene: Scene, seed: number): CanonicalRequest[] {
  const [batches] = fc.sample(batchesOf(scene), { seed, numRuns: 1 })
  return batches!.map(requestOf)
}

function shop(): CanonicalRequest[] {
  const options = {
    seed: SEED,
    perRequest: 64,
    startMillis: Number(milliOfNano(new Scene(SHOP_SCENE).at(0))),
  }
  const bodies = [
    ...[...spanRequests({ ...options, spans: SHOP_SPANS })].map(({ body }) => ['traces', body] as const),
    ...[...logRequests({ ...options, logs: SHOP_LOGS })].map(({ body }) => ['logs', body] as const),
  ]
  return bodies.map(([signal, body]) => decodeRequest(signal, 'protobuf', body).request!)
}

/** Requests by the process that took them: the first two stop cleanly, the last is killed. */
const small = GENERATED_SCENES.flatMap(n => generated(new Scene(n), SEED + n))
const large = shop()
const share = (requests: CanonicalRequest[], from: number, to: number): CanonicalRequest[] =>
  requests.slice(Math.floor(requests.length * from), Math.floor(requests.length * to))
const [name, about] = process.argv.slice(2)
if (name === undefined || about === undefined) throw new Error('usage: make.ts NAME ABOUT')

const scratch = mkdtempSync(join(tmpdir(), 'hodoscope-keep-'))
const folder = join(scratch, 'data')
const taken: CanonicalRequest[] = []
const limits = { retention: millis(86_400_000), maxBytes: 2 ** 40 }

async function store(shares: readonly (readonly [from: number, to: number])[]) {
  const { writer } = await openSqliteStore({ folder, clock: systemClock, limits })
  for (const [n, [from, to]] of shares.entries()) {
    if (n > 0) await writer.drain()
    for (const request of [...share(small, from, to), ...share(large, from, to)]) {
      await writer.append(request)
      taken.push(request)
    }
  }
  return writer
}

const first = await store([
  [0, 0.1],
  [0.1, 0.2],
  [0.2, 0.4],
])
await first.close()
const second = await store([[0.4, 0.5]])
await second.close()
const last = await store([
  [0.5, 0.6],
  [0.6, 0.7],
  [0.7, 0.8],
  [0.8, 1],
])
cpSync(folder, join(scratch, 'killed'), { recursive: true })
backup(folder, join(scratch, 'backup'), new Date(systemClock.now()))
await last.close()
writeFolderFile(join(import.meta.dirname, 'folders', `${name}.json.gz`), {
  about,
  folder: packFolder(join(scratch, 'killed'), OF_THE_PROCESS),
  backup: packFolder(join(scratch, 'backup'), OF_THE_PROCESS),
  requests: taken.map(pack),
})
rmSync(scratch, { recursive: true })
