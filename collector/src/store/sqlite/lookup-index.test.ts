import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import {
  decodePage,
  encodePages,
  lookupEntry,
  LookupIndexReader,
  LookupIndexWriter,
  MAX_BLOCKS,
} from './lookup-index.ts'
import { PARTITION_SQL } from './partition-writer.ts'

const hash = (i: number): number => (i * 0x1_0000_0001 * 12_289) % 2 ** 52

function index(): { writer: LookupIndexWriter; reader: LookupIndexReader; runs: () => number } {
  const db = new Database(':memory:')
  db.exec(PARTITION_SQL.schema)
  return {
    writer: new LookupIndexWriter(db, PARTITION_SQL),
    reader: new LookupIndexReader(db, PARTITION_SQL),
    runs: () => db.prepare('select count(*) from run').pluck().get() as number,
  }
}

describe('the lookup index', () => {
  it('finds every block of every hash, whatever was merged meanwhile', () => {
    const { writer, reader, runs } = index()
    const blocksOf = new Map<number, number[]>()
    for (let block = 0; block < 70; block++) {
      const hashes = Float64Array.from({ length: 700 }, (_, i) => hash(block * 350 + i))
      for (const each of hashes) blocksOf.set(each, [...(blocksOf.get(each) ?? []), block])
      writer.addBlock(hashes, block)
    }
    for (const [each, blocks] of [...blocksOf].filter((_, i) => i % 41 === 0))
      expect(reader.blocksOf(each)).toEqual(blocks)
    expect(runs()).toBeLessThan(16)
  })

  it('answers nothing for a hash that is not there', () => {
    const { writer, reader } = index()
    writer.addBlock(Float64Array.of(hash(1), hash(2)), 3)
    expect(reader.blocksOf(hash(9))).toEqual([])
  })

  it('finds one hash that stands in more blocks than a page holds', () => {
    const { writer, reader } = index()
    const entries = Float64Array.from({ length: 2000 }, (_, block) => lookupEntry(hash(5), block))
    writer.addPages(
      writer.beginRun(),
      Float64Array.from([lookupEntry(hash(5), 0) - 1, ...entries, lookupEntry(hash(5), MAX_BLOCKS - 1) + 1]),
    )
    expect(reader.blocksOf(hash(5))).toEqual(Array.from({ length: 2000 }, (_, block) => block))
  })

  it('writes pages that come back, at about four bytes an entry', () => {
    const entries = Float64Array.from({ length: 10_000 }, (_, i) => lookupEntry(hash(i), i % 100)).sort()
    const pages = encodePages(entries)
    expect(pages.flatMap(page => [...decodePage(page.data)])).toEqual([...entries])
    expect(pages.reduce((sum, page) => sum + page.data.length, 0) / entries.length).toBeLessThan(4.3)
  })
})
