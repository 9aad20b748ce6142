/**
 * Partitions that were changed behind our back: the start puts them aside and every answer says so,
 * while the rest answers.
 */
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { hash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { spanRequests } from '../../../bench/payload/payload.ts'
import { Random } from '../../../bench/payload/random.ts'
import { MATCH_ALL } from '../../filter/ast.ts'
import { millis, systemClock, unixMillis, unixNano, type Clock } from '../../model/time.ts'
import type { StoreWriter } from '../api.ts'
import { SharedCells } from '../shared-cells.ts'
import { BackgroundCheck } from './background-check.ts'
import { BlockConsumer, type ConsumerLimits } from './consumer.ts'
import { DataFolder } from './folder.ts'
import { PartitionReader } from './partition-reader.ts'
import { openSqliteStore } from './index.ts'
import openSqliteReader, { SqliteReader } from './reader.ts'
import { wholeTrace } from '../../../test/query/whole-trace.ts'

const clock: Clock = { now: () => unixMillis(0), monotonic: () => millis(0) }
const HOUR = millis(3_600_000)
const LIMITS: ConsumerLimits = { blockAge: HOUR, partitionAge: HOUR, openBytes: 2 ** 30 }
const patient = { check: () => undefined, progress: () => undefined }
const ALWAYS = { from: unixNano(0n), to: unixNano(2n ** 63n) }

const FIRST = '000000000001-000000000010.db'
const SECOND = '000000000011-000000000020.db'
const OPEN = '000000000021.open.db'

let template: string
let path: string
let cells: SharedCells

/** Two sealed partitions and an open one whose blocks are still in its WAL, as a killed process leaves them. */
beforeAll(() => {
  template = mkdtempSync(join(tmpdir(), 'hodoscope-template-'))
  const consumer = new BlockConsumer(new DataFolder(template), new SharedCells(), clock, LIMITS)
  const requests = [...spanRequests({ seed: 3, spans: 2_500, perRequest: 100 })]
  for (const [i, { body }] of requests.entries()) {
    consumer.take({ sequence: i + 1, received: 0n, traces: body, logs: undefined })
    if (i === 9 || i === 19) consumer.seal()
  }
  consumer.flush()
  const killed = mkdtempSync(join(tmpdir(), 'hodoscope-template-'))
  cpSync(template, killed, { recursive: true })
  consumer.close()
  rmSync(template, { recursive: true })
  template = killed
})
afterAll(() => rmSync(template, { recursive: true }))
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'hodoscope-quarantine-'))
  cpSync(template, path, { recursive: true })
  cells = new SharedCells()
})
afterEach(() => rmSync(path, { recursive: true }))

const file = (name: string): string => join(path, 'partitions', name)
const names = (): string[] => readdirSync(join(path, 'partitions')).sort()
const start = (): BlockConsumer => new BlockConsumer(new DataFolder(path), cells, clock, LIMITS)
const openReader = (): SqliteReader => new SqliteReader({ folder: path, cells: cells.memory })

interface Seen {
  readonly spans: number
  readonly partial: readonly string[]
}

/** Every span read through, and what is told to be missing. */
function see(reader = openReader()): Seen {
  const snapshot = reader.snapshot()
  const { counts } = snapshot.histogram(
    { signal: 'traces', filter: MATCH_ALL, range: ALWAYS, buckets: 1 },
    patient,
  )
  const spans = Object.values(counts).reduce((sum, [count]) => sum + count!, 0)
  const partial = snapshot.partial.map(({ what, reason }) => `${what}: ${reason}`)
  snapshot.release()
  reader.close()
  return { spans, partial }
}

/** What is seen before a start and after it. */
function seeAroundStart(): { before: Seen; after: Seen } {
  const before = see()
  start().close()
  return { before, after: see() }
}

/** Spans of these traces, found by the index. */
function lookUp(ids: readonly string[]): Seen {
  const reader = openReader()
  const snapshot = reader.snapshot()
  const spans = ids.reduce((sum, id) => sum + wholeTrace(snapshot, id, 1000, patient).total, 0)
  const partial = snapshot.partial.map(({ what }) => what)
  snapshot.release()
  reader.close()
  return { spans, partial }
}

/** Traces of the first partition. */
function traceIds(): string[] {
  const reader = new PartitionReader(file(FIRST))
  const block = reader.open(reader.blocks[0]!)
  const ids = Array.from({ length: block.traceIds.length / 16 }, (_, i) => block.traceIdAt(i))
  reader.close()
  return ids
}

const zero = (name: string, from: number, bytes: number): void => {
  const content = readFileSync(file(name))
  writeFileSync(file(name), content.fill(0, from, from + bytes))
}
const sizeOf = (name: string): number => readFileSync(file(name)).length

describe('a sealed partition', () => {
  it('that is whole is left as it is', () => {
    const { before, after } = seeAroundStart()
    expect(before).toEqual({ spans: 2500, partial: [] })
    expect(after).toEqual({ spans: 2500, partial: [] })
    expect(names()).toEqual(expect.arrayContaining([FIRST, SECOND, OPEN]))
  })

  const damages: readonly [what: string, damage: () => void, reason: string][] = [
    ['is empty', () => truncateSync(file(FIRST), 0), 'it is empty'],
    ['begins with garbage', () => zero(FIRST, 0, 100), 'it does not begin as an SQLite file'],
    [
      'lost its end',
      () => truncateSync(file(FIRST), sizeOf(FIRST) - 1024),
      'it has SIZE-1024 bytes and says that it has SIZE',
    ],
    ['has something behind its end', () => appendFileSync(file(FIRST), 'x'), 'it has SIZE+1 bytes and says'],
    [
      'is a folder',
      () => {
        rmSync(file(FIRST))
        mkdirSync(file(FIRST))
      },
      'it is not a file',
    ],
    [
      'is a symbolic link',
      () => {
        renameSync(file(FIRST), join(path, 'elsewhere.db'))
        symlinkSync(join(path, 'elsewhere.db'), file(FIRST))
      },
      'it is a symbolic link',
    ],
  ]
  it.each(damages)(
    'that %s is told at once, put aside at the start, and told from then on',
    (_, damage, why) => {
      const size = sizeOf(FIRST)
      damage()
      const reason = why
        .replace('SIZE-1024', String(size - 1024))
        .replace('SIZE+1', String(size + 1))
        .replace('SIZE', String(size))
      const { before, after } = seeAroundStart()
      expect(before.spans).toBe(1500)
      expect(before.partial).toEqual([expect.stringContaining(`${FIRST}: ${reason}`)])
      expect(after.spans).toBe(1500)
      expect(after.partial).toEqual([expect.stringContaining(`${FIRST}.quarantine: put aside: ${reason}`)])
      expect(names()).not.toContain(FIRST)
      expect(new DataFolder(path).quarantined().map(({ name }) => name)).toEqual([`${FIRST}.quarantine`])
    },
  )

  it('is put aside beside one that has its name already', () => {
    writeFileSync(file(`${FIRST}.quarantine`), 'from long ago')
    truncateSync(file(FIRST), 0)
    start().close()
    expect(new DataFolder(path).quarantined().map(({ name }) => name)).toEqual([
      `${FIRST}.2.quarantine`,
      `${FIRST}.quarantine`,
    ])
    expect(readFileSync(file(`${FIRST}.quarantine`), 'utf8')).toBe('from long ago')
  })

  it('with any one page zeroed never answers wrongly without saying so', () => {
    const pages = sizeOf(FIRST) / 1024
    const whole = readFileSync(file(FIRST))
    const ids = traceIds()
    const all = lookUp(ids).spans
    expect(all).toBeGreaterThan(900)
    for (let page = 0; page < pages; page++) {
      writeFileSync(file(FIRST), Buffer.from(whole).fill(0, page * 1024, (page + 1) * 1024))
      const { spans, partial } = see()
      expect([page, spans === 2500 || partial.length > 0]).toEqual([page, true])
      const found = lookUp(ids)
      expect([page, found.spans === all || found.partial.length > 0]).toEqual([page, true])
    }
  }, 120_000)

  it('does not take up a WAL that stands beside it', () => {
    copyFileSync(file(`${OPEN}-wal`), file(`${FIRST}-wal`))
    start().close()
    expect(existsSync(file(`${FIRST}-wal`))).toBe(false)
    expect(see()).toEqual({ spans: 2500, partial: [] })
  })

  it('of a newer format is told and left untouched', () => {
    const db = new Database(file(FIRST))
    db.exec(`update meta set value = 99 where key = 'format'`)
    db.close()
    const content = readFileSync(file(FIRST))
    const { before, after } = seeAroundStart()
    const said = `${FIRST}: it has format 99 and this collector knows up to format 3; start the newer collector, or move the file away`
    expect(before).toEqual({ spans: 1500, partial: [said] })
    expect(after).toEqual({ spans: 1500, partial: [said] })
    expect(readFileSync(file(FIRST))).toEqual(content)
  })

  it('that is a database of something else is told', () => {
    rmSync(file(FIRST))
    const db = new Database(file(FIRST))
    db.exec('create table other (id integer)')
    db.close()
    expect(see()).toEqual({ spans: 1500, partial: [`${FIRST}: no such table: meta`] })
  })
})

describe('the open partition', () => {
  it('takes up its WAL, whatever its -shm holds', () => {
    zero(`${OPEN}-shm`, 0, 32_768)
    start().close()
    expect(see()).toEqual({ spans: 2500, partial: [] })
  })

  it('with garbage at its beginning is put aside with its WAL, and consumption goes on behind what is sealed', () => {
    zero(OPEN, 0, 100)
    const consumer = start()
    expect(consumer.taken).toBe(20)
    const { body, spans } = spanRequests({ seed: 4, spans: 100, perRequest: 100 }).next().value!
    consumer.take({ sequence: 26, received: 0n, traces: body, logs: undefined })
    consumer.flush()
    expect(names()).toEqual(
      expect.arrayContaining([
        OPEN,
        `${OPEN}.quarantine`,
        `${OPEN}.quarantine-wal`,
        `${OPEN}.quarantine-reason`,
      ]),
    )
    expect(see().spans).toBe(2000 + spans)
    expect(see().partial).toEqual([`${OPEN}.quarantine: put aside: it does not begin as an SQLite file`])
    consumer.close()
  })

  it('without its tables is put aside', () => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(file(OPEN + suffix))
    const db = new Database(file(OPEN))
    db.exec('create table other (id integer)')
    db.close()
    start().close()
    expect(see().partial).toEqual([`${OPEN}.quarantine: put aside: no such table: meta`])
  })

  it('that a process had only begun to make is cleared away', () => {
    const unfinished = file('000000000026.open.db.tmp')
    for (const suffix of ['', '-wal', '-shm']) writeFileSync(unfinished + suffix, 'begun')
    start().close()
    expect(names().filter(name => name.includes('.tmp'))).toEqual([])
    expect(see()).toEqual({ spans: 2500, partial: [] })
  })

  it('of a newer format is refused by name and left untouched', () => {
    const db = new Database(file(OPEN))
    db.exec(`update meta set value = 99 where key = 'format'`)
    db.close()
    const content = readFileSync(file(OPEN))
    expect(start).toThrow('it has format 99 and this collector knows up to format 3')
    expect(readFileSync(file(OPEN))).toEqual(content)
  })
})

describe('the background check', () => {
  const found: string[] = []
  const checkAll = (): string[] => {
    found.length = 0
    const check = new BackgroundCheck(new DataFolder(path), (damaged, reason) =>
      found.push(`${damaged.name}: ${reason}`),
    )
    check.begin()
    while (check.running) check.step(1)
    return [...found]
  }

  it('finds nothing in whole partitions, sealed or open', () => {
    expect(checkAll()).toEqual([])
  })

  it('names the block whose chunk was changed', () => {
    const db = new Database(file(FIRST))
    db.exec('update chunk set data = zeroblob(length(data)) where id = 2')
    db.close()
    expect(checkAll()).toEqual([`${FIRST}: block 0: checksum of a chunk does not fit`])
  })

  it.each(['resource', 'scope', 'attribute_key', 'block', 'run', 'run_page'])(
    'finds a change of %s',
    table => {
      const db = new Database(file(FIRST))
      db.exec(`update ${table} set id = id + 1 where id = (select max(id) from ${table})`)
      db.close()
      expect(checkAll()).toEqual([expect.stringContaining(FIRST)])
    },
  )

  it('finds a blob that became a text of the same bytes', () => {
    const db = new Database(file(SECOND))
    db.exec('update attribute_key set data = cast(data as text) where id = 0')
    db.close()
    expect(checkAll().length).toBe(1)
  })

  describe('of one changed bit', () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1e6)
    const random = new Random(seed)
    const flipped = (content: Buffer, at: number): Buffer => {
      const changed = Buffer.from(content)
      changed[at]! ^= 1 << random.below(8)
      return changed
    }

    it('anywhere in the file: finds it, or nothing that is read has changed', () => {
      console.log(`changed bits: SEED=${seed}`)
      const whole = readFileSync(file(SECOND))
      const rows = rowsOf(SECOND)
      for (let n = 0; n < 200; n++) {
        const at = random.below(whole.length)
        writeFileSync(file(SECOND), flipped(whole, at))
        if (checkAll().length === 0) expect([seed, at, rowsOf(SECOND)]).toEqual([seed, at, rows])
      }
    })

    it('in what a chunk or the index says: finds each', () => {
      const whole = readFileSync(file(SECOND))
      const places = contentPlaces(SECOND, whole)
      expect(places.length * RUN).toBeGreaterThan(whole.length / 2)
      for (let n = 0; n < 200; n++) {
        const at = places[random.below(places.length)]! + random.below(RUN)
        writeFileSync(file(SECOND), flipped(whole, at))
        expect([seed, at, checkAll().length]).toEqual([seed, at, 1])
      }
    })
  })

  it('names a sealed partition that has no checksum', () => {
    const db = new Database(file(FIRST))
    db.exec(`delete from meta where key = 'checksum'`)
    db.close()
    expect(checkAll()).toEqual([`${FIRST}: it is sealed and has no checksum`])
  })

  it('leaves a partition of a newer format alone, and one that goes meanwhile', () => {
    const db = new Database(file(FIRST))
    db.exec(`update meta set value = 99 where key = 'format'`)
    db.close()
    const check = new BackgroundCheck(new DataFolder(path), damaged => found.push(damaged.name))
    found.length = 0
    check.begin()
    check.step(1)
    rmSync(file(SECOND))
    while (check.running) check.step(1)
    expect(found).toEqual([])
    expect(openFiles(SECOND)).toBe(0)
  })
})

describe('a store that was not stopped', () => {
  const open = async (): Promise<StoreWriter> => {
    const limits = { retention: millis(2 ** 40), maxBytes: 2 ** 40 }
    return (await openSqliteStore({ folder: path, clock: systemClock, limits })).writer
  }
  const spoil = (): void => {
    const db = new Database(file(FIRST))
    db.exec('update chunk set data = zeroblob(length(data)) where id = 2')
    db.close()
  }

  it('reads its partitions through after the next start, and puts aside what is damaged', async () => {
    spoil()
    writeFileSync(join(path, 'unclean'), '')
    const writer = await open()
    await expect.poll(() => writer.status().quarantined, { timeout: 10_000 }).toEqual([`${FIRST}.quarantine`])
    await writer.close()
    expect(existsSync(join(path, 'unclean'))).toBe(false)
  })

  it('says so by a file that is there until it is stopped', async () => {
    const writer = await open()
    expect(existsSync(join(path, 'unclean'))).toBe(true)
    await writer.close()
    expect(existsSync(join(path, 'unclean'))).toBe(false)
  })

  it('reads its partitions through when a query met damage', async () => {
    const limits = { retention: millis(2 ** 40), maxBytes: 2 ** 40 }
    const store = await openSqliteStore({ folder: path, clock: systemClock, limits })
    spoil()
    const ids = traceIds()
    const reader = openSqliteReader(store.readerSource.options)
    const snapshot = reader.snapshot()
    wholeTrace(snapshot, ids[0]!, 10, patient)
    expect(snapshot.partial).toEqual([{ what: FIRST, reason: 'checksum of a chunk does not fit' }])
    snapshot.release()
    const status = (): readonly string[] => store.writer.status().quarantined
    await expect.poll(status, { timeout: 10_000 }).toEqual([`${FIRST}.quarantine`])
    reader.close()
    await store.writer.close()
  })
})

describe('a reader', () => {
  it('goes on reading a partition that is removed under a snapshot, and closes it afterwards', async () => {
    const reader = openReader()
    const snapshot = reader.snapshot()
    rmSync(file(FIRST))
    cells.partitionsChanged()
    const other = reader.snapshot()
    const query = { signal: 'traces', filter: MATCH_ALL, range: ALWAYS, buckets: 1 } as const
    const count = (of: typeof snapshot): number =>
      Object.values(of.histogram(query, patient).counts).reduce((sum, [n]) => sum + n!, 0)
    expect([count(snapshot), count(other)]).toEqual([2500, 1500])
    expect(openFiles(FIRST)).toBe(1)
    snapshot.release()
    expect(openFiles(FIRST)).toBe(0)
    other.release()
    reader.close()
  })

  it('that nobody asks lets go of removed files within seconds', async () => {
    const reader = openReader()
    reader.snapshot().release()
    rmSync(file(FIRST))
    cells.partitionsChanged()
    expect(openFiles(FIRST)).toBe(1)
    await expect.poll(() => openFiles(FIRST), { timeout: 5_000 }).toBe(0)
    reader.close()
  })
})

/** Named, for a bit of the schema's own text can add a column that nobody reads. */
const COLUMNS = {
  meta: 'key, value',
  resource: 'id, data',
  scope: 'id, data',
  attribute_key: 'id, data',
  block: 'id, signal, row_count, first_time, last_time, max_duration, resources, directory',
  chunk: 'id, data',
  run: 'id, level',
  run_page: 'id, run, first, data',
}

/**
 * Where in the file runs of bytes stand that belong to a chunk or a page of the index. What stands
 * twice is left out: SQLite leaves old copies in the unused part of a page.
 */
function contentPlaces(name: string, content: Buffer): number[] {
  const db = new Database(file(name), { readonly: true })
  const blobs = ['chunk', 'run_page'].flatMap(
    table => db.prepare(`select data from ${table}`).pluck().all() as Buffer[],
  )
  db.close()
  return blobs.flatMap(blob =>
    Array.from({ length: Math.floor(blob.length / RUN) }, (_, n) => blob.subarray(n * RUN, (n + 1) * RUN))
      .filter(run => content.indexOf(run) === content.lastIndexOf(run))
      .map(run => content.indexOf(run))
      .filter(at => at >= 0),
  )
}
/** Bytes of a run: long enough that no other stands in the file by chance. */
const RUN = 32

/** Every row of every table. */
function rowsOf(name: string): string {
  const db = new Database(file(name), { readonly: true })
  const rows = Object.entries(COLUMNS).map(([table, columns]) =>
    db.prepare(`select ${columns} from ${table} order by 1`).safeIntegers().raw().all(),
  )
  db.close()
  const cells = rows.flat(2).map(cell => (Buffer.isBuffer(cell) ? cell.toString('base64') : String(cell)))
  return hash('sha256', cells.join())
}

/** Descriptors of this process that stand for a file of this folder. */
function openFiles(name: string): number {
  return readdirSync('/proc/self/fd').filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(file(name))
    } catch {
      return false
    }
  }).length
}
