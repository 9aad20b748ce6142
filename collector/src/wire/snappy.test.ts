/**
 * Blocks by hand, byte for byte after the description of the format; blocks that another compressor
 * made; and hostile ones, held against a reading that goes byte by byte.
 *
 * HODOSCOPE_MUTATIONS sets another number, SEED repeats a run.
 */
import snappy from 'snappyjs'
import { describe, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { writeBodies } from '../../bench/payload/remote-write.ts'
import { mutated } from '../../test/hostile/mutate.ts'
import { WireError } from './errors.ts'
import { unpackBlock } from './snappy.ts'

const MUTATIONS = Number(process.env['HODOSCOPE_MUTATIONS'] ?? 200_000)
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000)

const block = (...parts: readonly (number | string | Uint8Array)[]): Uint8Array =>
  new Uint8Array(
    Buffer.concat(parts.map(part => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part)))),
  )
const literal = (length: number): number => (length - 1) << 2
const text = (packed: Uint8Array): string => Buffer.from(unpackBlock(packed)).toString('latin1')
const letters = (length: number): string =>
  Array.from({ length }, (_, i) => String.fromCharCode(97 + (i % 26))).join('')

describe('literals', () => {
  it.each<[string, Uint8Array, string]>([
    ['nothing', block(0), ''],
    ['one byte', block(1, literal(1), 'a'), 'a'],
    ['60 bytes, the most that a tag tells', block(60, literal(60), letters(60)), letters(60)],
    ['61 bytes, told in one byte', block(61, 60 << 2, 60, letters(61)), letters(61)],
    ['300 bytes, told in two', block(0xac, 2, 61 << 2, 43, 1, letters(300)), letters(300)],
    ['told in three', block(3, 62 << 2, 2, 0, 0, 'abc'), 'abc'],
    ['told in four', block(3, 63 << 2, 2, 0, 0, 0, 'abc'), 'abc'],
    ['two of them', block(5, literal(2), 'ab', literal(3), 'cde'), 'abcde'],
  ])('%s', (_, packed, plain) => expect(text(packed)).toBe(plain))
})

describe('copies', () => {
  it.each<[string, Uint8Array, string]>([
    ['a run of one byte', block(12, literal(1), 'a', ((11 - 4) << 2) | 1, 1), 'a'.repeat(12)],
    ['a run of three', block(11, literal(3), 'abc', (7 << 2) | 2, 3, 0), 'abcabcabcab'],
    [
      'a run of nine, in whole words',
      block(29, literal(9), letters(9), (19 << 2) | 2, 9, 0),
      letters(9).repeat(4).slice(0, 29),
    ],
    [
      'an offset of 11 bits',
      block(0xac, 2, 61 << 2, 39, 1, letters(296), (1 << 5) | 1, 40),
      letters(296) + letters(4),
    ],
    [
      'an offset of 16 bits',
      block(0xac, 2, 61 << 2, 39, 1, letters(296), (3 << 2) | 2, 40, 1),
      letters(296) + letters(4),
    ],
    [
      'an offset of 32 bits',
      block(0xac, 2, 61 << 2, 39, 1, letters(296), (3 << 2) | 3, 40, 1, 0, 0),
      letters(296) + letters(4),
    ],
    [
      '64 bytes, the most of a copy',
      block(80, literal(16), letters(16), (63 << 2) | 2, 16, 0),
      letters(16).repeat(5),
    ],
  ])('%s', (_, packed, plain) => expect(text(packed)).toBe(plain))
})

describe('what is no block tells where and why', () => {
  it.each<[string, Uint8Array, string]>([
    ['nothing at all', block(), 'byte 0: it does not begin with its length'],
    ['a length without an end', block(0x80, 0x80), 'byte 0: it does not begin with its length'],
    [
      'a length beyond 5 bytes',
      block(0x80, 0x80, 0x80, 0x80, 0x80, 1),
      'byte 0: it does not begin with its length',
    ],
    [
      'a length that its bytes cannot have',
      block(0xff, 0xff, 0xff, 0x0f, 0, 'a'),
      'byte 0: 6 bytes of snappy cannot hold 33554431',
    ],
    ['too few bytes', block(5, literal(3), 'abc'), 'byte 5: it ends after 3 of 5 bytes'],
    [
      'too many, by a literal',
      block(2, literal(3), 'abc'),
      'byte 1: it holds more than the 2 bytes that it tells',
    ],
    [
      'too many, by a copy',
      block(6, literal(3), 'abc', 1, 3),
      'byte 5: it holds more than the 6 bytes that it tells',
    ],
    [
      'a literal that is cut short',
      block(3, literal(3), 'ab'),
      'byte 1: a literal of 3 bytes runs past the end',
    ],
    [
      'a literal of 4 GiB',
      block(9, 63 << 2, 0xff, 0xff, 0xff, 0xff),
      'byte 1: a literal of 4294967296 bytes runs past the end',
    ],
    ['the length of a literal cut short', block(9, 62 << 2, 1, 0), 'byte 1: a tag is cut short'],
    ['an offset that is cut short', block(9, literal(1), 'a', 3, 1, 0, 0), 'byte 3: a tag is cut short'],
    [
      'a copy from before the beginning',
      block(5, literal(1), 'a', 1, 2),
      'byte 3: a copy begins 2 bytes back, where there are 1',
    ],
    [
      'a copy from 4 GiB before',
      block(5, literal(1), 'a', 3, 255, 255, 255, 255),
      'byte 3: a copy begins 4294967295 bytes back, where there are 1',
    ],
    [
      'a copy of itself',
      block(5, literal(1), 'a', 1, 0),
      'byte 3: a copy begins 0 bytes back, where there are 1',
    ],
  ])('%s', (_, packed, message) => {
    expect(() => unpackBlock(packed)).toThrow(WireError)
    expect(() => unpackBlock(packed)).toThrow(
      new WireError(Number(/\d+/.exec(message)![0]), message.slice(message.indexOf(': ') + 2)),
    )
  })
})

it(`what another compressor packed is the same again, also from within a larger buffer (SEED=${SEED})`, () => {
  const random = new Random(SEED)
  for (const plain of [
    ...writeBodies({ samples: 20_000, seed: SEED, startMillis: 1_700_000_000_000 }),
    ...texts(random),
  ]) {
    const packed = snappy.compress(new Uint8Array(plain))
    const within = new Uint8Array(packed.length + 20).fill(0xff)
    within.set(packed, 7)
    expect(Buffer.compare(unpackBlock(within.subarray(7, 7 + packed.length)), plain)).toBe(0)
  }
})

/** Of some letters, of every length up to 200: runs, repeats that overlap, and what does not repeat. */
function* texts(random: Random): Generator<Uint8Array> {
  for (let length = 0; length <= 200; length++)
    for (const letterCount of [1, 2, 4, 200])
      yield Uint8Array.from({ length }, () => random.below(letterCount))
}

it(`${MUTATIONS} mutations are refused, or unpacked as byte by byte (SEED=${SEED})`, () => {
  const random = new Random(SEED)
  const golden = [...texts(random)].filter((_, i) => i % 23 === 0).map(plain => snappy.compress(plain))
  const tally = { unpacked: 0, refused: 0 }
  for (let i = 0; i < MUTATIONS; i++) {
    const input = mutated(random.pick(golden), random)
    const plain = attempt(input)
    const told = `SEED=${SEED}, mutation ${i}: ${Buffer.from(input).toString('hex')}`
    expect(plain && Buffer.from(plain).toString('hex'), told).toBe(slowly(input)?.toString('hex'))
    tally[plain === undefined ? 'refused' : 'unpacked']++
  }
  console.log(`snappy: ${JSON.stringify(tally)}`)
  expect(Math.min(tally.unpacked, tally.refused)).toBeGreaterThan(MUTATIONS / 200)
}, 600_000)

function attempt(input: Uint8Array): Uint8Array | undefined {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return unpackBlock(input)
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** The same format read without any haste, in whole numbers of any size. */
function slowly(packed: Uint8Array): Buffer | undefined {
  const input = [...packed]
  const number = (bytes: number): number => {
    if (bytes > input.length) throw new RangeError()
    return input.splice(0, bytes).reduceRight((sum, byte) => sum * 256 + byte, 0)
  }
  const out: number[] = []
  try {
    let length = 0
    for (let i = 0, more = true; more; i++) {
      const byte = number(1)
      if (i === 5) return undefined
      length += (byte % 128) * 128 ** i
      more = byte > 127
    }
    while (input.length > 0 && out.length <= length) {
      const tag = number(1)
      const upper = tag >> 2
      if (tag % 4 === 0) {
        const size = (upper < 60 ? upper : number(upper - 59)) + 1
        if (size > input.length) return undefined
        out.push(...input.splice(0, size))
        continue
      }
      const size = tag % 4 === 1 ? (upper % 8) + 4 : upper + 1
      const back = tag % 4 === 1 ? (tag >> 5) * 256 + number(1) : number(tag % 4 === 2 ? 2 : 4)
      if (back === 0 || back > out.length) return undefined
      for (let i = 0; i < size; i++) out.push(out.at(-back)!)
    }
    return out.length === length ? Buffer.from(out) : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
