/** The dictionary of an open partition as a reader has it, while it grows. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Random } from '../../../bench/payload/random.ts'
import { DictionaryBuilder } from '../columns/dictionaries.ts'
import { PartitionDamaged } from './damage.ts'
import { PartitionReader } from './partition-reader.ts'
import { PartitionWriter } from './partition-writer.ts'

let folder: string
let writer: PartitionWriter
let reader: PartitionReader
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-dictionary-'))
  writer = new PartitionWriter(join(folder, 'open.db'), 1)
  reader = new PartitionReader(writer.path)
})
afterEach(() => {
  reader.close()
  writer.close()
  rmSync(folder, { recursive: true })
})

const nameOf = (index: number): string => `key ${index} ${'x'.repeat(index % 7)}`
const commit = (dictionary: DictionaryBuilder): void =>
  writer.db.transaction(() => writer.putDictionary(dictionary))()

it('has each key under its number, with more of them than are kept decoded', () => {
  const seed = Date.now() % 1_000_000
  const random = new Random(seed)
  const dictionary = new DictionaryBuilder()
  const read = reader.dictionary(0)
  for (let commits = 0; commits < 10; commits++) {
    for (let i = 0; i < 4_000; i++) {
      const name = Buffer.from(nameOf(dictionary.keys.size))
      dictionary.keys.add(name, 0, name.length)
    }
    commit(dictionary)
    const asked = Array.from({ length: 4_000 }, () => random.below(dictionary.keys.size))
    expect(
      asked.map(index => read.key(index)),
      `seed ${seed}`,
    ).toEqual(asked.map(nameOf))
  }
})

it('has the entries that a process before it wrote under the numbers that the next goes on with', () => {
  const before = new DictionaryBuilder()
  for (const name of ['number', 'seal']) before.keys.add(Buffer.from(name), 0, name.length)
  commit(before)
  writer.close()
  writer = new PartitionWriter(writer.path, 1)
  const after = new DictionaryBuilder()
  writer.resume(after)
  const numbers = ['seal', 'fresh', 'number'].map(name => after.keys.add(Buffer.from(name), 0, name.length))
  commit(after)
  expect(numbers).toEqual([1, 2, 0])
  expect(numbers.map(index => reader.dictionary(0).key(index))).toEqual(['seal', 'fresh', 'number'])
})

it('of a number that is not there is damage', () => {
  expect(() => reader.dictionary(0).key(0)).toThrow(new PartitionDamaged('keys has no entry 0'))
})
