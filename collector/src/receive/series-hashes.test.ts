import { expect, it } from 'vitest'
import { SeriesHashes, seriesHash } from './series-hashes.ts'

const hashOf = (text: string, before = ''): number => {
  const bytes = Buffer.from(before + text + 'what follows')
  return seriesHash(
    new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    before.length,
    before.length + text.length,
  )
}

it('a hash is of the bytes alone, whole and never 0, and each byte counts', () => {
  for (let length = 0; length < 40; length++) {
    const text = 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'.slice(0, length)
    const hash = hashOf(text)
    expect(hash).toBe(hashOf(text, 'xyz'))
    expect(Number.isSafeInteger(hash) && hash > 0).toBe(true)
    for (let i = 0; i < length; i++) expect(hashOf(`${text.slice(0, i)}#${text.slice(i + 1)}`)).not.toBe(hash)
    expect(hashOf(`${text}\0`)).not.toBe(hash)
  }
})

it('a hundred thousand series that differ by a number have as many hashes', () => {
  const hashes = Array.from({ length: 100_000 }, (_, i) => hashOf(`requests_total id=${i}`))
  expect(new Set(hashes).size).toBe(100_000)
})

it('holds what was added, and nothing else, however many there are', () => {
  const set = new SeriesHashes()
  const hash = (i: number): number => hashOf(String(i))
  for (let i = 0; i < 5_000; i++) {
    expect(set.has(hash(i))).toBe(false)
    set.add(hash(i))
    set.add(hash(i))
  }
  for (let i = 0; i < 10_000; i++) expect(set.has(hash(i))).toBe(i < 5_000)
  set.clear()
  expect(set.has(hash(1))).toBe(false)
})

it('hashes with the same lower bits stand beside each other', () => {
  const set = new SeriesHashes()
  for (let i = 1; i <= 600; i++) set.add(i * 2 ** 32)
  for (let i = 1; i <= 1_200; i++) expect(set.has(i * 2 ** 32)).toBe(i <= 600)
})
