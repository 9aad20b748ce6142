/** How long a person waits for a trace whose id is known. */
import type { Case } from '../harness/case.ts'
import { CollectorProcess } from '../harness/collector-process.ts'
import { Connection, getMessage } from '../harness/connection.ts'
import { quantile, type Figure } from '../harness/figure.ts'
import { stored as storedData } from '../harness/stored.ts'
import { SERVICES } from '../payload/shop.ts'
import { SPANS_PER_TRACE } from '../payload/trace.ts'
import { Random } from '../payload/random.ts'
import type { TraceAnswer } from '../../src/serve/api-types.ts'

const LOOKUPS = 1000

export default {
  about: `${LOOKUPS} random traces by id over HTTP, one at a time, at rest; first after a restart, then warm`,
  async run(context) {
    const stored = await storedData(context)
    const collector = await CollectorProcess.start(stored)
    try {
      const random = new Random(context.seed, 9)
      const first = await lookups(stored.port, sample(stored.traceIds, random))
      const warm = await lookups(stored.port, sample(stored.traceIds, random))
      return [...latencyFigures('first after a restart', first), ...latencyFigures('warm', warm)]
    } finally {
      await collector.stop()
    }
  },
} satisfies Case

/** The very last trace may be cut short; it stands in the last requests of the services. */
function sample(traceIds: readonly string[], random: Random): string[] {
  const whole = traceIds.slice(0, -SERVICES.length)
  return Array.from({ length: LOOKUPS }, () => random.pick(whole))
}

/** Milliseconds of each; every answer is looked into, outside of the time. */
async function lookups(port: number, traceIds: readonly string[]): Promise<number[]> {
  const connection = await Connection.open(port)
  const took: number[] = []
  for (const traceId of traceIds) {
    const message = getMessage(port, `/api/traces/${traceId}`)
    const began = performance.now()
    const { status, body } = await connection.request(message)
    took.push(performance.now() - began)
    const answer = status === 200 ? (JSON.parse(body.toString()) as TraceAnswer) : undefined
    if (answer?.spans.length !== SPANS_PER_TRACE)
      throw new Error(`trace ${traceId}: ${status} with ${answer?.spans.length} of ${SPANS_PER_TRACE} spans`)
  }
  connection.close()
  return took
}

function latencyFigures(when: string, took: readonly number[]): Figure[] {
  return [
    { name: `p50, ${when}`, value: quantile(took, 0.5), unit: 'ms', bar: { atMost: 5 } },
    { name: `p99, ${when}`, value: quantile(took, 0.99), unit: 'ms', bar: { atMost: 20 } },
    { name: `slowest, ${when}`, value: Math.max(...took), unit: 'ms' },
  ]
}
