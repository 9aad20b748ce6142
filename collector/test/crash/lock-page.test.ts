/**
 * A partition of more than 1 GiB: its blocks lie on both sides of the page that SQLite never writes,
 * because it locks a byte of it. With the page size of sealed files and that of open ones;
 * HODOSCOPE_PAGE_SIZES=all adds 8, 16 and 32 KiB.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { spanRequests } from '../../bench/payload/payload.ts'
import { unixNano } from '../../src/model/time.ts'
import { DictionaryBuilder } from '../../src/store/columns/dictionaries.ts'
import { SpanBlockBuilder } from '../../src/store/columns/spans.ts'
import { SharedCells } from '../../src/store/shared-cells.ts'
import { backup, digestOf } from '../../src/store/sqlite/backup.ts'
import { DataFolder, sealedName } from '../../src/store/sqlite/folder.ts'
import { CONTENT_CHECKSUM, contentChecksumNow } from '../../src/store/sqlite/partition-check.ts'
import { PartitionReader } from '../../src/store/sqlite/partition-reader.ts'
import { CHUNKS_A_BLOCK, PartitionWriter } from '../../src/store/sqlite/partition-writer.ts'
import { restore } from '../../src/store/sqlite/restore.ts'
import { Salvager } from '../../src/store/sqlite/salvager.ts'

const LOCK_BYTE = 2 ** 30
const MIB = 1024 * 1024
const BLOCKS = 20
const ROWS = 8_192
const OURS = [1_024, 4_096]
const PAGE_SIZES = process.env['HODOSCOPE_PAGE_SIZES'] === 'all' ? [...OURS, 8_192, 16_384, 32_768] : OURS
const NAME = sealedName(1, BLOCKS)
const TIMEOUT = 240_000

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-lock-page-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const data = (): DataFolder => new DataFolder(join(folder, 'data'))

/** One block before what fills the file up to a megabyte before the lock byte, and the others behind it. */
function write(pageBytes: number): string {
  const path = data().partitionPath(NAME)
  const writer = new PartitionWriter(path, 1, pageBytes)
  writer.db.pragma('journal_mode = DELETE')
  writer.db.pragma('synchronous = OFF')
  writer.db.exec('begin')
  const dictionary = new DictionaryBuilder()
  const builder = new SpanBlockBuilder(dictionary)
  const requests = [...spanRequests({ seed: 11, spans: 2 * BLOCKS * ROWS, perRequest: ROWS })]
  const full = requests.filter(({ spans }) => spans === ROWS).slice(0, BLOCKS)
  for (const [i, { body }] of full.entries()) {
    if (i === 1) fill(writer)
    builder.append(body, { sequence: i + 1, received: unixNano(0n), skip: 0 }, () => undefined)
    const block = builder.finish(true)
    writer.index.addBlock(block.lookups, writer.putBlock(block, 0))
  }
  writer.putDictionary(dictionary)
  for (const what of ['traces', 'logs', 'series']) writer.setMeta(`${what}.sequence`, BLOCKS)
  writer.setMeta(CONTENT_CHECKSUM, contentChecksumNow(writer.db))
  writer.db.exec('commit')
  writer.close()
  return path
}

/** Chunks of no block. */
function fill({ db }: PartitionWriter): void {
  const insert = db.prepare('insert into chunk (id, data) values (?, randomblob(?))')
  const pragma = (name: string): number => db.pragma(name, { simple: true }) as number
  const missing = (): number => LOCK_BYTE - MIB - pragma('page_count') * pragma('page_size')
  for (let id = CHUNKS_A_BLOCK * 4_096; missing() > 0; id++) insert.run(id, Math.min(16 * MIB, missing()))
}

function bytesAt(path: string, at: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  const file = openSync(path, 'r')
  readSync(file, buffer, 0, bytes, at)
  closeSync(file)
  return buffer
}

/** @returns how many spans were read, through every column */
function spansOf(path: string): number {
  const reader = new PartitionReader(path)
  try {
    let spans = 0
    for (const meta of reader.blocks) {
      const block = reader.open(meta)
      const rows = Array.from({ length: meta.rows }, (_, row) => row)
      if ('spans' in block) spans += block.spans(rows).length
    }
    return spans
  } finally {
    reader.close()
  }
}

it.each(PAGE_SIZES)(
  'of %i bytes a page is whole, and so are its backup and what that restores',
  pageBytes => {
    const path = write(pageBytes)
    expect(statSync(path).size).toBeGreaterThan(LOCK_BYTE + MIB)
    expect(bytesAt(path, LOCK_BYTE, pageBytes).every(byte => byte === 0)).toBe(true)
    const writer = new PartitionWriter(path, 1, pageBytes)
    expect(writer.db.pragma('integrity_check', { simple: true })).toBe('ok')
    writer.db.pragma('journal_mode = DELETE')
    writer.close()
    expect(spansOf(path)).toBe(BLOCKS * ROWS)
    backup(data().path, join(folder, 'backup'), new Date())
    restore(join(folder, 'backup'), join(folder, 'restored'))
    const restored = new DataFolder(join(folder, 'restored')).partitionPath(NAME)
    expect(digestOf(restored)).toEqual(digestOf(path))
    expect(spansOf(restored)).toBe(BLOCKS * ROWS)
  },
  TIMEOUT,
)

it(
  'loses a block to a page behind the lock byte, and nothing to the page that is never written',
  () => {
    const [pageBytes] = OURS
    const path = write(pageBytes!)
    const file = openSync(path, 'r+')
    writeSync(file, Buffer.alloc(pageBytes!), 0, pageBytes, LOCK_BYTE + MIB)
    closeSync(file)
    expect(salvaged()).toBe(`put aside: damaged; salvaged: ${(BLOCKS - 1) * ROWS} records; lost are ${ROWS}`)
    expect(spansOf(path)).toBe((BLOCKS - 1) * ROWS)
  },
  TIMEOUT,
)

it(
  'does not take the page that is never written for the damage',
  () => {
    const path = write(OURS[0]!)
    const writer = new PartitionWriter(path, 1, OURS[0])
    writer.setMeta(CONTENT_CHECKSUM, 1)
    writer.db.pragma('journal_mode = DELETE')
    writer.close()
    expect(salvaged()).toBe('put aside: damaged; salvaged: nothing: nothing tells where the damage lies')
  },
  TIMEOUT,
)

function salvaged(): string {
  data().quarantine(NAME, 'damaged')
  const salvager = new Salvager(data(), new SharedCells())
  salvager.look(Infinity)
  while (salvager.running) salvager.step(Infinity)
  return data().quarantined()[0]!.reason
}
