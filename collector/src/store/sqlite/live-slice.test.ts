import { describe, expect, it } from 'vitest'
import { lookupHash, lookupPrefix } from '../../model/lookup-hash.ts'
import { zstdCompressSync } from 'node:zlib'
import { spanRequests } from '../../../bench/payload/payload.ts'
import { spansOf } from '../../decode/objects.ts'
import { decodeRequest } from '../../decode/request.ts'
import { BLOCK_ROWS } from '../columns/rows.ts'
import type { TailRecord } from '../journal/journal.ts'
import { mayHold, openSlice, slicesBehind, slicesOf, type LiveSlice } from './live-slice.ts'

const NONE = { items: 0, from: 0n, to: 0n }
const START = { sequence: 0, rows: 0 }

/** A record of so many spans whose body nobody reads. */
const record = (sequence: number, items: number): TailRecord => ({
  sequence,
  received: 0n,
  facts: { traces: { items, from: BigInt(sequence), to: BigInt(sequence + 5) }, logs: NONE },
  bodies: { traces: null, logs: null },
  lookups: Uint32Array.of(sequence),
})

const rowsOf = (slices: readonly LiveSlice[]): (readonly number[])[][] =>
  slices.map(({ parts }) => parts.map(part => [part.record.sequence, part.skip, part.end]))

describe('slices of the tail', () => {
  it('hold as many rows as a block, and cut a record where it is full', () => {
    const slices = slicesOf([record(1, 5_000), record(2, 13_000)], 'traces', START)
    expect(rowsOf(slices)).toEqual([
      [
        [1, 0, 5_000],
        [2, 0, 3_192],
      ],
      [[2, 3_192, 11_384]],
      [[2, 11_384, 13_000]],
    ])
    expect(slices.map(({ rows }) => rows)).toEqual([BLOCK_ROWS, BLOCK_ROWS, 1_616])
    expect(slices.map(({ from, to }) => [from, to])).toEqual([
      [1n, 7n],
      [2n, 7n],
      [2n, 7n],
    ])
  })

  it('begin behind the position, in the middle of a record too', () => {
    const records = [record(4, 10), record(5, 10), record(6, 10)]
    expect(rowsOf(slicesOf(records, 'traces', { sequence: 4, rows: 7 }))).toEqual([
      [
        [5, 7, 10],
        [6, 0, 10],
      ],
    ])
    expect(slicesOf(records, 'traces', { sequence: 6, rows: 0 })).toEqual([])
    expect(slicesOf(records, 'logs', START)).toEqual([])
  })

  it('stay the same objects while the position leaves them alone', () => {
    const slices = slicesOf([record(1, 8_000), record(2, 8_000)], 'traces', START)
    const behind = slicesBehind(slices, { sequence: 0, rows: 3 })
    expect(rowsOf(behind)).toEqual([
      [
        [1, 3, 8_000],
        [2, 0, 192],
      ],
      [[2, 192, 8_000]],
    ])
    expect(behind[0]).not.toBe(slices[0])
    expect(behind[1]).toBe(slices[1])
    expect(rowsOf(slicesBehind(slices, { sequence: 1, rows: 192 }))).toEqual([[[2, 192, 8_000]]])
    expect(slicesBehind(slices, { sequence: 2, rows: 0 })).toEqual([])
  })

  it('tell by the hashes of their records that an id is not in them', () => {
    const hash = 7 * 2 ** 20 + 3
    const [slice] = slicesOf([record(6, 1), record(7, 1)], 'traces', START)
    expect([mayHold(slice!, hash), mayHold(slice!, 8 * 2 ** 20)]).toEqual([true, false])
  })

  it('become blocks with just their rows, and the ordinals of their records', () => {
    const { body } = spanRequests({ seed: 1, spans: 2_000, perRequest: 100 }).next().value!
    const { request } = decodeRequest('traces', 'protobuf', body)
    const real: TailRecord = {
      ...record(9, request!.items),
      bodies: { traces: zstdCompressSync(body), logs: null },
      lookups: Uint32Array.from(request!.lookups, lookupPrefix),
    }
    const [slice] = slicesOf([real], 'traces', { sequence: 8, rows: 40 })
    const block = openSlice(slice!)
    const sent = spansOf(body).slice(40)
    expect([block.rows, slice!.rows]).toEqual([sent.length, sent.length])
    expect(Array.from(sent, (_, row) => block.ordinal(row).row)).toEqual(sent.map((_, i) => i + 40))
    const id = Buffer.from(sent[3]!.traceId, 'hex')
    expect(mayHold(slice!, lookupHash(id, 0, 16))).toBe(true)
    expect(block.rowsOfTrace(id)).toContain(3)
  })
})
