import { describe, expect, it } from 'vitest'
import { logs, spans } from '../../../test/conformance/request.ts'
import { attrs, patient, resource, Scene } from '../../../test/conformance/scene.ts'
import { snapshotOf } from '../../../test/query/snapshot.ts'
import type { TraceAnswer, TraceWarning } from '../answers/index.ts'
import { JOBS, runJob } from '../jobs.ts'
import { encodeAnswer } from '../json-list.ts'

const scene = new Scene(0)

/** As whoever asks gets it. */
const readTrace = (...asked: Parameters<typeof JOBS.trace>): TraceAnswer =>
  JSON.parse(Buffer.from(encodeAnswer(JOBS.trace(...asked))).toString()) as TraceAnswer

describe('a trace', () => {
  // |-----------root (web)-----------|
  //   |--b--|      |---c (db)---|
  it('is told as a tree with its logs, resources and scopes', async () => {
    const web = resource('web', attrs('host.name', 'h1'))
    const snapshot = await snapshotOf(
      spans(
        scene.span({ id: 3, parent: 1, at: 20, name: 'c', service: 'db', error: true }),
        scene.span({
          id: 1,
          at: 0,
          lasts: 50,
          name: 'root',
          resource: web,
          attributes: attrs('correlation.id', 'req-1', 'n', 2n ** 60n),
        }),
        scene.span({ id: 2, parent: 1, at: 10, name: 'b', resource: { ...web } }),
      ),
      logs(
        scene.log({
          trace: 1,
          at: 21,
          body: 'failed',
          severityNumber: 17,
          resource: web,
          attributes: attrs('request.id', 'req-2'),
        }),
      ),
    )
    const answer = readTrace(snapshot, { traceId: scene.traceId(1) }, patient)
    expect(answer.spans.map(span => [span.name, span.parent, span.depth, span.resource, span.scope])).toEqual(
      [
        ['root', -1, 0, 0, 0],
        ['b', 0, 1, 0, 0],
        ['c', 0, 1, 1, 0],
      ],
    )
    expect(answer.spans[0]?.attributes).toEqual([
      { key: 'correlation.id', value: 'req-1' },
      { key: 'n', value: '1152921504606846976' },
    ])
    expect(answer.resources.map(row => row.service)).toEqual(['web', 'db'])
    expect(answer.scopes).toHaveLength(1)
    expect(answer.logs).toMatchObject([{ body: 'failed', severity: 'error', resource: 0, service: 'web' }])
    expect(answer).toMatchObject({
      traceId: scene.traceId(1),
      startTimeUnixNano: String(scene.at(0)),
      durationNano: 50_000_000,
      root: { service: 'web', name: 'root' },
      spanCount: 3,
      errorCount: 1,
      correlationIds: ['req-1', 'req-2'],
      warnings: [],
    })
  })

  it('tells what is odd about it', async () => {
    const snapshot = await snapshotOf(
      spans(
        scene.span({ id: 1, at: 10, name: 'root' }),
        scene.span({ id: 2, parent: 99, at: 11 }),
        scene.span({ id: 3, parent: 4, at: 12 }),
        scene.span({ id: 4, parent: 3, at: 13 }),
        scene.span({ id: 5, parent: 1, at: 2 }),
        scene.span({ id: 5, parent: 1, at: 14 }),
      ),
    )
    const { warnings } = readTrace(snapshot, { traceId: scene.traceId(1) }, patient)
    const ids = (kind: TraceWarning['kind']) => warnings.find(warning => warning.kind === kind)?.spanIds
    expect(ids('missing_parent')).toEqual([scene.spanId(2)])
    expect(ids('cycle')).toEqual([scene.spanId(3), scene.spanId(4)])
    expect(ids('duplicate_span')).toEqual([scene.spanId(5)])
    expect(ids('clock_skew')).toEqual([scene.spanId(5)])
    expect(warnings.find(warning => warning.kind === 'clock_skew')?.message).toContain('differ by up to 8 ms')
    expect(ids('truncated')).toBeUndefined()
  })

  it('is told a window at a time, with what stands above it', async () => {
    const snapshot = await snapshotOf(
      spans(
        scene.span({ id: 1, at: 0, name: 'root' }),
        scene.span({ id: 2, parent: 1, at: 1, name: 'a' }),
        scene.span({ id: 3, parent: 2, at: 2, name: 'aa', attributes: attrs('correlation.id', 'req-1') }),
        scene.span({ id: 4, parent: 2, at: 3, name: 'ab' }),
        scene.span({ id: 5, parent: 1, at: 4, name: 'b' }),
        scene.span({ id: 6, parent: 99, at: 5, name: 'orphan' }),
      ),
      logs(scene.log({ trace: 1, at: 1 })),
    )
    const window = (params: object) => readTrace(snapshot, { traceId: scene.traceId(1), ...params }, patient)
    const names = (params: object) => window(params).spans.map(span => span.name)

    expect(names({})).toEqual(['root', 'a', 'aa', 'ab', 'b', 'orphan'])
    expect(window({}).window).toEqual({ row: 0, rowCount: 6, nextRow: null, foldedCount: 0, outsideCount: 0 })
    expect(window({}).descendants).toEqual([4, 2, 0, 0, 0, 0])

    const middle = window({ row: 2, limit: 3 })
    expect(middle.spans.map(span => [span.name, span.parent, span.depth])).toEqual([
      ['aa', -1, 2],
      ['ab', -1, 2],
      ['b', -1, 1],
    ])
    expect(middle.ancestors.map(span => [span.name, span.parent])).toEqual([
      ['root', -1],
      ['a', 0],
    ])
    expect(middle.window).toMatchObject({ row: 2, rowCount: 6, nextRow: 5 })
    expect(middle).toMatchObject({ spanCount: 6, correlationIds: ['req-1'], logs: { length: 1 } })
    expect(middle.warnings.map(({ kind, message }) => [kind, message])).toEqual([
      ['truncated', 'The trace has 6 spans; these are rows 3 to 5 of 6.'],
      [
        'missing_parent',
        '1 span names a parent that is not here: not sent, not arrived yet, or sampled away.',
      ],
    ])
    expect(names({ row: 5, limit: 3 })).toEqual(['orphan'])
    expect(window({ row: 6 })).toMatchObject({ spans: [], window: { rowCount: 6, nextRow: null } })
    expect(window({ row: 6 }).warnings[0]?.message).toBe('The trace has 6 spans; these are none of 6 rows.')
    expect(window({ withoutLogs: true }).logs).toEqual([])
  })

  it('is told down to a depth, under a span, and within a time', async () => {
    // |-------------root------------|
    //   |--a--|         |-----b-----|
    //    |aa|            |bb|
    //                      |c| (of bb)
    const snapshot = await snapshotOf(
      spans(
        scene.span({ id: 1, at: 0, lasts: 100, name: 'root' }),
        scene.span({ id: 2, parent: 1, at: 10, lasts: 20, name: 'a' }),
        scene.span({ id: 3, parent: 2, at: 12, lasts: 5, name: 'aa' }),
        scene.span({ id: 4, parent: 1, at: 50, lasts: 50, name: 'b' }),
        scene.span({ id: 5, parent: 4, at: 55, lasts: 5, name: 'bb' }),
        scene.span({ id: 6, parent: 5, at: 70, lasts: 0, name: 'c' }),
      ),
    )
    const told = (params: object) => {
      const { spans: shown, window } = readTrace(snapshot, { traceId: scene.traceId(1), ...params }, patient)
      const names = shown.map(span => span.name).join(' ')
      return [names, window.rowCount, window.foldedCount, window.outsideCount]
    }
    const ms = 1_000_000
    const [b, none] = [scene.spanId(4), scene.spanId(77)]
    expect(told({ depth: 1 })).toEqual(['root a b', 3, 3, 0])
    expect(told({ depth: 0 })).toEqual(['root', 1, 5, 0])
    expect(told({ depth: 1, row: 1, limit: 1 })).toEqual(['a', 3, 3, 0])
    expect(told({ under: b })).toEqual(['b bb c', 3, 0, 0])
    expect(told({ under: b, depth: 1 })).toEqual(['b bb', 2, 1, 0])
    expect(told({ under: b, row: 1 })).toEqual(['bb c', 3, 0, 0])
    expect(told({ fromNano: 30 * ms, toNano: 50 * ms })).toEqual(['root', 1, 0, 5])
    expect(told({ toNano: 50 * ms })).toEqual(['root a aa', 3, 0, 3])
    expect(told({ fromNano: 29 * ms })).toEqual(['root a b bb c', 5, 0, 1])
    // What stands above a span that touches is shown, though it does not touch itself.
    expect(told({ fromNano: 65 * ms, toNano: 75 * ms })).toEqual(['root b bb c', 4, 0, 2])
    expect(() => told({ under: none })).toThrow(expect.objectContaining({ code: 'not_found' }))
  })

  it('of which only logs have arrived is told by its logs', async () => {
    const snapshot = await snapshotOf(logs(scene.log({ trace: 1, at: 3 })))
    expect(readTrace(snapshot, { traceId: scene.traceId(1) }, patient)).toMatchObject({
      spanCount: 0,
      startTimeUnixNano: String(scene.at(3)),
      logs: { length: 1 },
    })
  })

  it('that nobody sent is not found', async () => {
    const snapshot = await snapshotOf()
    for (const job of [readTrace, JOBS.traceOtlp])
      expect(() => job(snapshot, { traceId: scene.traceId(1) }, patient)).toThrow(
        expect.objectContaining({ code: 'not_found' }),
      )
  })

  it('is handed out as OTLP, without anything beside it', async () => {
    const span = scene.span({ name: 'one', attributes: attrs('k', 1n) })
    const snapshot = await snapshotOf(spans(span))
    const answer = runJob('traceOtlp', snapshot, { traceId: scene.traceId(1) }, patient, () => 0)
    expect(Object.keys(answer)).toEqual(['resourceSpans'])
    expect(answer).toMatchObject({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'one' }] }] }] })
    const parts: string[] = []
    const listening = { ...patient, part: (text: string) => void parts.push(text) }
    runJob('traceOtlp', snapshot, { traceId: scene.traceId(1) }, listening, () => 0)
    expect(JSON.parse(parts.join(''))).toEqual(answer)
  })
})
