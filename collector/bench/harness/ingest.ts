/**
 * One collector takes a whole payload, from its start to its clean stop: what that costs in time,
 * CPU, memory and disk.
 *
 * CPU is user and system time of the collector's process tree from before the first request. It is
 * read three times, so that nothing can hide behind the acknowledgement: at the last
 * acknowledgement, when the journal has run empty into blocks, and after the clean stop.
 */
import { join } from 'node:path'
import { CollectorProcess, freePort } from './collector-process.ts'
import type { LoadOrder } from '../load.ts'
import { LoadProcess } from './load-process.ts'
import { cpuSeconds, cpuSecondsOfEndedChildren, watchRss } from './process-tree.ts'
import type { CaseContext } from './case.ts'
import type { Sent } from './send-all.ts'

export interface Ingested {
  readonly sent: Sent
  readonly port: number
  readonly dataFolder: string
  /** One trace id of each request. */
  readonly traceIds: readonly string[]
  readonly payloadBytesPerRecord: number
  readonly cpuSeconds: { readonly acknowledged: number; readonly drained: number; readonly stopped: number }
  /** Until the last record is in a block. */
  readonly peakRssBytes: number
  /** After the clean stop. */
  readonly diskBytes: number
}

export type Load = Pick<LoadOrder, 'kind' | 'perRequest' | 'connections'>

export async function ingest(context: CaseContext, load: Load): Promise<Ingested> {
  const port = await freePort()
  const dataFolder = join(context.folder, 'data')
  const { records, seed, profileFolder } = context
  const sender = await LoadProcess.prepare({ ...load, records, seed, port, startMillis: startOf(records) })
  const collector = await CollectorProcess.start({ port, dataFolder, profileFolder })
  try {
    const measured = await measure(collector, sender, records)
    const { traceIds, bytesPerRecord } = sender.payload
    return { ...measured, port, dataFolder, traceIds, payloadBytesPerRecord: bytesPerRecord }
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
  const status = await collector.drained()
  const drained = cpuSeconds(collector.pid) - before
  const peakRssBytes = rss.stop()
  const accepted = status.ingest.acceptedSpans + status.ingest.acceptedLogs
  if (accepted !== records) throw new Error(`${records} records were acknowledged, ${accepted} accepted`)
  // The load is gone: what is added from here on is the collector's, from its spawn to its end.
  await load.ended
  const others = cpuSecondsOfEndedChildren()
  await collector.stop()
  const stopped = cpuSecondsOfEndedChildren() - others - before
  return {
    sent,
    cpuSeconds: { acknowledged, drained, stopped },
    peakRssBytes,
    diskBytes: collector.diskBytes(),
  }
}
