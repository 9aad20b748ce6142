/**
 * O5: 20 people ask for what takes long, all at once and again and again, while spans come in at
 * half of what can be taken.
 */
import type { Case } from '../harness/case.ts'
import { CollectorProcess } from '../harness/collector-process.ts'
import { Connection, getMessage } from '../harness/connection.ts'
import { quantile } from '../harness/figure.ts'
import { ingest } from '../harness/ingest.ts'
import { LoadProcess } from '../harness/load-process.ts'
import { balanceFigure, ownMetrics } from '../harness/own-metrics.ts'
import { comparedFigures } from '../harness/rough.ts'
import type { Sent } from '../harness/send-all.ts'

const ASKING = 20
/** Half of what one connection after the other takes on two cores. */
const SPANS_A_SECOND = 140_000
const SECONDS = 10
/** Every text of every span is looked through for it, and it is in none. */
const HEAVY = `/api/traces?q=${encodeURIComponent('"o such a thin"')}&from=1&limit=20`
const TIMEOUT_MILLIS = 30_000

export default {
  about: `${ASKING} heavy searches at a time under ${SPANS_A_SECOND / 1000} k spans/s`,
  async run(context) {
    const stored = await ingest(context, { kind: 'spans', perRequest: 512, connections: 8 })
    const collector = await CollectorProcess.start(stored)
    try {
      const calm = await ingested(stored.port, context.seed + 1)
      let goOn = true
      const asking = Promise.all(Array.from({ length: ASKING }, () => ask(stored.port, () => goOn)))
      const storm = await ingested(stored.port, context.seed + 2)
      goOn = false
      const asked = (await asking).flat()
      const others = asked.filter(({ status }) => ![200, 429, 504].includes(status))
      const balance = balanceFigure(await ownMetrics(stored.port))
      await collector.stop()
      return [
        ...comparedFigures(calm.took, storm.took, 2),
        { name: 'searches answered', value: asked.length, unit: 'times', bar: { atLeast: ASKING } },
        { name: 'neither answered, 429 nor 504', value: others.length, unit: 'times', bar: { atMost: 0 } },
        {
          name: 'slowest search',
          value: Math.max(...asked.map(({ took }) => took)),
          unit: 'ms',
          bar: { atMost: TIMEOUT_MILLIS + 11_000 },
        },
        {
          name: 'search, p50',
          value: quantile(
            asked.map(({ took }) => took),
            0.5,
          ),
          unit: 'ms',
        },
        balance,
      ]
    } catch (error) {
      collector.kill()
      throw error
    }
  },
} satisfies Case

async function ingested(port: number, seed: number): Promise<Sent> {
  const load = await LoadProcess.prepare({
    kind: 'spans',
    perRequest: 512,
    connections: 8,
    records: SPANS_A_SECOND * SECONDS,
    seed,
    port,
    startMillis: Date.now() - 60_000,
    perSecond: SPANS_A_SECOND,
  })
  return load.run()
}

async function ask(port: number, goesOn: () => boolean): Promise<{ status: number; took: number }[]> {
  const connection = await Connection.open(port)
  const asked: { status: number; took: number }[] = []
  while (goesOn()) {
    const began = performance.now()
    const { status } = await connection.request(getMessage(port, HEAVY))
    asked.push({ status, took: performance.now() - began })
  }
  connection.close()
  return asked
}
