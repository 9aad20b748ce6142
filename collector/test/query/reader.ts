/**
 * A reader for tests of the query threads. Its store holds a number and nothing else; its questions
 * can be told to take long, to fail, or to hang without looking at anything.
 */
import { HodoscopeError } from '../../src/model/errors.ts'
import type { Cancellation, LogSearch, OpenReader, Snapshot, StoredLog } from '../../src/store/api.ts'
import { Scene } from '../conformance/scene.ts'

export interface TestReaderOptions {
  readonly records: number
}

function busy(cancel: Cancellation): void {
  for (let n = 0; ; n++) {
    cancel.progress(n, 1_000_000)
    cancel.check()
  }
}

/** How long a search for logs takes; one for the oldest never ends. */
const SLOW_MILLIS = 700

export const BUSY_TRACE = 'b'.repeat(32)

/** What a trace id makes the reader do. */
const BEHAVIOUR: Readonly<Record<string, (cancel: Cancellation) => void>> = {
  busy,
  /** As a path of the API can name it. */
  [BUSY_TRACE]: busy,
  hang: () => {
    for (;;);
  },
  crash: () => process.exit(1),
  fail: () => {
    throw new TypeError('planted')
  },
  refuse: () => {
    throw new HodoscopeError('query_malformed', 'planted', { position: 7 })
  },
  memory: () => {
    const held: unknown[] = []
    for (;;) held.push(Array.from({ length: 1_000_000 }, () => held.length))
  },
}

const open: OpenReader = options => {
  const { records } = options as TestReaderOptions
  return {
    snapshot: () =>
      ({
        partial: [{ what: 'partition 3', reason: 'quarantined' }],
        traceOutline: (traceId: string, cancel: Cancellation) => {
          BEHAVIOUR[traceId]?.(cancel)
          return undefined
        },
        searchLogs: (query: LogSearch, cancel: Cancellation) => {
          const logs = [new Scene(0).log({ body: 'early' }), new Scene(0).log({ body: 'late' })]
          const stored = logs.map((log, row): StoredLog => ({ ...log, ordinal: { sequence: 1, row } }))
          cancel.progress(1, 4)
          cancel.found?.(stored.slice(0, 1))
          const until = performance.now() + (query.order === 'oldest' ? Infinity : SLOW_MILLIS)
          while (performance.now() < until) cancel.check()
          return { logs: stored, more: false }
        },
        histogram: (query: { range: { from: bigint } }) => ({
          from: query.range.from,
          widthNano: 1,
          counts: { ok: [records] },
        }),
        extent: () => ({
          traces: { records, from: undefined, to: undefined },
          logs: { records: 0, from: undefined, to: undefined },
        }),
        metrics: () => ({ extent: () => undefined }),
        release: () => {},
      }) as unknown as Snapshot,
    close: () => {},
  }
}

export default open
