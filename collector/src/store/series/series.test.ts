/** The pieces of the series store: forms of values, chunks, groups, and how runs become one. */
import { describe, expect, it } from 'vitest'
import type { Labels } from '../../model/series.ts'
import { encodeGroupChunk, GroupChunk } from './group-chunk.ts'
import { encodeGroupLabels, GroupLabels } from './group-labels.ts'
import { compileMatchers } from './matching.ts'
import { joinPieces, pieceJoiner, rangeCut, type Piece } from './piece.ts'
import { presented } from './present.ts'

const piece = (times: readonly number[], values: readonly number[], more: Partial<Piece> = {}): Piece => ({
  times: Float64Array.from(times),
  values: Float64Array.from(values),
  starts: undefined,
  stale: undefined,
  ...more,
})

const seconds = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => 1_700_000_000_000 + i * 15_000)

describe('a chunk gives back what it was given', () => {
  const kept = (values: readonly number[]): number[] => {
    const chunk = new GroupChunk(encodeGroupChunk([piece(seconds(values.length), values)]))
    return [...chunk.piece(0)!.values]
  }
  it.each([
    ['one value', [5, 5, 5]],
    ['no value at all but one', [Number.MAX_VALUE]],
    ['a counter', [1, 2, 3, 1000, 100_000, 2 ** 40]],
    ['whole numbers beyond 2^53', [2 ** 53, 2 ** 53 + 2, 2 ** 60]],
    ['both signs', [-1, 1, -(2 ** 31), 2 ** 31]],
    ['decimals', [0.1, 0.2, 0.3, 12.25, 99.999]],
    ['decimals of many places', [0.123456789, 1.000000001]],
    ['floats', [Math.PI, Math.E, 1 / 3, 0.1 + 0.2]],
    ['what is no number', [NaN, Infinity, -Infinity, 1]],
    ['zeros of both signs', [0, -0, 0]],
    ['the least there is', [5e-324, -5e-324, 1e308]],
    ['a decimal that needs a larger shift than one before it', [1e15, 0.000000001]],
  ])('%s', (_, values) => {
    expect(kept(values)).toEqual(values)
  })
  it('times of any age and order of magnitude, each list once', () => {
    const early = [-8.64e15, -1, 0, 1, 1_700_000_000_123]
    const pieces = [
      piece(early, [1, 2, 3, 4, 5]),
      piece(seconds(3), [1, 1, 2]),
      piece(early, [5, 4, 3, 2, 1]),
    ]
    const chunk = new GroupChunk(encodeGroupChunk([undefined, ...pieces]))
    expect([...chunk.slots]).toEqual([1, 2, 3])
    expect([...chunk.piece(1)!.times]).toEqual(early)
    expect(chunk.piece(3)!.times).toBe(chunk.piece(1)!.times)
    expect([...chunk.piece(2)!.times]).toEqual(seconds(3))
    expect(chunk.piece(0)).toBeUndefined()
  })
  it('stale marks and starts', () => {
    const given = piece(seconds(4), [1, NaN, NaN, 4], {
      stale: Uint8Array.from([0, 1, 1, 0]),
      starts: Float64Array.from([7, 7, 0, 9]),
    })
    const got = new GroupChunk(encodeGroupChunk([given])).piece(0)!
    expect([...got.stale!]).toEqual([0, 1, 1, 0])
    expect([...got.starts!]).toEqual([7, 7, 0, 9])
    expect([got.values[0], got.values[3]]).toEqual([1, 4])
  })
  it('a byte that was changed is noticed', () => {
    const chunk = encodeGroupChunk([piece(seconds(3), [1, 2, 3])])
    chunk[chunk.length - 1]! ^= 1
    expect(() => new GroupChunk(chunk)).toThrow('checksum of a chunk does not fit')
  })
})

describe('labels of a group', () => {
  const series: Labels[] = [
    [
      ['__name__', 'up'],
      ['instance', 'a'],
      ['job', 'x'],
    ],
    [
      ['__name__', 'up'],
      ['instance', 'b'],
      ['job', 'x'],
    ],
    [
      ['__name__', 'down'],
      ['__proto__', 'p'],
    ],
  ]
  const group = new GroupLabels(encodeGroupLabels(series))
  const slots = (name: string, op: '=' | '!=' | '=~' | '!~', value: string): number[] =>
    group.matching(compileMatchers([{ name, op, value }]))
  it('come out as they went in', () => {
    expect([0, 1, 2].map(slot => group.labels(slot))).toEqual(series)
  })
  it.each([
    ['instance', '=', 'b', [1]],
    ['instance', '=', '', [2]],
    ['instance', '!=', 'a', [1, 2]],
    ['instance', '=~', 'a|b', [0, 1]],
    ['instance', '=~', '[a-b]', [0, 1]],
    ['instance', '=~', '.', [0, 1]],
    ['instance', '=~', '', [2]],
    ['instance', '!~', '.+', [2]],
    ['none', '=', '', [0, 1, 2]],
    ['none', '!=', '', []],
    ['__proto__', '=', 'p', [2]],
    ['constructor', '=~', '.*', [0, 1, 2]],
  ] as const)('%s %s "%s"', (name, op, value, expected) => {
    expect(slots(name, op, value)).toEqual(expected)
  })
  it('a pattern that is none is told', () => {
    expect(() => slots('a', '=~', '(')).toThrow('/(/ is no regular expression')
  })
})

describe('runs of samples', () => {
  it('are cut to a range that holds both its ends', () => {
    const of = piece([1, 2, 3, 4], [10, 20, 30, 40])
    expect([...rangeCut(2, 3)(of).values]).toEqual([20, 30])
    expect([...rangeCut(2.5, 2.6)(of).values]).toEqual([])
    expect(rangeCut(0, 9)(of)).toBe(of)
  })
  it('that share their times share them still when they are cut and joined', () => {
    const [early, late] = [Float64Array.of(1, 2), Float64Array.of(3, 4)]
    const [cut, join] = [rangeCut(2, 9), pieceJoiner()]
    const at = (times: Float64Array, ...values: readonly number[]): Piece => piece([], values, { times })
    // Chunk by chunk, as they are read.
    const firsts = [at(early, 1, 2), at(early, 100, 200)].map(cut)
    const lasts = [at(late, 3, 4), at(late, 300, 400)].map(cut)
    const joined = firsts.map((first, i) => join([first, lasts[i]!]))
    expect(joined.map(({ times, values }) => [[...times], [...values]])).toEqual([
      [
        [2, 3, 4],
        [2, 3, 4],
      ],
      [
        [2, 3, 4],
        [200, 300, 400],
      ],
    ])
    expect(joined[1]!.times).toBe(joined[0]!.times)
    const other = join([piece([5], [5]), at(late, 6, 7)])
    expect([...other.times, ...other.values]).toEqual([3, 4, 5, 6, 7, 5])
  })
  it('become one; of equal times the later arrival counts', () => {
    const joined = joinPieces([piece([1, 3], [1, 3]), piece([2, 3], [20, 30]), piece([3], [300])])
    expect([[...joined.times], [...joined.values]]).toEqual([
      [1, 2, 3],
      [1, 20, 300],
    ])
  })
  it('keep stale marks of some and starts of others', () => {
    const joined = joinPieces([
      piece([1], [NaN], { stale: Uint8Array.from([1]) }),
      piece([2], [2], { starts: Float64Array.from([5]) }),
    ])
    expect([[...joined.stale!], [...joined.starts!]]).toEqual([
      [1, 0],
      [0, 5],
    ])
  })
})

describe('a series as a query sees it', () => {
  const labels: Labels = [['__name__', 'x']]
  const delta: Labels = [['', 'delta'], ...labels]
  it('what may fall and tells a start has no 0 there', () => {
    const starts = Float64Array.from([-10, -20])
    expect([...presented(labels, piece([20, 30], [1, 2], { starts }), 0).times]).toEqual([20, 30])
  })
  it('deltas are summed up from the first one asked for, which begins at 0', () => {
    const starts = Float64Array.from([10, 20, 30])
    const shown = presented(delta, piece([20, 30, 40], [1, 2, 3], { starts }), 0)
    expect(shown.labels).toEqual(labels)
    expect([[...shown.times], [...shown.values]]).toEqual([
      [10, 20, 30, 40],
      [0, 1, 3, 6],
    ])
  })
  it('a first delta that began before the range has no 0', () => {
    const shown = presented(delta, piece([20, 30], [1, 2], { starts: Float64Array.from([10, 20]) }), 15)
    expect([...shown.values]).toEqual([1, 3])
  })
  it('a stale mark among deltas is a gap, and the sum goes on', () => {
    const shown = presented(delta, piece([1, 2, 3], [1, NaN, 2], { stale: Uint8Array.from([0, 1, 0]) }), 0)
    expect([[...shown.values], [...shown.stale!]]).toEqual([
      [1, NaN, 3],
      [0, 1, 0],
    ])
  })
  it('a counter that began anew and does not show it falls to 0 where it began', () => {
    const starts = Float64Array.from([5, 5, 25, 25])
    const shown = presented(labels, piece([10, 20, 30, 40], [7, 8, 8, 9], { starts }), 0)
    expect([[...shown.times], [...shown.values]]).toEqual([
      [10, 20, 25, 30, 40],
      [7, 8, 0, 8, 9],
    ])
  })
  it('a fall that shows is left as it is, and so is a start that was not told before', () => {
    const fall = presented(labels, piece([10, 30], [8, 1], { starts: Float64Array.from([5, 25]) }), 0)
    expect([...fall.values]).toEqual([8, 1])
    const untold = presented(labels, piece([10, 30], [8, 9], { starts: Float64Array.from([0, 25]) }), 0)
    expect([...untold.values]).toEqual([8, 9])
  })
  it('a start before the last sample stands right behind that sample', () => {
    const shown = presented(labels, piece([10, 30], [8, 9], { starts: Float64Array.from([5, 8]) }), 0)
    expect([...shown.times]).toEqual([10, 11, 30])
  })
})
