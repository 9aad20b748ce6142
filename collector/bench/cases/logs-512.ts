/** What one collector takes of logs in full batches, and what that costs. */
import type { Case } from '../harness/case.ts'
import { ingest } from '../harness/ingest.ts'
import { diskFigure, ingestFigures } from '../harness/ingest-figures.ts'

export default {
  about: 'logs as OTLP/protobuf, 512 a request over 8 connections',
  async run(context) {
    const ingested = await ingest(context, { kind: 'logs', perRequest: 512, connections: 8 })
    return [
      ...ingestFigures(context, ingested, { thousandsPerSecond: 300, cpuPerMillion: 6, rssMegabytes: 512 }),
      diskFigure(context, ingested, 36),
    ]
  },
} satisfies Case
