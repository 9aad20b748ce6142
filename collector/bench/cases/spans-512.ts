/** The main figure: what one collector takes of spans in full batches, and what that costs. */
import type { Case } from '../harness/case.ts'
import { ingest } from '../harness/ingest.ts'
import { diskFigure, ingestFigures, ratioFigures } from '../harness/ingest-figures.ts'
import { referenceCpu } from '../harness/decode-cpu.ts'

export default {
  about: 'spans as OTLP/protobuf, 512 a request over 8 connections',
  async run(context) {
    const load = { kind: 'spans', perRequest: 512, connections: 8 } as const
    const reference = await referenceCpu({ ...load, records: context.records, seed: context.seed })
    const ingested = await ingest(context, load)
    return [
      ...ingestFigures(context, ingested, { thousandsPerSecond: 350, cpuPerMillion: 6, rssMegabytes: 512 }),
      ...ratioFigures(context, ingested, reference, 2.7),
      diskFigure(context, ingested, 36),
    ]
  },
} satisfies Case
