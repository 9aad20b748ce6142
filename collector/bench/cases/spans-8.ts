/** Many small requests: what HTTP and commits cost when there are few spans to share them. */
import type { Case } from '../harness/case.ts'
import { ingest } from '../harness/ingest.ts'
import { ingestFigures } from '../harness/ingest-figures.ts'

export default {
  about: 'spans as OTLP/protobuf, 8 a request over 64 connections',
  async run(context) {
    const ingested = await ingest(context, { kind: 'spans', perRequest: 8, connections: 64 })
    return ingestFigures(context, ingested, { thousandsPerSecond: 60, cpuPerMillion: 15, rssMegabytes: 512 })
  },
} satisfies Case
