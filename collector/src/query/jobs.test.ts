import { describe, expect, it } from 'vitest'
import { logs, spans } from '../../test/conformance/request.ts'
import { attrs, patient, Scene } from '../../test/conformance/scene.ts'
import { snapshotOf } from '../../test/query/snapshot.ts'
import { JOBS } from './jobs.ts'

const scene = new Scene(0)

const minute = scene.range(0, 60_000)

describe('traces', () => {
  it('are searched by text, page after page', async () => {
    const snapshot = await snapshotOf(
      spans(
        scene.span({ trace: 1, at: 1, service: 'checkout', error: true, lasts: 500 }),
        scene.span({ trace: 2, at: 2, service: 'checkout', error: true, lasts: 400 }),
        scene.span({ trace: 3, at: 3, service: 'checkout', lasts: 600 }),
      ),
    )
    const params = {
      q: 'service:checkout status:error duration>300ms',
      range: minute,
      limit: 1,
      sort: 'newest' as const,
    }
    const first = JOBS.traces(snapshot, params, patient)
    expect(first.traces).toEqual([
      {
        traceId: scene.traceId(2),
        root: { service: 'checkout', name: 'work' },
        startTimeUnixNano: String(scene.at(2)),
        durationNano: 400_000_000,
        spanCount: 1,
        errorCount: 1,
        services: [{ name: 'checkout', spanCount: 1, errorCount: 1 }],
      },
    ])
    const second = JOBS.traces(snapshot, { ...params, cursor: first.cursor! }, patient)
    expect(second.traces.map(row => row.traceId)).toEqual([scene.traceId(1)])
    expect(second.cursor).toBeNull()
  })

  it('a malformed search and a foreign cursor are refused', async () => {
    const snapshot = await snapshotOf()
    const params = { q: '', range: minute, limit: 1, sort: 'newest' as const }
    expect(() => JOBS.traces(snapshot, { ...params, q: 'a=>b' }, patient)).toThrow(
      expect.objectContaining({ code: 'query_malformed', position: 1 }),
    )
    expect(() => JOBS.traces(snapshot, { ...params, cursor: 'x' }, patient)).toThrow(
      expect.objectContaining({ code: 'cursor_invalid' }),
    )
  })
})

describe('logs', () => {
  it('are searched by text, page after page', async () => {
    const snapshot = await snapshotOf(
      logs(...['timed out: a', 'fine', 'Timed out: b'].map((body, at) => scene.log({ at, body }))),
    )
    const params = { q: '"timed out"', range: minute, limit: 1, order: 'newest' as const }
    const first = JOBS.logs(snapshot, params, patient)
    expect(first.logs.map(log => log.body)).toEqual(['Timed out: b'])
    const second = JOBS.logs(snapshot, { ...params, cursor: first.cursor! }, patient)
    expect(second.logs.map(log => log.body)).toEqual(['timed out: a'])
    expect(second.cursor).toBeNull()
    expect(second.logs[0]).toMatchObject({ resource: 0, scope: 0, traceId: '', severity: 'info' })
    expect(first.logs[0]!.id).not.toBe(second.logs[0]!.id)
  })
})

describe('services and operations', () => {
  it('have rates from the first stored span on, for before it nothing could be counted', async () => {
    const entry = { service: 'web', kind: 2 as const }
    const snapshot = await snapshotOf(
      spans(scene.span({ ...entry, at: 40_000 }), scene.span({ ...entry, at: 50_000 })),
    )
    const rates = (range: typeof minute): number[] => [
      JOBS.services(snapshot, { range }, patient).services[0]!.rate,
      JOBS.operations(snapshot, { range }, patient).operations[0]!.rate,
    ]
    expect(rates(minute)).toEqual([2 / 20, 2 / 20])
    expect(rates({ ...minute, from: scene.at(45_000) })).toEqual([1 / 15, 1 / 15])
  })

  it('are counted over the range, judged by their entry spans', async () => {
    const snapshot = await snapshotOf(
      spans(
        scene.span({ id: 1, service: 'web', name: 'GET /', kind: 2, lasts: 100 }),
        scene.span({ parent: 1, service: 'web', name: 'GET /', kind: 2, lasts: 100, error: true }),
        scene.span({ parent: 1, service: 'web', name: 'call', kind: 3, error: true }),
        scene.span({ parent: 1, service: 'db', name: 'query', kind: 3 }),
      ),
    )
    const { services } = JOBS.services(snapshot, { range: minute }, patient)
    expect(services).toEqual([
      {
        service: 'web',
        rate: 2 / 60,
        spanCount: 3,
        entryCount: 2,
        errorCount: 2,
        errorRatio: 0.5,
        p50Nano: services[0]!.p99Nano,
        p95Nano: services[0]!.p99Nano,
        p99Nano: services[0]!.p99Nano,
      },
      {
        service: 'db',
        rate: 0,
        spanCount: 1,
        entryCount: 0,
        errorCount: 0,
        errorRatio: null,
        p50Nano: null,
        p95Nano: null,
        p99Nano: null,
      },
    ])
    expect(Math.abs(services[0]!.p99Nano! / 1e8 - 1)).toBeLessThan(0.01)
    const { operations } = JOBS.operations(snapshot, { range: minute, service: 'web' }, patient)
    expect(operations.map(row => [row.name, row.kind, row.count, row.errorCount, row.errorRatio])).toEqual([
      ['GET /', 'server', 2, 1, 0.5],
      ['call', 'client', 1, 1, 1],
    ])
    expect(JOBS.operations(snapshot, { range: minute }, patient).operations).toHaveLength(3)
  })
})

describe('any id', () => {
  it('a correlation value finds traces, those of logs too, and the logs', async () => {
    const snapshot = await snapshotOf(
      spans(
        scene.span({ trace: 1, at: 1, attributes: attrs('correlation.id', 'req-1') }),
        scene.span({ trace: 2, at: 5 }),
      ),
      logs(scene.log({ trace: 2, at: 6, attributes: attrs('correlation.id', 'req-1') })),
    )
    const answer = JOBS.correlation(snapshot, { id: 'req-1' }, patient)
    expect(answer.readAs).toEqual(['correlation'])
    expect(answer.traces.map(row => row.traceId)).toEqual([scene.traceId(2), scene.traceId(1)])
    expect(answer.logs).toHaveLength(1)
  })

  it('a trace id in capitals, as a UUID and in a traceparent finds the trace with its logs', async () => {
    const snapshot = await snapshotOf(spans(scene.span()), logs(scene.log({ trace: 1 })))
    const id = scene.traceId(1)
    const uuid = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    for (const form of [id.toUpperCase(), uuid, `00-${id}-00f067aa0ba902b7-01`]) {
      const answer = JOBS.correlation(snapshot, { id: form }, patient)
      expect(answer).toMatchObject({ traces: [{ traceId: id }], logs: { length: 1 } })
    }
  })

  it('16 digits may be a span, and a short trace id', async () => {
    const short = `${'0'.repeat(16)}${scene.spanId(7)}`
    const snapshot = await snapshotOf(
      spans(scene.span({ trace: 1, id: 7, at: 5 }), { ...scene.span({ at: 1 }), traceId: short }),
    )
    const answer = JOBS.correlation(snapshot, { id: scene.spanId(7) }, patient)
    expect(answer.readAs).toEqual(['trace', 'span', 'correlation'])
    expect(answer.traces.map(row => row.traceId)).toEqual([scene.traceId(1), short])
  })

  it('an id that nobody carries finds nothing', async () => {
    const snapshot = await snapshotOf(spans(scene.span()))
    expect(JOBS.correlation(snapshot, { id: 'nobody' }, patient)).toMatchObject({ traces: [], logs: [] })
  })
})

describe('completion data', () => {
  it('offers intrinsics first, then keys', async () => {
    const snapshot = await snapshotOf(spans(scene.span({ attributes: attrs('statue', 'x') }), scene.span()))
    const params = { signal: 'traces' as const, range: minute, prefix: 'stat', limit: 10 }
    expect(JOBS.attributeKeys(snapshot, params, patient).keys).toEqual([
      { key: 'status', in: 'intrinsic', count: 2 },
      { key: 'statusMessage', in: 'intrinsic', count: 2 },
      { key: 'statue', in: 'record', count: 1 },
    ])
    expect(JOBS.attributeKeys(snapshot, { ...params, limit: 1 }, patient).keys).toHaveLength(1)
  })

  it('offers values', async () => {
    const snapshot = await snapshotOf(spans(scene.span({ service: 'web' })))
    const params = { signal: 'traces' as const, range: minute, prefix: '', limit: 10 }
    expect(JOBS.attributeValues(snapshot, { ...params, key: 'service' }, patient)).toEqual({
      values: [{ value: 'web', count: 1 }],
    })
  })
})
