/** What is stored of each signal. */
import { nanoOfMillis, unixMillis, type UnixNano } from '../model/time.ts'
import type { Signal } from '../model/telemetry.ts'
import type { Cancellation, Snapshot } from '../store/api.ts'

interface Times {
  readonly fromUnixNano: string | null
  readonly toUnixNano: string | null
}

/** Samples of metrics are not counted. */
export type ExtentAnswer = Record<Signal, Times & { readonly records: number }> & { readonly metrics: Times }

export function extent(snapshot: Snapshot, _: unknown, cancel: Cancellation): ExtentAnswer {
  const { traces, logs } = snapshot.extent()
  const samples = snapshot.metrics(cancel).extent()
  const metrics = {
    from: samples && nanoOfMillis(unixMillis(samples.from)),
    to: samples && nanoOfMillis(unixMillis(samples.to)),
  }
  return {
    traces: { records: traces.records, ...told(traces) },
    logs: { records: logs.records, ...told(logs) },
    metrics: told(metrics),
  }
}

const told = ({ from, to }: { from: UnixNano | undefined; to: UnixNano | undefined }): Times => ({
  fromUnixNano: from === undefined ? null : String(from),
  toUnixNano: to === undefined ? null : String(to),
})
