/** What is stored of each signal. */
import type { Signal } from '../model/telemetry.ts'
import type { Snapshot } from '../store/api.ts'

export type ExtentAnswer = Record<
  Signal,
  { records: number; fromUnixNano: string | null; toUnixNano: string | null }
>

export function extent(snapshot: Snapshot): ExtentAnswer {
  const { traces, logs } = snapshot.extent()
  return { traces: plain(traces), logs: plain(logs) }
}

function plain({ records, from, to }: ReturnType<Snapshot['extent']>[Signal]): ExtentAnswer[Signal] {
  return {
    records,
    fromUnixNano: from === undefined ? null : String(from),
    toUnixNano: to === undefined ? null : String(to),
  }
}
