/**
 * The encodings of single columns: whatever is put in comes out, in every mode, and builders that
 * are used again begin empty.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeIntegers, encodeIntegers } from './integers.ts'
import { InternTable } from './intern.ts'
import {
  BlockWriter,
  ChunkDamaged,
  openChunk,
  PartReader,
  readDirectory,
  type EncodedChunks,
} from './layout.ts'
import { StringColumn, StringColumnBuilder } from './strings.ts'

const seed = Date.now() % 1_000_000_007
const runs = { seed, numRuns: 200 }

const readerOf = ({ directory, chunks }: EncodedChunks): PartReader =>
  new PartReader(readDirectory(directory), place => chunks[place]!)

describe(`integers (seed ${seed})`, () => {
  const safe = fc.integer({ min: 1 - 2 ** 52, max: 2 ** 52 - 1 })

  it.each([true, false])('come back exactly, as differences: %s', delta => {
    fc.assert(
      fc.property(fc.array(safe, { maxLength: 50 }), numbers => {
        const { encoding, bytes } = encodeIntegers(Float64Array.from(numbers), delta)
        expect([...decodeIntegers(encoding, bytes)]).toEqual(numbers.map(n => (n === 0 ? 0 : n)))
      }),
      runs,
    )
  })

  it('take no bytes when all are equal', () => {
    expect(encodeIntegers(Float64Array.of(7, 7, 7), false).bytes.length).toBe(0)
  })

  it('take one byte each when they range over 255, two over 256', () => {
    expect(encodeIntegers(Float64Array.of(1000, 1255), false).bytes.length).toBe(2)
    expect(encodeIntegers(Float64Array.of(1000, 1256), false).bytes.length).toBe(4)
  })

  it('refuse a range that no double holds', () => {
    expect(() => encodeIntegers(Float64Array.of(0, 2 ** 53), false)).toThrow(RangeError)
  })
})

describe(`strings (seed ${seed})`, () => {
  const roundTrip = (builder: StringColumnBuilder, values: readonly string[]): string[] => {
    for (const value of values) builder.add(Buffer.from(value), 0, Buffer.byteLength(value))
    const inBuilder = [...builder.values()].map(bytes => Buffer.from(bytes).toString())
    expect(new Set(inBuilder)).toEqual(new Set(values))
    const writer = new BlockWriter()
    builder.write(writer, 4).into('own')
    const column = new StringColumn(readerOf(writer.finish(values.length, true)), 4)
    builder.clear()
    return values.map((_, row) => column.text(column.indexOf(row)))
  }

  const kinds: Record<string, fc.Arbitrary<string>> = {
    'few values': fc.constantFrom('GET', 'POST', ''),
    'one pattern, random digits': fc.integer({ min: 0, max: 1e9 }).map(n => `order ${n} took ${n % 97} ms`),
    'random text': fc.string({ unit: 'binary', maxLength: 12 }).map(text => text.toWellFormed()),
  }
  it.each(Object.entries(kinds))('%s come back, block after block', (_, kind) => {
    fc.assert(
      fc.property(
        fc.array(fc.array(kind, { minLength: 1, maxLength: 700, size: 'max' }), {
          minLength: 1,
          maxLength: 3,
        }),
        blocks => {
          const builder = new StringColumnBuilder()
          for (const values of blocks) expect(roundTrip(builder, values)).toEqual(values)
        },
      ),
      { seed, numRuns: 20 },
    )
  })

  it.each(['dictionary', 'pattern', 'plain'])('the last value is taken back in a %s', mode => {
    const value = (i: number): string =>
      mode === 'dictionary' ? 'same' : mode === 'pattern' ? `id ${i * 7919}` : Math.sin(i).toString(36)
    const values = Array.from({ length: 600 }, (_, i) => value(i))
    const builder = new StringColumnBuilder()
    for (const text of values) builder.add(Buffer.from(text), 0, text.length)
    builder.pop()
    const writer = new BlockWriter()
    builder.write(writer, 4).into('own')
    const column = new StringColumn(readerOf(writer.finish(599, true)), 4)
    expect(column.length).toBe(599)
    expect(column.text(column.indexOf(598))).toBe(values[598])
  })
})

describe('a string column whose parts contradict each other is damage, not an answer', () => {
  const columnOf = (bytes: string, digits: string): StringColumn => {
    const writer = new BlockWriter()
    writer
      .integers(4, Float64Array.of(4))
      .bytes(5, Buffer.from(bytes))
      .integers(6, Float64Array.of(0, 0))
      .bytes(7, Buffer.from(digits))
      .into('own')
    return new StringColumn(readerOf(writer.finish(2, true)), 4)
  }

  it('one digit for each place is an answer', () => {
    const column = columnOf('id00', '1234')
    expect([column.text(0), column.text(1)]).toEqual(['id12', 'id34'])
  })

  it.each(['123', '12345'])('digits %s of two rows with two each', digits => {
    const column = columnOf('id00', digits)
    expect(() => column.text(0)).toThrow(
      new ChunkDamaged(`patterns of 4 digits, and ${digits.length} are there`),
    )
  })

  it('is not written either', () => {
    const builder = new StringColumnBuilder()
    for (let i = 0; i < 600; i++) builder.add(Buffer.from(`id ${10_000 + i}`), 0, 8)
    const { known } = builder.content
    known.clear()
    known.add(Buffer.from('id 0000'), 0, 7)
    expect(() => builder.write(new BlockWriter(), 4)).toThrow('patterns of 2400 digits, and 3000 were taken')
  })

  it('a byte too many', () => {
    expect(() => columnOf('id00x', '1234')).toThrow(new ChunkDamaged('values of 4 bytes, and 5 are there'))
  })
})

describe('an intern table', () => {
  it('gives equal strings one number, in order of first appearance', () => {
    const table = new InternTable()
    const add = (text: string): number => table.add(Buffer.from(text), 0, text.length)
    const texts = Array.from({ length: 5000 }, (_, i) => `key ${i % 1000}`)
    expect(texts.map(add)).toEqual(texts.map((_, i) => i % 1000))
    expect(table.size).toBe(1000)
    expect(Buffer.from(table.get(999)).toString()).toBe('key 999')
  })

  it('finds what is there and nothing else', () => {
    const table = new InternTable()
    table.add(Buffer.from('abc'), 0, 3)
    expect(table.find(Buffer.from('xabcx'), 1, 4)).toBe(0)
    expect(table.find(Buffer.from('abd'), 0, 3)).toBe(-1)
    table.clear()
    expect(table.find(Buffer.from('abc'), 0, 3)).toBe(-1)
  })
})

describe('a chunk', () => {
  const chunk = (): Uint8Array => {
    const writer = new BlockWriter()
    writer.bytes(4, Buffer.from('telemetry '.repeat(100))).into('head')
    return writer.finish(1, true).chunks[0]!
  }

  it('opens to what was put in', () => {
    expect(Buffer.from(openChunk(chunk())).toString()).toBe('telemetry '.repeat(100))
  })

  it('does not open when any one bit of it has flipped', () => {
    const whole = chunk()
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const damaged = whole.slice()
      damaged[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => openChunk(damaged)).toThrow(ChunkDamaged)
    }
  })
})
