/**
 * A hundred and fifty damaged files, of every kind that disks, people and programs bring about. For
 * each it is told which of three things happens: it is put aside at the start, it is met when it is
 * read and told, or it does no harm. In none of them is an answer wrong without saying so, and the
 * partitions beside it answer.
 */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { spanRequests } from '../../../bench/payload/payload.ts'
import { Random } from '../../../bench/payload/random.ts'
import { MATCH_ALL } from '../../filter/ast.ts'
import { millis, unixMillis, unixNano, type Clock } from '../../model/time.ts'
import type { StoredSpan } from '../api.ts'
import { SharedCells } from '../shared-cells.ts'
import { BackgroundCheck } from './background-check.ts'
import { BlockConsumer } from './consumer.ts'
import { DataFolder } from './folder.ts'
import { SqliteReader } from './reader.ts'
import { Salvager } from './salvager.ts'

const SEED = 8
const PAGE = 1024
const clock: Clock = { now: () => unixMillis(0), monotonic: () => millis(0) }
const limits = {
  blockAge: millis(3_600_000),
  partitionAge: millis(3_600_000),
  partitionBytes: 2 ** 30,
  openBytes: 2 ** 30,
}
const patient = { check: () => undefined, progress: () => undefined }
const ALWAYS = { from: unixNano(0n), to: unixNano(2n ** 63n) }

const FIRST = '000000000001-000000000003.db'
const SECOND = '000000000004-000000000006.db'
const OPEN = '000000000007.open.db'
/** Spans of each of the three. */
const SHARE = 60

let template: string
let path: string
let cells: SharedCells
/** Every span of the undamaged folder, by its place. */
let truth: ReadonlyMap<string, string>

beforeAll(() => {
  template = mkdtempSync(join(tmpdir(), 'hodoscope-damages-'))
  const living = join(template, 'living')
  const consumer = new BlockConsumer(new DataFolder(living), new SharedCells(), clock, limits)
  // Eight services, of which the last request of each may be short: whole requests only.
  const requests = [...spanRequests({ seed: SEED, spans: 1_000, perRequest: 20 })].filter(r => r.spans === 20)
  for (const [i, { body }] of requests.slice(0, 9).entries()) {
    consumer.take({ sequence: i + 1, received: 0n, traces: body, logs: undefined })
    if (i === 2 || i === 5) consumer.seal()
  }
  consumer.flush()
  // Copied while it is open: as a killed process leaves it.
  cpSync(living, join(template, 'killed'), { recursive: true })
  consumer.close()
  path = join(template, 'killed')
  cells = new SharedCells()
  truth = new Map(seen().spans)
})
afterAll(() => rmSync(template, { recursive: true }))
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'hodoscope-damaged-'))
  cpSync(join(template, 'killed'), path, { recursive: true })
  cells = new SharedCells()
})
afterEach(() => rmSync(path, { recursive: true }))

const file = (name: string): string => join(path, 'partitions', name)
const sizeOf = (name: string): number => readFileSync(file(name)).length

function change(name: string, with_: (bytes: Buffer) => void): void {
  const bytes = readFileSync(file(name))
  with_(bytes)
  writeFileSync(file(name), bytes)
}

/** Every span read through, field by field, and what is told to be missing. */
function seen(): { spans: (readonly [string, string])[]; partial: string[] } {
  const reader = new SqliteReader({ folder: path, cells: cells.memory })
  const snapshot = reader.snapshot()
  const { hits } = snapshot.searchTraces(
    { filter: MATCH_ALL, range: ALWAYS, sort: 'newest', limit: 10_000 },
    patient,
  )
  const spans = hits.flatMap(({ summary }) => {
    const outline = snapshot.traceOutline(summary.traceId, patient)
    if (outline === undefined) return []
    const places = Array.from({ length: outline.size }, (_, place) => place)
    return snapshot.spansAt(outline, places, patient).flatMap(span => span ?? [])
  })
  const partial = snapshot.partial.map(({ what }) => what)
  snapshot.release()
  reader.close()
  return { spans: spans.map(placed), partial }
}

const placed = ({ ordinal, ...span }: StoredSpan): readonly [string, string] => [
  `${ordinal.sequence}.${ordinal.row}`,
  JSON.stringify(span, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
]

/** Nothing wrong is answered, and what is missing is told. @returns what is told */
function holdHonest(what: string): string[] {
  const { spans, partial } = seen()
  const wrong = spans.filter(([place, span]) => truth.get(place) !== span).map(([place]) => place)
  expect(wrong, `${what}: answered and never stored`).toEqual([])
  if (partial.length === 0) expect(spans.length, `${what}: missing, and not told`).toBe(truth.size)
  return partial
}

const start = (): void => new BlockConsumer(new DataFolder(path), cells, clock, limits).close()

function scrub(): void {
  const folder = new DataFolder(path)
  const check = new BackgroundCheck(folder, ({ name }, reason) => folder.quarantine(name, reason))
  check.begin()
  while (check.running) check.step(2 ** 30)
  cells.partitionsChanged()
}

/** What was put aside is salvaged as far as it goes, which takes nothing away and adds nothing wrong. */
function holdSalvaged(what: string): void {
  const before = seen()
  const salvager = new Salvager(new DataFolder(path), cells)
  for (salvager.look(Infinity); salvager.running; salvager.look(Infinity)) salvager.step(Infinity)
  const told = holdHonest(`${what}, salvaged`)
  expect(told, `${what}: still told`).toEqual(before.partial)
  expect(seen().spans.length).toBeGreaterThanOrEqual(before.spans.length)
}

/**
 * `honest`: met when it is read, and told. `found by the check`: a changed bit may stand in an answer
 * until the partition is read through, for what is small is not checked at every reading.
 */
type Outcome =
  'put aside at the start' | 'told at once and left' | 'harmless' | 'honest' | 'found by the check'

interface Damage {
  readonly kind: string
  readonly name: string
  readonly outcome: Outcome
  readonly apply: () => void
}

const random = new Random(SEED)
const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n))
const sealed = (n: number): string => (n % 2 === 0 ? FIRST : SECOND)

/** The kinds of reliability's D8; the numbers are drawn once, so that a run repeats. */
const DAMAGES: readonly Damage[] = [
  ...times(60, n => {
    const [at, bit] = [random.below(1_000_000), random.below(8)]
    const apply = (): void => change(sealed(n), bytes => (bytes[at % bytes.length]! ^= 1 << bit))
    return {
      kind: `bit ${bit} of byte ${at} (modulo its length) flipped`,
      name: sealed(n),
      outcome: 'found by the check' as const,
      apply,
    }
  }),
  ...times(30, n => {
    const page = random.below(10_000)
    const apply = (): void =>
      change(sealed(n), bytes => {
        const from = (page % (bytes.length / PAGE)) * PAGE
        bytes.fill(0, from, from + PAGE)
      })
    return {
      kind: `page ${page} (modulo its pages) zeroed`,
      name: sealed(n),
      outcome: 'honest' as const,
      apply,
    }
  }),
  ...times(20, n => {
    const lost = 1 + random.below(20 * PAGE)
    const apply = (): void => truncateSync(file(sealed(n)), Math.max(0, sizeOf(sealed(n)) - lost))
    return {
      kind: `the last ${lost} bytes lost`,
      name: sealed(n),
      outcome: 'put aside at the start' as const,
      apply,
    }
  }),
  ...times(10, n => ({
    kind: `${n + 1} bytes behind its end`,
    name: sealed(n),
    outcome: 'put aside at the start' as const,
    apply: () => appendFileSync(file(sealed(n)), 'x'.repeat(n + 1)),
  })),
  ...[FIRST, SECOND, OPEN].flatMap(name => [
    ...times(3, n => ({
      kind: `garbage in its header (${n})`,
      name,
      outcome: 'put aside at the start' as const,
      apply: () => change(name, bytes => bytes.write(random.hex(25), n, 'latin1')),
    })),
    {
      kind: '0 bytes',
      name,
      outcome: 'put aside at the start' as const,
      apply: () => truncateSync(file(name), 0),
    },
    {
      kind: 'a folder in its place',
      name,
      outcome: 'put aside at the start' as const,
      apply: () => {
        rmSync(file(name))
        mkdirSync(file(name))
      },
    },
    {
      kind: 'a symbolic link in its place',
      name,
      outcome: 'put aside at the start' as const,
      apply: () => {
        renameSync(file(name), join(path, `${name}.elsewhere`))
        symlinkSync(join(path, `${name}.elsewhere`), file(name))
      },
    },
  ]),
  ...[FIRST, SECOND].flatMap(name => [
    {
      kind: 'a format of the future',
      name,
      outcome: 'told at once and left' as const,
      apply: () => inDatabase(name, `update meta set value = 99 where key = 'format'`),
    },
    {
      kind: 'a database of something else',
      name,
      outcome: 'honest' as const,
      apply: () => {
        rmSync(file(name))
        inDatabase(name, 'create table other (id integer)')
      },
    },
    {
      kind: "another's -wal beside it",
      name,
      outcome: 'harmless' as const,
      apply: () => cpSync(file(`${OPEN}-wal`), file(`${name}-wal`)),
    },
  ]),
  ...times(5, n => ({
    kind: `a stale -shm (${n})`,
    name: OPEN,
    outcome: 'harmless' as const,
    apply: () => change(`${OPEN}-shm`, bytes => bytes.fill(n * 51)),
  })),
  {
    kind: 'changed places with its neighbour',
    name: FIRST,
    outcome: 'honest',
    apply: () => {
      renameSync(file(FIRST), file('kept'))
      renameSync(file(SECOND), file(FIRST))
      renameSync(file('kept'), file(SECOND))
    },
  },
]

function inDatabase(name: string, sql: string): void {
  const db = new Database(file(name))
  db.exec(sql)
  db.close()
}

it('are at least a hundred and fifty', () => {
  expect(DAMAGES.length).toBeGreaterThanOrEqual(150)
  expect(truth.size).toBe(3 * SHARE)
})

it.each(DAMAGES)('$name: $kind is $outcome', ({ kind, name, outcome, apply }) => {
  apply()
  if (outcome === 'found by the check') {
    scrub()
    holdHonest(`${kind}, after the check`)
    holdSalvaged(kind)
    return
  }
  if (outcome !== 'harmless') holdHonest(`${kind}, before the start`)
  start()
  const told = holdHonest(`${kind}, after the start`)
  const aside = new DataFolder(path).quarantined().map(quarantined => quarantined.name)
  if (outcome === 'put aside at the start') {
    expect(aside).toEqual([`${name}.quarantine`])
    expect(told).toEqual([`${name}.quarantine`])
    expect(seen().spans).toHaveLength(2 * SHARE)
  } else if (outcome === 'told at once and left') {
    expect(aside).toEqual([])
    expect(told).toEqual([name])
    expect(seen().spans).toHaveLength(2 * SHARE)
  } else if (outcome === 'harmless') {
    expect(aside).toEqual([])
    expect(told).toEqual([])
  } else {
    scrub()
    holdHonest(`${kind}, after the check`)
    const others = seen().spans.filter(([place]) => Number(place.split('.')[0]) > 6).length
    expect(others, 'the open partition answers').toBe(SHARE)
  }
  holdSalvaged(kind)
})
