/**
 * The life of a store: each check has one of its own, because it looks at the whole store, closes
 * it, or reads while it is written.
 */
import { expect } from 'vitest'
import { HodoscopeError } from '../../src/model/errors.ts'
import { unixNano } from '../../src/model/time.ts'
import { MOST_PINS, type Cancellation, type Snapshot } from '../../src/store/api.ts'
import { all } from './filters.ts'
import { logs, requestOf, spans, type Batch } from './request.ts'
import { attrs, patient, Scene } from './scene.ts'
import type { Backend } from './suite.ts'
import { wholeTrace } from '../query/whole-trace.ts'

export interface LifeCheck {
  readonly caption: string
  readonly run: (backend: Backend, scene: Scene) => Promise<void>
}

const put = (backend: Backend, batch: Batch): Promise<{ readonly duplicate: boolean }> =>
  backend.writer.append(requestOf(batch))

/** Asks a fresh snapshot of a fresh reader. */
function ask<T>(backend: Backend, question: (snapshot: Snapshot) => T): T {
  const reader = backend.reader()
  const snapshot = reader.snapshot()
  try {
    return question(snapshot)
  } finally {
    snapshot.release()
    reader.close()
  }
}

const namesOf = (snapshot: Snapshot, traceId: string): string[] =>
  wholeTrace(snapshot, traceId, 1000, patient).spans.map(span => span.name)

/** Every question that takes a `Cancellation`. */
const QUESTIONS: Readonly<
  Record<string, (snapshot: Snapshot, scene: Scene, cancel: Cancellation) => unknown>
> = {
  logsSince: (snapshot, _scene, cancel) => snapshot.logsSince({ filter: all, limit: 1 }, cancel),
  spansSince: (snapshot, _scene, cancel) => snapshot.spansSince({ filter: all, limit: 1 }, cancel),
  newest: (snapshot, _scene, cancel) => snapshot.newest('logs', cancel),
  searchTraces: (s, scene, c) =>
    s.searchTraces({ filter: all, range: scene.day, sort: 'newest', limit: 1 }, c),
  traceOutline: (s, scene, c) => s.traceOutline(scene.traceId(1), c),
  traceLogs: (s, scene, c) => s.traceLogs(scene.traceId(1), 1, c),
  traceSummary: (s, scene, c) => s.traceSummary(scene.traceId(1), c),
  searchLogs: (s, scene, c) => s.searchLogs({ filter: all, range: scene.day, order: 'newest', limit: 1 }, c),
  histogram: (s, scene, c) => s.histogram({ signal: 'traces', filter: all, range: scene.day, buckets: 1 }, c),
  spanStats: (s, scene, c) => s.spanStats({ filter: all, range: scene.day }, c),
  correlated: (s, _, c) => s.correlated('x', 1, c),
  tracesOfSpan: (s, scene, c) => s.tracesOfSpan(scene.spanId(1), 1, c),
  attributeKeys: (s, scene, c) =>
    s.attributeKeys({ signal: 'traces', range: scene.day, prefix: '', limit: 1 }, c),
  attributeValues: (s, scene, c) =>
    s.attributeValues({ signal: 'logs', range: scene.day, prefix: '', limit: 1, key: 'k' }, c),
}

export const LIFE: readonly LifeCheck[] = [
  {
    caption: 'an empty store answers, with nothing',
    run: async (backend, scene) => {
      ask(backend, snapshot => {
        expect(snapshot.extent()).toEqual({
          traces: { records: 0, from: undefined, to: undefined },
          logs: { records: 0, from: undefined, to: undefined },
        })
        expect(snapshot.spanStats({ filter: all, range: scene.day }, patient)).toEqual([])
        expect(snapshot.partial).toEqual([])
      })
    },
  },
  {
    caption: 'the extent tells records and the times of the first and the last of each signal',
    run: async (backend, scene) => {
      const expected = {
        traces: { records: 3, from: scene.at(3), to: scene.at(9) },
        logs: { records: 2, from: scene.at(1), to: scene.at(20) },
      }
      await put(
        backend,
        spans(scene.span({ at: 9, lasts: 500 }), scene.span({ at: 3 }), scene.span({ at: 5 })),
      )
      await put(backend, logs(scene.log({ at: 20 }), scene.log({ at: 1 })))
      expect(ask(backend, snapshot => snapshot.extent())).toEqual(expected)
      await backend.writer.drain()
      expect(ask(backend, snapshot => snapshot.extent())).toEqual(expected)
    },
  },
  {
    caption: 'what was acknowledged is in the next snapshot, each time',
    run: async (backend, scene) => {
      for (let n = 1; n <= 50; n++) {
        await put(backend, spans(scene.span({ name: `span ${n}` })))
        const seen = ask(backend, snapshot => wholeTrace(snapshot, scene.traceId(1), 1000, patient).total)
        expect(seen).toBe(n)
      }
    },
  },
  {
    caption: 'a snapshot does not change while others write, drain and read',
    run: async (backend, scene) => {
      await put(backend, spans(scene.span({ name: 'before' })))
      const reader = backend.reader()
      const snapshot = reader.snapshot()
      await put(backend, spans(scene.span({ name: 'behind' })))
      await backend.writer.drain()
      await put(backend, spans(scene.span({ name: 'far behind' })))
      expect(namesOf(snapshot, scene.traceId(1))).toEqual(['before'])
      expect(snapshot.extent().traces.records).toBe(1)
      const later = reader.snapshot()
      expect(namesOf(later, scene.traceId(1))).toEqual(['before', 'behind', 'far behind'])
      later.release()
      expect(namesOf(snapshot, scene.traceId(1))).toEqual(['before'])
      snapshot.release()
      reader.close()
    },
  },
  {
    caption: 'a trace is whole though part of it lies in blocks and part in the journal',
    run: async (backend, scene) => {
      await put(
        backend,
        spans(scene.span({ id: 1, at: 5, name: 'root' }), scene.span({ parent: 1, at: 9, name: 'd' })),
      )
      await backend.writer.drain()
      await put(backend, spans(scene.span({ parent: 1, at: 7, name: 'c' })))
      await put(backend, spans(scene.span({ parent: 1, at: 6, name: 'b', error: true })))
      ask(backend, snapshot => {
        expect(namesOf(snapshot, scene.traceId(1))).toEqual(['root', 'b', 'c', 'd'])
        expect(snapshot.traceSummary(scene.traceId(1), patient)).toMatchObject({
          rootName: 'root',
          spanCount: 4,
          errorCount: 1,
        })
        const { hits } = snapshot.searchTraces(
          { filter: all, range: scene.day, sort: 'newest', limit: 10 },
          patient,
        )
        expect(hits.map(hit => [hit.key, hit.summary.spanCount])).toEqual([[scene.at(9), 4]])
      })
    },
  },
  {
    caption: 'late data is found at its own time, and after what arrived before it',
    run: async (backend, scene) => {
      const old = new Scene(-300)
      await put(backend, logs(scene.log({ body: 'today' })))
      await backend.writer.drain()
      await put(backend, logs(old.log({ body: 'long ago' })))
      await put(backend, logs(scene.log({ body: 'today too' })))
      const bodies = () =>
        ask(backend, snapshot => ({
          old: snapshot
            .searchLogs({ filter: all, range: old.day, order: 'newest', limit: 9 }, patient)
            .logs.map(l => l.body),
          today: snapshot
            .searchLogs({ filter: all, range: scene.day, order: 'newest', limit: 9 }, patient)
            .logs.map(l => l.body),
          all: snapshot
            .searchLogs(
              { filter: all, range: { from: old.day.from, to: scene.day.to }, order: 'oldest', limit: 9 },
              patient,
            )
            .logs.map(l => l.body),
        }))
      const expected = {
        old: ['long ago'],
        today: ['today too', 'today'],
        all: ['long ago', 'today', 'today too'],
      }
      expect(bodies()).toEqual(expected)
      await backend.writer.drain()
      expect(bodies()).toEqual(expected)
    },
  },
  {
    caption: 'ordinals are the same in the journal and in blocks',
    run: async (backend, scene) => {
      for (let n = 0; n < 5; n++) await put(backend, spans(scene.span({ at: n }), scene.span({ at: n })))
      const ordinals = () =>
        ask(backend, snapshot =>
          wholeTrace(snapshot, scene.traceId(1), 100, patient).spans.map(span => span.ordinal),
        )
      const before = ordinals()
      expect(before).toHaveLength(10)
      await backend.writer.drain()
      expect(ordinals()).toEqual(before)
    },
  },
  {
    caption: 'a log without any time has the time of receipt, and keeps it',
    run: async (backend, scene) => {
      const [from, to] = [BigInt(Date.now()) * 1_000_000n, BigInt(Date.now() + 3_600_000) * 1_000_000n]
      const timeless = scene.log({
        timeUnixNano: unixNano(0n),
        observedTimeUnixNano: unixNano(0n),
        body: 'when?',
      })
      await put(backend, logs(timeless))
      const query = {
        filter: all,
        range: { from: unixNano(from), to: unixNano(to) },
        order: 'newest',
        limit: 9,
      } as const
      const times = () =>
        ask(backend, snapshot => snapshot.searchLogs(query, patient).logs.map(log => log.timeUnixNano))
      const [received, ...others] = times()
      expect(others).toEqual([])
      expect(received).toBeGreaterThanOrEqual(from)
      expect(received).toBeLessThanOrEqual(BigInt(Date.now() + 1) * 1_000_000n)
      await backend.writer.drain()
      expect(times()).toEqual([received])
    },
  },
  {
    caption: 'an identical request is stored once, and told to be a duplicate',
    run: async (backend, scene) => {
      const batch = spans(scene.span({ name: 'once' }), scene.span({ name: 'more' }))
      expect(await put(backend, batch)).toEqual({ duplicate: false })
      expect(await put(backend, batch)).toEqual({ duplicate: true })
      await backend.writer.drain()
      expect(await put(backend, batch)).toEqual({ duplicate: true })
      const [first, second] = await Promise.all([1, 2].map(() => put(backend, logs(scene.log()))))
      expect(Number(first!.duplicate) + Number(second!.duplicate)).toBe(1)
      expect(ask(backend, snapshot => snapshot.extent())).toMatchObject({
        traces: { records: 2 },
        logs: { records: 1 },
      })
      expect(backend.writer.status()).toMatchObject({
        duplicateRequests: 3,
        acceptedItems: { traces: 2, logs: 1 },
      })
    },
  },
  {
    caption: 'requests sent at once are all stored, in the order of their calls',
    run: async (backend, scene) => {
      const names = Array.from({ length: 100 }, (_, n) => `span ${n}`)
      await Promise.all(names.map(name => put(backend, spans(scene.span({ name })))))
      expect(ask(backend, snapshot => namesOf(snapshot, scene.traceId(1)))).toEqual(names)
      await backend.writer.drain()
      expect(ask(backend, snapshot => namesOf(snapshot, scene.traceId(1)))).toEqual(names)
    },
  },
  {
    caption: 'every question looks at its cancellation',
    run: async (backend, scene) => {
      await put(backend, spans(scene.span({ attributes: attrs('correlation.id', 'x') })))
      await put(backend, logs(scene.log({ trace: 1 })))
      const stop: Cancellation = {
        check: () => {
          throw new HodoscopeError('query_cancelled', 'nobody waits')
        },
        progress: () => {},
      }
      for (const stage of ['journal', 'blocks']) {
        if (stage === 'blocks') await backend.writer.drain()
        for (const [name, question] of Object.entries(QUESTIONS))
          ask(backend, snapshot => {
            expect(() => question(snapshot, scene, stop), `${name} (${stage})`).toThrow('nobody waits')
          })
      }
    },
  },
  {
    caption: 'a released snapshot refuses every question, and may be released again',
    run: async (backend, scene) => {
      await put(backend, spans(scene.span()))
      const reader = backend.reader()
      const snapshot = reader.snapshot()
      snapshot.release()
      snapshot.release()
      for (const [name, question] of Object.entries(QUESTIONS))
        expect(() => question(snapshot, scene, patient), name).toThrow(/released/)
      expect(() => snapshot.extent()).toThrow(/released/)
      reader.close()
    },
  },
  {
    caption: 'pins are told, the last one first; one that is set again takes the note',
    run: async ({ writer }, scene) => {
      const [a, b] = [scene.traceId(1), scene.traceId(2)]
      await writer.pin(a, 'first')
      await expect.poll(() => Date.now()).toBeGreaterThan(writer.pins()[0]!.pinnedAt)
      await writer.pin(b, '')
      const { pinnedAt } = writer.pins()[0]!
      expect(writer.pins().map(({ traceId, note }) => [traceId, note])).toEqual([
        [b, ''],
        [a, 'first'],
      ])
      await writer.pin(b, 'why')
      expect(writer.pins()[0]).toEqual({ traceId: b, note: 'why', pinnedAt })
      expect(writer.status().pinnedTraces).toBe(2)
      expect([await writer.unpin(a), await writer.unpin(a)]).toEqual([true, false])
      expect(writer.pins().map(pin => pin.traceId)).toEqual([b])
    },
  },
  {
    caption: 'no more traces are pinned than may be',
    run: async ({ writer }, scene) => {
      const pin = (n: number): Promise<void> => writer.pin(scene.traceId(n), '')
      for (let n = 1; n <= MOST_PINS; n++) await pin(n)
      await expect(pin(MOST_PINS + 1)).rejects.toMatchObject({ code: 'pins_exhausted' })
      await pin(1)
      expect(await writer.unpin(scene.traceId(2))).toBe(true)
      await pin(MOST_PINS + 1)
      expect(writer.status().pinnedTraces).toBe(MOST_PINS)
    },
  },
  {
    caption: 'after close nothing is taken any more',
    run: async (backend, scene) => {
      await put(backend, spans(scene.span()))
      await backend.writer.close()
      await expect(put(backend, spans(scene.span()))).rejects.toMatchObject({ code: 'shutting_down' })
      expect(backend.writer.status().refusing).toBe('shutting_down')
    },
  },
]
