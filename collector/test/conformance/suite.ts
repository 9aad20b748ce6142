/**
 * Holds a backend to the contract of `store/api.ts`.
 *
 * All checks write into one store before any of them reads. Then each is asked twice: while the
 * records may still lie in the journal, and after `drain()`. Checks of the store's life have a
 * store each (`life.ts`).
 */
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { StoreReader, StoreWriter } from '../../src/store/api.ts'
import type { Check, Play } from './check.ts'
import { ARRIVALS } from './checks/arrivals.ts'
import { CORRELATION } from './checks/correlation.ts'
import { FIDELITY } from './checks/fidelity.ts'
import { FIGURES } from './checks/figures.ts'
import { MINUTE_COUNTS } from './checks/minute-counts.ts'
import { FILTERS } from './checks/filter-cases.ts'
import { LOG_SEARCH } from './checks/log-search.ts'
import { METRIC_POINTS } from './checks/metric-points.ts'
import { METRICS } from './checks/metrics.ts'
import { OTLP_METRICS } from './checks/otlp-metrics.ts'
import { TRACE } from './checks/trace.ts'
import { TRACE_SEARCH } from './checks/trace-search.ts'
import { LIFE } from './life.ts'
import { requestOf } from './request.ts'
import { Scene } from './scene.ts'

export interface Backend {
  readonly writer: StoreWriter
  /** A reader of its own, as a query thread opens it. */
  reader(): StoreReader
  /** Closes the writer and removes what it wrote. */
  close(): Promise<unknown>
}

/** Opens an empty store that keeps records of any age. */
export type OpenBackend = () => Promise<Backend>

/** Checks that share one store, by subject. */
export const SHARED: readonly (readonly [string, readonly Check[]])[] = [
  ['searching traces', TRACE_SEARCH],
  ['a trace', TRACE],
  ['searching logs', LOG_SEARCH],
  ['arrivals', ARRIVALS],
  ['filters', FILTERS],
  ['fidelity', FIDELITY],
  ['figures', FIGURES],
  ['counts by minute', MINUTE_COUNTS],
  ['correlation', CORRELATION],
  ['metrics', METRICS],
  ['metrics of OTLP', OTLP_METRICS],
  ['metrics as they were sent', METRIC_POINTS],
]

interface Act {
  readonly caption: string
  readonly play: Play
}

export function runConformance(name: string, open: OpenBackend): void {
  let number = 0
  const acts = SHARED.map(([subject, checks]) => ({
    subject,
    acts: checks.map(({ caption, stage }): Act => ({ caption, play: stage(new Scene(number++)) })),
  }))

  describe(`${name} keeps the contract`, () => {
    let backend: Backend
    let reader: StoreReader

    beforeAll(async () => {
      backend = await open()
      reader = backend.reader()
      for (const batch of acts.flatMap(part => part.acts).flatMap(act => act.play.given))
        await backend.writer.append(requestOf(batch))
    })
    afterAll(async () => {
      reader.close()
      await backend.close()
    })

    const askAll = (): void => {
      for (const part of acts)
        describe(part.subject, () => {
          for (const act of part.acts)
            it(act.caption, () => {
              const snapshot = reader.snapshot()
              try {
                act.play.then(snapshot)
              } finally {
                snapshot.release()
              }
            })
        })
    }

    describe('as soon as it is acknowledged', askAll)
    describe('when it has left the journal', () => {
      beforeAll(() => backend.writer.drain())
      askAll()
    })

    describe('the life of a store', () => {
      for (const { caption, run } of LIFE)
        it(caption, async () => {
          const own = await open()
          try {
            await run(own, new Scene(number++))
          } finally {
            await own.close()
          }
        })
    })
  })
}
