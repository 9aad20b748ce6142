/** Spans as `exporter-trace-otlp-http` sends them by default. */
import type { Case } from '../harness/case.ts'
import { ingest } from '../harness/ingest.ts'
import { ingestFigures } from '../harness/ingest-figures.ts'

export default {
  about: 'spans as OTLP/JSON, 512 a request over 8 connections',
  async run(context) {
    const ingested = await ingest(context, { kind: 'spans-json', perRequest: 512, connections: 8 })
    return ingestFigures(context, ingested, { thousandsPerSecond: 120, cpuPerMillion: 14, rssMegabytes: 512 })
  },
} satisfies Case
