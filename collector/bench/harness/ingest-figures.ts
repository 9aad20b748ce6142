/**
 * The figures that every case of ingestion reports.
 */
import type { CaseContext } from './case.ts'
import type { Figure } from './figure.ts'
import type { Ingested } from './ingest.ts'

const BYTES_PER_MEGABYTE = 1e6

/** Bars where the design sets them; a figure without one is shown for what it is. */
export interface IngestBars {
  readonly thousandsPerSecond?: number
  readonly cpuPerMillion?: number
  readonly rssMegabytes?: number
}

export function ingestFigures(context: CaseContext, ingested: Ingested, bars: IngestBars): Figure[] {
  const millions = context.records / 1e6
  const cpu = ingested.cpuSeconds
  return [
    {
      name: 'acknowledged and fsynced',
      value: context.records / ingested.sent.seconds / 1000,
      unit: 'k/s',
      ...(bars.thousandsPerSecond !== undefined && { bar: { atLeast: bars.thousandsPerSecond } }),
    },
    {
      name: 'CPU until the last acknowledgement',
      value: cpu.acknowledged / millions,
      unit: 'CPU s per million',
    },
    {
      name: 'CPU until all is in blocks and sealed',
      value: cpu.stopped / millions,
      unit: 'CPU s per million',
      ...(bars.cpuPerMillion !== undefined && { bar: { atMost: bars.cpuPerMillion } }),
    },
    {
      name: 'peak RSS',
      value: ingested.peakRssBytes / BYTES_PER_MEGABYTE,
      unit: 'MB',
      ...(bars.rssMegabytes !== undefined && { bar: { atMost: bars.rssMegabytes } }),
    },
    { name: 'refused for the moment', value: ingested.sent.refusals, unit: 'requests' },
    { name: 'sent a record', value: ingested.payloadBytesPerRecord, unit: 'bytes' },
  ]
}

/** CPU until all is in blocks, as a multiple of what protobufjs needs to decode the same bodies. */
export function ratioFigures(
  context: CaseContext,
  ingested: Ingested,
  reference: number,
  atMost: number,
): Figure[] {
  const ours = ingested.cpuSeconds.stopped / (context.records / 1e6)
  return [
    { name: 'the reference: protobufjs decodes', value: reference, unit: 'CPU s per million' },
    {
      name: 'CPU until all is in blocks and sealed',
      value: ours / reference,
      unit: '× reference',
      bar: { atMost },
    },
  ]
}

export function diskFigure(context: CaseContext, ingested: Ingested, atMost: number): Figure {
  return {
    name: 'on disk a record after a clean stop',
    value: ingested.diskBytes / context.records,
    unit: 'bytes',
    bar: { atMost },
  }
}
