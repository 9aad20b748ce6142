/** How long a person waits for a trace whose id is known, while 100,000 spans a second come in. */
import type { Case } from '../harness/case.ts'
import { CollectorProcess } from '../harness/collector-process.ts'
import { Connection, getMessage } from '../harness/connection.ts'
import { quantile } from '../harness/figure.ts'
import { ingest } from '../harness/ingest.ts'
import { LoadProcess } from '../harness/load-process.ts'
import { Random } from '../payload/random.ts'
import { SERVICES } from '../payload/shop.ts'
import { SPANS_PER_TRACE } from '../payload/trace.ts'
import type { TraceAnswer } from '../../src/serve/api-types.ts'

const SPANS_A_SECOND = 100_000
const LOAD_SECONDS = 30

export default {
  about: `random traces by id over HTTP, one at a time, under ${SPANS_A_SECOND / 1000} k spans/s for ${LOAD_SECONDS} s`,
  async run(context) {
    const stored = await ingest(context, { kind: 'spans', perRequest: 512, connections: 8 })
    const load = await LoadProcess.prepare({
      kind: 'spans',
      perRequest: 512,
      connections: 8,
      records: SPANS_A_SECOND * LOAD_SECONDS,
      seed: context.seed + 1,
      port: stored.port,
      startMillis: Date.now() - 60_000,
      perSecond: SPANS_A_SECOND,
    })
    const collector = await CollectorProcess.start(stored)
    try {
      let running = true
      const sending = load.run().finally(() => (running = false))
      const whole = stored.traceIds.slice(0, -SERVICES.length)
      const took = await lookups(stored.port, whole, new Random(context.seed, 9), () => running)
      const { seconds } = await sending
      await collector.stop()
      return [
        { name: 'p50', value: quantile(took, 0.5), unit: 'ms' },
        { name: 'p99', value: quantile(took, 0.99), unit: 'ms', bar: { atMost: 50 } },
        { name: 'slowest', value: Math.max(...took), unit: 'ms' },
        { name: 'looked up', value: took.length, unit: 'times' },
        {
          name: 'ingest meanwhile',
          value: (SPANS_A_SECOND * LOAD_SECONDS) / seconds / 1000,
          unit: 'k/s',
          bar: { atLeast: (0.98 * SPANS_A_SECOND) / 1000 },
        },
      ]
    } catch (error) {
      collector.kill()
      load.kill()
      throw error
    }
  },
} satisfies Case

/** Milliseconds of each; every answer is looked into, outside of the time. */
async function lookups(
  port: number,
  traceIds: readonly string[],
  random: Random,
  goesOn: () => boolean,
): Promise<number[]> {
  const connection = await Connection.open(port)
  const took: number[] = []
  while (goesOn()) {
    const traceId = random.pick(traceIds)
    const began = performance.now()
    const { status, body } = await connection.request(getMessage(port, `/api/traces/${traceId}`))
    took.push(performance.now() - began)
    const answer = status === 200 ? (JSON.parse(body.toString()) as TraceAnswer) : undefined
    if (answer?.spans.length !== SPANS_PER_TRACE) throw new Error(`trace ${traceId}: ${status}`)
  }
  connection.close()
  return took
}
