import { afterEach, describe, expect, it } from 'vitest'
import { openQueryPool, type PoolOptions, type QueryPool } from './pool.ts'

const source = {
  module: new URL('../../test/query/reader.ts', import.meta.url).href,
  options: { records: 42 },
}
const open: QueryPool[] = []

function pool(options: Partial<PoolOptions> = {}): QueryPool {
  const made = openQueryPool({ source, ...options })
  open.push(made)
  return made
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.close()))
})

const json = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes))

function ask(
  from: QueryPool,
  traceId: string,
  options: { signal?: AbortSignal; timeoutMillis?: number } = {},
) {
  const { signal = new AbortController().signal, timeoutMillis = 10_000 } = options
  return from.run('trace', { traceId }, { signal, timeoutMillis })
}

function extent(from: QueryPool): Promise<unknown> {
  return from.run('extent', {}, { signal: new AbortController().signal, timeoutMillis: 10_000 }).then(json)
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('waited ten seconds in vain')
    await new Promise(resolve => setImmediate(resolve))
  }
}

describe('a pool of query threads', () => {
  it('answers with finished JSON, from the reader that the source names', async () => {
    expect(await extent(pool())).toEqual({
      traces: { records: 42, fromUnixNano: null, toUnixNano: null },
      logs: { records: 0, fromUnixNano: null, toUnixNano: null },
      metrics: { fromUnixNano: null, toUnixNano: null },
    })
  })

  it('tells with each answer what was not read, and how long it took', async () => {
    const params = { signal: 'traces', q: '', range: { from: 5n, to: 6n }, buckets: 1 }
    const bytes = await pool().run('histogram', params, {
      signal: new AbortController().signal,
      timeoutMillis: 9_000,
    })
    expect(json(bytes)).toEqual({
      fromUnixNano: '5',
      widthNano: 1,
      counts: { ok: [42] },
      partial: [{ what: 'partition 3', reason: 'quarantined' }],
      stats: { tookMillis: expect.any(Number) },
    })
  })

  it('brings errors across with code and position', async () => {
    const queries = pool()
    await expect(ask(queries, 'refuse')).rejects.toMatchObject({
      code: 'query_malformed',
      message: 'planted',
      position: 7,
    })
    await expect(ask(queries, 'fail')).rejects.toMatchObject({ code: 'internal', message: 'planted' })
    await expect(
      queries.run('nonsense', {}, { signal: new AbortController().signal, timeoutMillis: 9_000 }),
    ).rejects.toMatchObject({ code: 'internal', message: 'there is no query job nonsense' })
    expect(await extent(queries)).toMatchObject({ traces: { records: 42 } })
  })

  it('cancels a query whose client went away, and goes on with the same thread', async () => {
    const queries = pool({ threads: 1 })
    const client = new AbortController()
    const asked = ask(queries, 'busy', { signal: client.signal })
    await until(() => queries.running().some(query => query.done > 0))
    expect(queries.running()).toMatchObject([{ job: 'trace', total: 1_000_000 }])
    client.abort()
    await expect(asked).rejects.toMatchObject({ code: 'query_cancelled' })
    expect(await extent(queries)).toMatchObject({ traces: { records: 42 } })
  })

  it('stops a query at its time limit', async () => {
    await expect(ask(pool(), 'busy', { timeoutMillis: 20 })).rejects.toMatchObject({ code: 'query_timeout' })
  })

  it('ends a thread whose query does not stop, and replaces it', async () => {
    const queries = pool({ threads: 1, graceMillis: 50 })
    await expect(ask(queries, 'hang', { timeoutMillis: 20 })).rejects.toMatchObject({ code: 'query_timeout' })
    expect(await extent(queries)).toMatchObject({ traces: { records: 42 } })
    const client = new AbortController()
    const asked = ask(queries, 'hang', { signal: client.signal })
    client.abort()
    await expect(asked).rejects.toMatchObject({ code: 'query_cancelled' })
    expect(await extent(queries)).toMatchObject({ traces: { records: 42 } })
  })

  it('outlives a thread that crashes or runs out of memory', async () => {
    const queries = pool({ threads: 1, maxHeapMegabytes: 24 })
    await expect(ask(queries, 'crash')).rejects.toMatchObject({ code: 'internal' })
    await expect(ask(queries, 'memory')).rejects.toMatchObject({ code: 'query_too_large' })
    expect(await extent(queries)).toMatchObject({ traces: { records: 42 } })
  })

  it('tells an internal error when the reader cannot be opened', async () => {
    const queries = pool({
      source: { module: new URL('../../test/query/absent.ts', import.meta.url).href, options: {} },
    })
    await expect(extent(queries)).rejects.toMatchObject({ code: 'internal' })
  })

  it('runs as many queries at a time as it has threads, and lets the others wait', async () => {
    const queries = pool({ threads: 2 })
    const client = new AbortController()
    const long = Promise.allSettled([1, 2].map(() => ask(queries, 'busy', { signal: client.signal })))
    const waiting = extent(queries)
    await until(() => queries.running().filter(query => query.done > 0).length === 2)
    client.abort()
    expect(await waiting).toMatchObject({ traces: { records: 42 } })
    expect((await long).map(one => one.status)).toEqual(['rejected', 'rejected'])
  })

  it('refuses what would wait behind too many others, or too long', async () => {
    const queries = pool({ threads: 1, maxWaiting: 1, waitMillis: 30 })
    const client = new AbortController()
    const long = ask(queries, 'busy', { signal: client.signal })
    const refused = expect(extent(queries)).rejects.toMatchObject({ code: 'queries_busy' })
    await expect(extent(queries)).rejects.toMatchObject({
      code: 'queries_busy',
      message: '1 queries wait already',
    })
    await refused
    client.abort()
    await expect(long).rejects.toMatchObject({ code: 'query_cancelled' })
  })

  it('forgets a waiting query whose client went away', async () => {
    const queries = pool({ threads: 1, maxWaiting: 1 })
    const [first, second] = [new AbortController(), new AbortController()]
    const long = ask(queries, 'busy', { signal: first.signal })
    const waiting = ask(queries, 'busy', { signal: second.signal })
    second.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'query_cancelled' })
    await expect(ask(queries, 'x', { signal: second.signal })).rejects.toMatchObject({
      code: 'query_cancelled',
    })
    first.abort()
    await expect(long).rejects.toMatchObject({ code: 'query_cancelled' })
  })

  it('closing cancels what runs and refuses what waits and what comes', async () => {
    const queries = pool({ threads: 1 })
    const [running, waiting] = [ask(queries, 'busy'), extent(queries)]
    const outcomes = Promise.allSettled([running, waiting])
    await until(() => queries.running().some(query => query.done > 0))
    await queries.close()
    expect(await outcomes).toMatchObject([
      { reason: { code: 'query_cancelled' } },
      { reason: { code: 'shutting_down' } },
    ])
    await expect(extent(queries)).rejects.toMatchObject({ code: 'shutting_down' })
  })
})
