import { describe, expect, it } from 'vitest'
import { millis, unixMillis } from '../model/time.ts'
import { SlowQueries } from './slow-queries.ts'

let now = 0
const clock = { now: () => unixMillis(1_000_000 + now), monotonic: () => millis(now) }

/** Takes as long as it is told to, and fails where it is told so. */
const queries = {
  run(_job: string, params: unknown, options: { takes: number; fails?: boolean }): Promise<Uint8Array> {
    now += options.takes
    return options.fails === true ? Promise.reject(new Error('no')) : Promise.resolve(new Uint8Array([1]))
  },
}

const began = () => {
  now = 0
  return new SlowQueries(queries, clock)
}

describe('the slowest queries', () => {
  it('come first, with what was asked and when', async () => {
    const slow = began()
    expect(await slow.run('traces', { q: 'status:error' }, { takes: 20 })).toEqual(new Uint8Array([1]))
    await slow.run('rangeQuery', { query: 'sum(up)' }, { takes: 300 })
    await slow.run('extent', {}, { takes: 1 })
    expect(slow.slowest()).toEqual([
      { job: 'rangeQuery', asked: 'sum(up)', unixMillis: 1_000_020, tookMillis: 300, answered: true },
      { job: 'traces', asked: 'status:error', unixMillis: 1_000_000, tookMillis: 20, answered: true },
      { job: 'extent', asked: '', unixMillis: 1_000_320, tookMillis: 1, answered: true },
    ])
  })

  it('hold those that failed, which say so', async () => {
    const slow = began()
    await expect(slow.run('logs', { q: 'x' }, { takes: 9, fails: true })).rejects.toThrow('no')
    expect(slow.slowest()).toMatchObject([{ job: 'logs', tookMillis: 9, answered: false }])
  })

  it('are twenty, of the last hour, and tell no more than 500 characters', async () => {
    const slow = began()
    await slow.run('traces', { q: 'old' }, { takes: 5_000 })
    now += 3_600_000
    for (let i = 1; i <= 25; i++) await slow.run('logs', { q: 'x'.repeat(600) }, { takes: i })
    const rows = slow.slowest()
    expect(rows.map(({ tookMillis }) => tookMillis)).toEqual(Array.from({ length: 20 }, (_, i) => 25 - i))
    expect(rows[0]!.asked).toHaveLength(500)
  })
})
