import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { spanRequests } from '../../../bench/payload/payload.ts'
import { decodeRequest } from '../../decode/request.ts'
import type { CanonicalRequest } from '../../model/canonical.ts'
import { lookupPrefix } from '../../model/lookup-hash.ts'
import type { Signal } from '../../model/telemetry.ts'
import { unixNano } from '../../model/time.ts'
import { packBatch, type Batch } from './batch.ts'
import { RecentDigests } from './digests.ts'
import { inflateFrame } from '../../durable/zstd.ts'
import { Journal, JournalReader } from './journal.ts'

const NOW = Date.UTC(2026, 0, 2)
const MINUTE = 60_000

let folder: string
const path = (): string => join(folder, 'journal.db')
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-journal-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const request = (signal: Signal, text: string): CanonicalRequest => ({
  signal,
  body: Buffer.from(text),
  items: 1,
  times: { from: unixNano(1n), to: unixNano(1n) },
  untimed: false,
  lookups: new Float64Array(0),
})
const batch = (...requests: CanonicalRequest[]): Batch => packBatch(requests).batch
const traces = (text: string): Batch => batch(request('traces', text))

function withJournal<Result>(use: (journal: Journal) => Result, floor = 0, now = NOW): Result {
  const journal = new Journal(path(), floor, now)
  try {
    return use(journal)
  } finally {
    journal.close()
  }
}

describe('the journal', () => {
  it('stores a batch as one record, each signal in one piece, in the order of the calls', () => {
    withJournal(journal => {
      const done = journal.commit(
        batch(
          request('logs', 'l1 '),
          request('traces', 't1 '),
          request('logs', 'l2'),
          request('traces', 't2'),
        ),
        NOW,
      )
      expect(done.sequence).toBe(1)
      const reader = new JournalReader(path())
      const [record, ...others] = reader.after(0, 10)
      reader.close()
      expect(others).toEqual([])
      expect(record!.received).toBe(BigInt(NOW) * 1_000_000n)
      expect(Buffer.from(record!.traces!).toString()).toBe('t1 t2')
      expect(Buffer.from(record!.logs!).toString()).toBe('l1 l2')
    })
  })

  it('says of a record how much is in it, from when to when, and by which ids it is found', () => {
    const at = (signal: Signal, items: number, from: bigint, to: bigint, hash: number): CanonicalRequest => ({
      ...request(signal, `${signal} ${hash}`),
      items,
      times: { from: unixNano(from), to: unixNano(to) },
      lookups: Float64Array.of(hash * 2 ** 20 + 5),
    })
    const untimed = { ...at('logs', 1, 0n, 0n, 4), times: undefined, untimed: true }
    withJournal(journal => {
      journal.commit(batch(at('traces', 3, 70n, 2n ** 64n - 1n, 1)), NOW)
      const again = at('traces', 3, 70n, 2n ** 64n - 1n, 1)
      journal.commit(batch(at('logs', 2, 30n, 40n, 2), again, at('traces', 7, 50n, 60n, 3), untimed), NOW)
      const reader = new JournalReader(path())
      const [first, second] = reader.tailAfter(0, 10)
      reader.close()
      expect(first!.facts).toEqual({
        traces: { items: 3, from: 70n, to: 2n ** 64n - 1n },
        logs: { items: 0, from: 0n, to: 0n },
      })
      expect(second!.facts).toEqual({
        traces: { items: 7, from: 50n, to: 60n },
        logs: { items: 3, from: 30n, to: BigInt(NOW) * 1_000_000n },
      })
      expect([[...first!.lookups], [...second!.lookups]]).toEqual([[1], [3, 2, 4]])
      expect(Buffer.from(inflateFrame(second!.bodies.logs!)).toString()).toBe('logs 2logs 4')
    })
  })

  it('of the first format is brought to this one at its first start, and goes on behind its highest sequence', () => {
    const { body, spans } = spanRequests({ seed: 5, spans: 200, perRequest: 200 }).next().value!
    const old = new Database(path())
    old.exec(`
      create table record (sequence integer primary key autoincrement, received integer not null, traces blob, logs blob);
      create table digest (sequence integer primary key, at integer not null, digests blob not null);`)
    const insert = old.prepare('insert into record (received, traces, logs) values (?, ?, null)')
    insert.run(7, zstdCompressSync(body))
    insert.run(8, zstdCompressSync(body))
    old.exec('delete from record where sequence = 2')
    old.close()
    withJournal(journal => {
      const reader = new JournalReader(path())
      const [record, ...others] = reader.tailAfter(0, 10)
      expect(others).toEqual([])
      expect([record!.sequence, record!.received, record!.facts.traces.items]).toEqual([1, 7n, spans])
      const { request } = decodeRequest('traces', 'protobuf', body)
      expect(record!.facts.traces).toMatchObject(request!.times!)
      expect([...record!.lookups]).toEqual([...request!.lookups].map(lookupPrefix))
      expect(reader.after(0, 10)[0]!.traces).toEqual(Buffer.from(body))
      reader.close()
      expect(journal.commit(traces('a'), NOW).sequence).toBe(3)
    })
  })

  it('never uses a sequence twice: after it ran empty, and after a restart', () => {
    withJournal(journal => {
      expect(journal.commit(traces('a'), NOW).sequence).toBe(1)
      journal.removable(1)
      journal.remove()
      expect(journal.commit(traces('b'), NOW).sequence).toBe(2)
      journal.removable(2)
    })
    withJournal(journal => expect(journal.commit(traces('c'), NOW).sequence).toBe(3))
  })

  it('goes on behind what partitions have, when the file itself was lost', () => {
    withJournal(journal => expect(journal.commit(traces('a'), NOW).sequence).toBe(4712), 4711)
  })

  it('does not step back for a floor below its own sequence', () => {
    withJournal(journal => journal.commit(traces('a'), NOW))
    withJournal(journal => expect(journal.commit(traces('b'), NOW).sequence).toBe(2), 0)
  })

  it('keeps what is not removable over a restart', () => {
    withJournal(journal => {
      journal.commit(traces('a'), NOW)
      journal.commit(traces('b'), NOW)
      journal.removable(1)
    })
    const reader = new JournalReader(path())
    expect(reader.after(0, 10).map(record => Buffer.from(record.traces!).toString())).toEqual(['b'])
    reader.close()
  })

  it('counts what it holds', () => {
    withJournal(journal => {
      const bytes = ['a', 'b'].map(text => journal.commit(traces(text), NOW).bytes)
      expect(journal.heldBytes).toBe(bytes[0]! + bytes[1]!)
      journal.removable(1)
      journal.remove()
      expect(journal.heldBytes).toBe(bytes[1])
    })
    withJournal(journal => expect(journal.heldBytes).toBeGreaterThan(0))
  })
})

describe('a request that is sent again', () => {
  it('is stored once, and the others of its batch are stored', () => {
    withJournal(journal => {
      journal.commit(traces('a'), NOW)
      const done = journal.commit(batch(request('traces', 'a'), request('traces', 'b')), NOW + 1)
      expect(done.duplicates).toEqual([true, false])
      expect(Buffer.from(done.stored.buffer).toString()).toBe('b')
    })
  })

  it('is known within its own batch', () => {
    withJournal(journal => {
      const done = journal.commit(batch(request('logs', 'x'), request('logs', 'x')), NOW)
      expect(done.duplicates).toEqual([false, true])
    })
  })

  it('makes no record when nothing else came', () => {
    withJournal(journal => {
      journal.commit(traces('a'), NOW)
      expect(journal.commit(traces('a'), NOW).sequence).toBe(1)
      expect(journal.sequence).toBe(1)
    })
  })

  it('is known after a restart and after its record was consumed', () => {
    withJournal(journal => {
      journal.commit(traces('a'), NOW)
      journal.removable(1)
    })
    withJournal(
      journal => expect(journal.commit(traces('a'), NOW + MINUTE).duplicates).toEqual([true]),
      1,
      NOW + MINUTE,
    )
  })

  it('is stored anew after more than ten minutes', () => {
    withJournal(journal => {
      journal.commit(traces('a'), NOW)
      expect(journal.commit(traces('a'), NOW + 11 * MINUTE).duplicates).toEqual([false])
    })
    withJournal(
      journal => expect(journal.commit(traces('b'), NOW + 30 * MINUTE).duplicates).toEqual([false]),
      0,
      NOW + 30 * MINUTE,
    )
  })
})

describe('the table of digests', () => {
  const digest = (i: number): Uint8Array => hash('sha256', String(i), 'buffer')

  it('knows every one of thirty thousand, and no other', () => {
    const recent = new RecentDigests()
    for (let i = 0; i < 30_000; i++) expect(recent.add(digest(i), 1 + i)).toBe(true)
    for (let i = 0; i < 30_000; i += 97) expect(recent.add(digest(i), 5)).toBe(false)
    expect(recent.has(digest(30_001))).toBe(false)
  })

  it('forgets what is older, and keeps the rest', () => {
    const recent = new RecentDigests()
    for (let i = 0; i < 1000; i++) recent.add(digest(i), 1 + i)
    recent.forgetBefore(501)
    expect(recent.size).toBe(500)
    expect(recent.has(digest(499))).toBe(false)
    expect(recent.has(digest(500))).toBe(true)
  })
})
