/**
 * One collector takes a whole payload, from its start to its clean stop: what that costs in time,
 * CPU, memory and disk.
 *
 * CPU is user and system time of the collector's process tree from before the first request. It is
 * read twice, so that nothing can hide behind the acknowledgement: at the last acknowledgement, and
 * after the clean stop that follows at once, when everything is drained into blocks and sealed.
 */
import { join } from 'node:path'
import { CollectorProcess, freePort } from './collector-process.ts'
import type { LoadOrder } from '../load.ts'
import { LoadProcess } from './load-process.ts'
import { cpuSeconds, cpuSecondsOfEndedChildren, watchRss } from './process-tree.ts'
import type { CaseContext } from './case.ts'
import type { Sent } from './send-all.ts'

export interface Stored {
  readonly port: number
  readonly dataFolder: string
  /** One trace id of each request. */
  readonly traceIds: readonly string[]
  readonly payloadBytesPerRecord: number
}

export interface Ingested extends Stored {
  readonly sent: Sent
  readonly cpuSeconds: { readonly acknowledged: number; readonly stopped: number }
  /** Until everything is sealed. */
  readonly peakRssBytes: number
  /** After the clean stop. */
  readonly diskBytes: number
}

export type Load = Pick<LoadOrder, 'kind' | 'perRequest' | 'connections'>

/** Measures everything on the way. */
export function ingest(context: CaseContext, load: Load): Promise<Ingested> {
  return filled(context, join(context.folder, 'data'), load, (collector, sender) =>
    measure(collector, sender, context.records),
  )
}

/** @param fill sends the payload and stops the collector */
export async function filled<T extends object>(
  context: Pick<CaseContext, 'records' | 'seed' | 'profileFolder'>,
  dataFolder: string,
  load: Load,
  fill: (collector: CollectorProcess, sender: LoadProcess) => Promise<T>,
): Promise<Stored & T> {
  const port = await freePort()
  const { records, seed, profileFolder } = context
  const sender = await LoadProcess.prepare({ ...load, records, seed, port, startMillis: startOf(records) })
  const collector = await CollectorProcess.start({ port, dataFolder, profileFolder })
  try {
    const { traceIds, bytesPerRecord } = sender.payload
    return {
      ...(await fill(collector, sender)),
      port,
      dataFolder,
      traceIds,
      payloadBytesPerRecord: bytesPerRecord,
    }
  } catch (error) {
    collector.kill()
    sender.kill()
    throw error
  }
}

/** The payload lies an hour back and ends before now, so that it is neither too old nor in the future. */
const startOf = (records: number): number => Date.now() - 3_600_000 - records

async function measure(collector: CollectorProcess, load: LoadProcess, records: number) {
  const rss = watchRss(collector.pid)
  const before = cpuSeconds(collector.pid)
  const sent = await load.run()
  const acknowledged = cpuSeconds(collector.pid) - before
  const { ingest: taken } = await collector.status()
  const accepted = taken.acceptedSpans + taken.acceptedLogs
  if (accepted !== records) throw new Error(`${records} records were acknowledged, ${accepted} accepted`)
  // The load is gone: what is added from here on is the collector's, from its spawn to its end.
  await load.ended
  const others = cpuSecondsOfEndedChildren()
  await collector.stop()
  const stopped = cpuSecondsOfEndedChildren() - others - before
  const peakRssBytes = rss.stop()
  return {
    sent,
    cpuSeconds: { acknowledged, stopped },
    peakRssBytes,
    diskBytes: collector.diskBytes(),
  }
}
