import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WireError } from './errors.ts'
import { tagOf, WireReader } from './reader.ts'
import { lengthEndAt, skipAt, tagAt, varintAt, varintEnd, varintHigh } from './varint.ts'
import { WireWriter } from './writer.ts'

const RUNS = { numRuns: 300, seed: 20261122 }
const bytes = (...values: number[]): Uint8Array => new Uint8Array(values)

function written(write: (out: WireWriter) => void): Uint8Array {
  const out = new WireWriter(0)
  write(out)
  return out.finish()
}

describe('a varint', () => {
  it.each<[string, number[], number, number]>([
    ['one byte', [0x7f], 0x7f, 0],
    ['two bytes', [0xac, 0x02], 300, 0],
    ['32 bits', [0xff, 0xff, 0xff, 0xff, 0x0f], 0xffff_ffff, 0],
    ['33 bits', [0x80, 0x80, 0x80, 0x80, 0x10], 0, 1],
    ['-1', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], 0xffff_ffff, 0xffff_ffff],
    ['more bytes than it needs', [0x81, 0x80, 0x00], 1, 0],
  ])('of %s is exact in both halves', (_title, encoded, low, high) => {
    const source = bytes(...encoded, 0x55)
    expect([varintAt(source, 0, source.length), varintHigh, varintEnd]).toEqual([low, high, encoded.length])
  })
  it.each<[string, number[], string]>([
    ['nothing', [], 'byte 0: a varint is cut short'],
    ['a half', [0x80], 'byte 0: a varint is cut short'],
    ['eleven bytes', Array.from({ length: 11 }, () => 0x80), 'byte 0: a varint is longer than 10 bytes'],
  ])('of %s is refused', (_title, encoded, told) => {
    expect(() => varintAt(bytes(...encoded), 0, encoded.length)).toThrow(told)
  })
  it('does not read beyond the end that it is given', () => {
    expect(() => varintAt(bytes(0x80, 0x01), 0, 1)).toThrow(WireError)
  })
})

describe('tags, lengths and skipping', () => {
  it('field 0 and fields beyond 32 bits are refused', () => {
    expect(() => tagAt(bytes(0x05), 0, 1)).toThrow('a field number is out of range')
    expect(() => tagAt(bytes(0x80, 0x80, 0x80, 0x80, 0x10), 0, 5)).toThrow('a field number is out of range')
  })
  it('a length ends within its message or is refused', () => {
    expect(lengthEndAt(bytes(2, 0, 0), 0, 3)).toBe(3)
    expect(() => lengthEndAt(bytes(3, 0, 0), 0, 3)).toThrow('a length of 3 bytes runs past the end at byte 3')
  })
  it.each<[number, number[], number]>([
    [0, [0x80, 0x01], 2],
    [1, [1, 2, 3, 4, 5, 6, 7, 8], 8],
    [2, [1, 9], 2],
    [5, [1, 2, 3, 4], 4],
  ])('wire type %i is skipped', (wireType, value, end) => {
    expect(skipAt(bytes(...value), tagOf(1, wireType as 0), 0, value.length)).toBe(end)
    expect(() => skipAt(bytes(...value), tagOf(1, wireType as 0), 0, value.length - 1)).toThrow(WireError)
  })
  it.each([3, 4, 6, 7])('wire type %i is refused', wireType => {
    expect(() => skipAt(bytes(0), (1 << 3) | wireType, 0, 1)).toThrow(`field 1 has wire type ${wireType}`)
  })
})

describe('what is written is read', () => {
  const reader = (source: Uint8Array): WireReader => new WireReader(source, 0, source.length)
  it('32-bit numbers', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), value => {
        const source = written(out => {
          out.varint(value)
          out.fixed32(value)
        })
        const read = reader(source)
        expect([read.uint32(), read.fixed32(), read.tag()]).toEqual([value, value, 0])
      }),
      RUNS,
    )
  })
  it('64-bit numbers, to the last bit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), value => {
        const source = written(out => {
          out.int64(value)
          out.fixed64(BigInt.asUintN(64, value))
        })
        const read = reader(source)
        expect([read.int64(), read.fixed64()]).toEqual([value, BigInt.asUintN(64, value)])
      }),
      RUNS,
    )
  })
  it('doubles, to the last bit', () => {
    fc.assert(
      fc.property(fc.double(), value => {
        expect(reader(written(out => out.double(value))).double()).toBe(value)
      }),
      RUNS,
    )
  })
  it('texts of any length and script', () => {
    const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 60, maxLength: 130 }))
    fc.assert(
      fc.property(texts, text => {
        expect(reader(written(out => out.text(text))).text()).toBe(text.toWellFormed())
      }),
      RUNS,
    )
  })
  it.each([0, 1, 63, 64, 127, 128, 16_383, 16_384, 3_000_000])('a message of %i bytes in another', size => {
    const content = new Uint8Array(size).fill(7)
    const source = written(out => {
      out.byte(0x12)
      const opened = out.open()
      out.raw(content, 0, size)
      out.close(opened)
      out.varint(99)
    })
    const read = reader(source)
    expect(read.tag()).toBe(0x12)
    expect(Buffer.compare(read.copy(), content)).toBe(0)
    expect(read.uint32()).toBe(99)
  })
  it('what was taken back was never written', () => {
    const source = written(out => {
      out.varint(1)
      const before = out.length
      out.open()
      out.text('gone')
      out.reset(before)
      out.varint(2)
    })
    expect([...source]).toEqual([1, 2])
  })
  it('a copy does not change with its source', () => {
    const source = Buffer.from([2, 7, 8])
    const copy = new WireReader(source, 0, 3).copy()
    source[1] = 0
    expect([copy.constructor, ...copy]).toEqual([Uint8Array, 7, 8])
  })
})
