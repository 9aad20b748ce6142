/**
 * What can still be read of a damaged partition is read again by everybody, and what is lost is told
 * to the record. On a partition of the size at which a lost page is a small part.
 */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { logRequests, spanRequests } from '../../../bench/payload/payload.ts'
import { Random } from '../../../bench/payload/random.ts'
import { heldNumbers, writtenNumbers } from '../../../test/support/numbered-samples.ts'
import { millis, systemClock, unixMillis, type Clock } from '../../model/time.ts'
import type { Ordinal } from '../api.ts'
import { SpanBlock } from '../columns/span-block.ts'
import { SharedCells } from '../shared-cells.ts'
import { BlockConsumer } from './consumer.ts'
import { DataFolder } from './folder.ts'
import { openSqliteStore } from './index.ts'
import { checkPartition } from './partition-check.ts'
import { PartitionReader } from './partition-reader.ts'
import { Salvager } from './salvager.ts'
import { sealedAt } from './sealed-times.ts'

const SEED = Number(process.env['SEED'] ?? 19)
const PAGE = 1024
const SECTOR = 4096
const BLOCKS = 22
/** Blocks of fewer rows would be built into larger ones when they are sealed. */
const ROWS = 4_200
const LOGS = 4_200
const SAMPLES = 2_000
const SEALED_AT = 1_767_225_600_000
const clock: Clock = { now: () => unixMillis(SEALED_AT), monotonic: () => millis(0) }
const NAME = `000000000001-${String(BLOCKS + 2).padStart(12, '0')}.db`

let template: string
let folder: string
let truth: ReadonlyMap<string, string>

beforeAll(() => {
  template = mkdtempSync(join(tmpdir(), 'hodoscope-salvage-'))
  const hour = millis(3_600_000)
  const limits = { blockAge: hour, partitionAge: hour, openBytes: 2 ** 30 }
  const consumer = new BlockConsumer(new DataFolder(template), new SharedCells(), clock, limits)
  let sequence = 0
  const take = (bodies: object): void => {
    consumer.take({ sequence: ++sequence, received: 1n, traces: undefined, logs: undefined, ...bodies })
    consumer.flush()
  }
  const requests = [...spanRequests({ seed: SEED, spans: 2 * BLOCKS * ROWS, perRequest: ROWS })]
  for (const { body } of requests.filter(({ spans }) => spans === ROWS).slice(0, BLOCKS))
    take({ traces: body })
  const logs = [...logRequests({ seed: SEED, logs: 16 * LOGS, perRequest: LOGS })]
  take({ logs: logs.find(request => request.logs === LOGS)!.body })
  take({ samples: writtenNumbers(Array.from({ length: SAMPLES }, (_, n) => n)) })
  consumer.seal()
  consumer.close()
  folder = template
  truth = held()
}, 60_000)
afterAll(() => rmSync(template, { recursive: true }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-salvaged-'))
  cpSync(template, folder, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

const path = (): string => join(folder, 'partitions', NAME)
const names = (): string[] => readdirSync(join(folder, 'partitions')).sort()

/** Every span and log record by its place. */
function held(): Map<string, string> {
  const all = new Map<string, string>()
  const reader = new PartitionReader(path())
  for (const meta of reader.blocks) {
    const block = reader.open(meta)
    const rows = Array.from({ length: meta.rows }, (_, row) => row)
    const put = ({ ordinal, ...record }: { readonly ordinal: Ordinal }): void =>
      void all.set(`${meta.signal} ${ordinal.sequence}.${ordinal.row}`, plain(record))
    if (block instanceof SpanBlock) block.spans(rows).forEach(put)
    else block.logs(rows).forEach(put)
  }
  reader.close()
  return all
}

const plain = (record: object): string =>
  JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))

/** Puts the partition aside, and salvages it. @returns what is told of it */
function salvaged(): string {
  new DataFolder(folder).quarantine(NAME, 'damaged')
  const salvager = new Salvager(new DataFolder(folder), new SharedCells())
  salvager.look(Infinity)
  while (salvager.running) salvager.step(1)
  return new DataFolder(folder).quarantined().at(-1)!.reason
}

/** A folder that has this partition, and of which nothing was put aside. */
function alone(): string {
  const other = join(folder, 'alone')
  cpSync(path(), new DataFolder(other).partitionPath(NAME))
  return other
}

/** Every record that answers was stored, and the told numbers are right. @returns the part that was saved */
function holdHonest(told: string): number {
  const [, saved, lost, unread] =
    /salvaged: (\d+) records; lost are (\d+)(?:, and (\d+) blocks or chunks)?/.exec(told) ?? []
  if (saved === undefined) {
    expect(told).toMatch(/salvaged: nothing: /)
    expect(existsSync(path())).toBe(false)
    return 0
  }
  const records = held()
  for (const [place, record] of records) if (truth.get(place) !== record) expect.fail(`${place} is wrong`)
  const numbers = heldNumbers(alone()).samples.size
  const all = truth.size + SAMPLES
  expect(records.size + numbers).toBe(Number(saved))
  if (unread === undefined) expect(Number(saved) + Number(lost)).toBe(all)
  else expect(Number(saved) + Number(lost)).toBeLessThan(all)
  for (const step of checkPartition({ path: path(), sealed: true })) void step
  return Number(saved) / all
}

function zero(from: number, bytes: number): void {
  const content = readFileSync(path())
  writeFileSync(path(), content.fill(0, from, from + bytes))
}

it('a whole partition comes out whole, as old as it was', () => {
  const told = salvaged()
  expect(told).toBe(`put aside: damaged; salvaged: ${truth.size + SAMPLES} records; lost are 0`)
  expect(holdHonest(told)).toBe(1)
  expect(sealedAt(path())).toBe(SEALED_AT)
  expect(names()).toEqual([NAME, `${NAME}.quarantine`, `${NAME}.quarantine-reason`])
})

describe(`with one page zeroed (seed ${SEED})`, () => {
  const random = new Random(SEED)
  const places = Array.from({ length: 10 }, () => random.below(2 ** 30))
  it.each(places)('at %i modulo its pages, 95 of 100 records are saved', place => {
    zero((place % (readFileSync(path()).length / PAGE)) * PAGE, PAGE)
    expect(holdHonest(salvaged())).toBeGreaterThanOrEqual(0.95)
  })

  it('that all others hang on, nothing is saved, and that is told', () => {
    zero(0, PAGE)
    expect(salvaged()).toBe('put aside: damaged; salvaged: nothing: file is not a database')
    expect(names()).toEqual([`${NAME}.quarantine`, `${NAME}.quarantine-reason`])
  })
})

describe('with more than that', () => {
  const random = new Random(SEED + 1)
  const places = Array.from({ length: 3 }, () => random.below(2 ** 30))
  it.each(places)('a sector of the disk zeroed, at %i modulo their number', place => {
    zero((place % Math.floor(readFileSync(path()).length / SECTOR)) * SECTOR, SECTOR)
    expect(holdHonest(salvaged())).toBeGreaterThan(0.85)
  })

  it.each([2, 4])('%i of 5 parts left', parts => {
    truncateSync(path(), Math.floor((readFileSync(path()).length * parts) / 5 / PAGE) * PAGE)
    holdHonest(salvaged())
  })

  it('a cell changed that no checksum of its own vouches for: nothing is guessed', () => {
    const db = new Database(path())
    const service = db.prepare('select data from resource where id = 0').pluck().get() as Buffer
    service[service.indexOf('service.name')]! ^= 1
    db.prepare('update resource set data = ? where id = 0').run(service)
    db.close()
    expect(salvaged()).toBe('put aside: damaged; salvaged: nothing: nothing tells where the damage lies')
  })
})

it('is done once, and not where its place is taken', () => {
  cpSync(path(), join(folder, 'copy.db'))
  new DataFolder(folder).quarantine(NAME, 'damaged')
  cpSync(join(folder, 'copy.db'), path())
  const salvager = new Salvager(new DataFolder(folder), new SharedCells())
  salvager.look(Infinity)
  expect(salvager.running).toBe(false)
  expect(new DataFolder(folder).quarantined()[0]!.reason).toBe(
    'put aside: damaged; salvaged: nothing, for another partition has its place',
  )
  expect(new DataFolder(folder).salvageable()).toEqual([])
})

it('waits for a disk that has room, and given up half-way leaves nothing', () => {
  new DataFolder(folder).quarantine(NAME, 'damaged')
  const salvager = new Salvager(new DataFolder(folder), new SharedCells())
  salvager.look(readFileSync(`${path()}.quarantine`).length - 1)
  expect(salvager.running).toBe(false)
  salvager.look(Infinity)
  while (!names().includes(`${NAME}.tmp`)) salvager.step(1)
  salvager.stop()
  expect(names()).toEqual([`${NAME}.quarantine`, `${NAME}.quarantine-reason`])
  expect(new DataFolder(folder).salvageable()).toHaveLength(1)
})

it('goes on beside a running store, which is ready at once', async () => {
  zero(Math.floor(0.6 * readFileSync(path()).length), SECTOR)
  writeFileSync(join(folder, 'unclean'), '')
  const began = performance.now()
  const limits = { retention: millis(2 ** 40), maxBytes: 2 ** 40 }
  const { writer } = await openSqliteStore({ folder, clock: systemClock, limits })
  expect(performance.now() - began).toBeLessThan(5_000)
  const told = (): string => new DataFolder(folder).quarantined()[0]?.reason ?? ''
  await expect.poll(told, { timeout: 30_000 }).toMatch(/salvaged: \d+ records/)
  await writer.close()
  expect(holdHonest(told())).toBeGreaterThan(0.85)
}, 60_000)
