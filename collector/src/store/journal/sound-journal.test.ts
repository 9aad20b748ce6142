/**
 * A journal that comes back damaged: whatever can be read of it is kept, the file is put aside, and it
 * is told how much was lost.
 */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { spanRequests } from '../../../bench/payload/payload.ts'
import { Random } from '../../../bench/payload/random.ts'
import { decodeRequest } from '../../decode/request.ts'
import { DataFolder } from '../sqlite/folder.ts'
import { packBatch } from './batch.ts'
import { Journal, JournalReader } from './journal.ts'
import { openSound } from './sound-journal.ts'

const SEED = 18
const NOW = Date.UTC(2026, 0, 2)
const PAGE = 4096
const RECORDS = 40
/** What a partition has already. */
const APPLIED = 4
/** Open, schema and sequences stand on the first pages; a page behind them holds few records. */
const MOST_LOST_A_PAGE = 8

let template: string
let folder: string
let truth: ReadonlyMap<number, string>
const path = (): string => join(folder, 'journal.db')
const open = (): Journal => new Journal(path(), 0, NOW)

beforeAll(() => {
  template = mkdtempSync(join(tmpdir(), 'hodoscope-sound-'))
  folder = template
  const journal = open()
  const requests = [...spanRequests({ seed: SEED, spans: RECORDS * 60, perRequest: 30 })]
  for (const { body } of requests.slice(0, RECORDS))
    journal.commit(
      packBatch([decodeRequest('traces', 'protobuf', Uint8Array.from(body)).request!]).batch,
      NOW,
    )
  journal.abandon()
  truth = stored()
})
afterAll(() => rmSync(template, { recursive: true }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-sound-'))
  cpSync(join(template, 'journal.db'), path())
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Every record that the journal still has to give, by its sequence. */
function stored(): Map<number, string> {
  const reader = new JournalReader(path())
  const records = reader.after(APPLIED, 1_000)
  reader.close()
  return new Map(records.map(({ sequence, traces }) => [sequence, Buffer.from(traces!).toString('base64')]))
}

function started(): ReadonlyMap<number, string> {
  openSound(path(), APPLIED, open).abandon()
  return stored()
}

const aside = (): readonly { name: string; reason: string }[] => new DataFolder(folder).quarantined()

function change(with_: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path())
  with_(bytes)
  writeFileSync(path(), bytes)
}

/** Nothing is given that was not stored, and what is not given is told. @returns how many records are lost */
function holdHonest(): number {
  const given = started()
  for (const [sequence, body] of given) expect(body, `record ${sequence}`).toBe(truth.get(sequence))
  const lost = truth.size - given.size
  const told = aside()
  if (lost === 0 && told.length === 0) return 0
  expect(told).toEqual([{ name: 'journal.db.quarantine', reason: expect.any(String) as string }])
  expect(told[0]!.reason).toMatch(
    new RegExp(`${RECORDS - APPLIED - lost} were saved and (${lost}|an unknown number) are lost$`),
  )
  return lost
}

it('that is whole stays as it is', () => {
  expect(started()).toEqual(truth)
  expect(aside()).toEqual([])
})

it('with any one page zeroed loses few records at most, and tells which number', () => {
  const pages = readFileSync(path()).length / PAGE
  expect(pages).toBeGreaterThan(40)
  let worst = 0
  for (let page = 0; page < pages; page++) {
    rmSync(folder, { recursive: true })
    folder = mkdtempSync(join(tmpdir(), 'hodoscope-sound-'))
    cpSync(join(template, 'journal.db'), path())
    change(bytes => bytes.fill(0, page * PAGE, (page + 1) * PAGE))
    const lost = holdHonest()
    // The schema, and the roots of the tables that hold everything.
    if (lost < RECORDS - APPLIED) worst = Math.max(worst, lost)
  }
  expect(worst).toBeLessThanOrEqual(MOST_LOST_A_PAGE)
}, 60_000)

it(`with one bit changed, wherever it is, gives no record that was not stored (seed ${SEED})`, () => {
  const random = new Random(SEED)
  for (let n = 0; n < 30; n++) {
    cpSync(join(template, 'journal.db'), path())
    rmSync(join(folder, 'partitions'), { recursive: true, force: true })
    change(bytes => (bytes[random.below(bytes.length)]! ^= 1 << random.below(8)))
    for (const [sequence, body] of started()) expect(body).toBe(truth.get(sequence))
  }
}, 60_000)

it.each<[string, () => void]>([
  ['0 bytes beside its log', () => truncateSync(path(), 0)],
  ['garbage at its beginning', () => change(bytes => bytes.write('x'.repeat(200), 'latin1'))],
  ['half of its length', () => truncateSync(path(), readFileSync(path()).length / 2)],
])('with %s', (_, apply) => {
  apply()
  holdHonest()
})

it('gives out no sequence twice, and goes on', () => {
  change(bytes => bytes.fill(0, 30 * PAGE, 31 * PAGE))
  const journal = openSound(path(), APPLIED, open)
  const request = decodeRequest('traces', 'protobuf', Uint8Array.from(lastBody())).request!
  expect(journal.commit(packBatch([request]).batch, NOW).sequence).toBe(RECORDS + 1)
  journal.abandon()
})

it('knows a request that is sent again', () => {
  change(bytes => bytes.fill(0, 30 * PAGE, 31 * PAGE))
  const journal = openSound(path(), APPLIED, open)
  const again = [...spanRequests({ seed: SEED, spans: RECORDS * 60, perRequest: 30 })].slice(APPLIED, RECORDS)
  const known = again.filter(({ body }) => {
    const request = decodeRequest('traces', 'protobuf', Uint8Array.from(body)).request!
    return journal.commit(packBatch([request]).batch, NOW).duplicates[0]
  })
  expect(known.length).toBeGreaterThanOrEqual(RECORDS - APPLIED - MOST_LOST_A_PAGE)
  journal.abandon()
})

it('a kill between putting aside and putting in its place is gone on with', () => {
  change(bytes => bytes.fill(0, 30 * PAGE, 31 * PAGE))
  const saved = started()
  renameSync(path(), `${path()}.salvaged`)
  expect(started()).toEqual(saved)
  expect(existsSync(`${path()}.salvaged`)).toBe(false)
})

it('what is no damage is thrown on, and nothing put aside', () => {
  const holder = new Database(path())
  holder.exec('begin exclusive')
  const busy = (): Journal => {
    throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_READ' })
  }
  expect(() => openSound(path(), APPLIED, busy)).toThrow('disk I/O error')
  holder.close()
  expect(aside()).toEqual([])
})

function lastBody(): Uint8Array {
  return [...spanRequests({ seed: SEED + 1, spans: 30, perRequest: 30 })][0]!.body
}
