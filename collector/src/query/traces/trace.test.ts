import { describe, expect, it } from 'vitest'
import { logs, spans } from '../../../test/conformance/request.ts'
import { attrs, patient, resource, Scene } from '../../../test/conformance/scene.ts'
import { snapshotOf } from '../../../test/query/snapshot.ts'
import type { TraceWarning } from '../answers.ts'
import { JOBS, runJob } from '../jobs.ts'

const scene = new Scene(0)

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
    const answer = JOBS.trace(snapshot, { traceId: scene.traceId(1) }, patient)
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
    const { warnings } = JOBS.trace(snapshot, { traceId: scene.traceId(1) }, patient)
    const ids = (kind: TraceWarning['kind']) => warnings.find(warning => warning.kind === kind)?.spanIds
    expect(ids('missing_parent')).toEqual([scene.spanId(2)])
    expect(ids('cycle')).toEqual([scene.spanId(3), scene.spanId(4)])
    expect(ids('duplicate_span')).toEqual([scene.spanId(5)])
    expect(ids('clock_skew')).toEqual([scene.spanId(5)])
    expect(warnings.find(warning => warning.kind === 'clock_skew')?.message).toContain('differ by up to 8 ms')
    expect(ids('truncated')).toBeUndefined()
  })

  it('tells when it was cut', async () => {
    const snapshot = await snapshotOf(spans(...[0, 1, 2].map(at => scene.span({ at }))))
    const answer = JOBS.trace(snapshot, { traceId: scene.traceId(1), limit: 2 }, patient)
    expect(answer.spans).toHaveLength(2)
    expect(answer.spanCount).toBe(3)
    expect(answer.warnings).toEqual([
      { kind: 'truncated', message: 'The first 2 of 3 spans are shown, by their start.', spanIds: [] },
    ])
  })

  it('of which only logs have arrived is told by its logs', async () => {
    const snapshot = await snapshotOf(logs(scene.log({ trace: 1, at: 3 })))
    expect(JOBS.trace(snapshot, { traceId: scene.traceId(1) }, patient)).toMatchObject({
      spanCount: 0,
      startTimeUnixNano: String(scene.at(3)),
      logs: { length: 1 },
    })
  })

  it('that nobody sent is not found', async () => {
    const snapshot = await snapshotOf()
    for (const job of [JOBS.trace, JOBS.traceOtlp])
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
  })
})
