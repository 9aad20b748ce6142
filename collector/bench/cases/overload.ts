/**
 * More than the collector can take: O1 (memory, goodput, refusals that are told), O4 (the delay of
 * the thread that answers) and O7 (received = stored + rejected + refused, to the item).
 *
 * The load is made beforehand, so how long it lasts is told by `--records`: a minute takes some 30 million.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Case } from '../harness/case.ts'
import { quantile } from '../harness/figure.ts'
import { LoadProcess } from '../harness/load-process.ts'
import { turnFigures } from '../harness/own-metrics.ts'
import { steadySender, weather } from '../harness/rough.ts'

/** Each has one request of 512 spans under way: ten times what keeps the journal busy. */
const CONNECTIONS = 256
const AFTER_MILLIS = 5_000

export default {
  about: `spans, 512 a request over ${CONNECTIONS} connections at once, in 512 MiB; refused requests come again`,
  run: ({ records, seed, folder }) =>
    weather(folder, async ({ port, collector, metrics }) => {
      const load = await LoadProcess.prepare({
        kind: 'spans',
        perRequest: 512,
        connections: CONNECTIONS,
        records,
        seed,
        port,
        startMillis: Date.now() - 3_600_000 - records,
      })
      try {
        await metrics()
        const sent = await load.run()
        const turns = turnFigures(await metrics())
        const { ingest } = await collector.status()
        await sleep(AFTER_MILLIS)
        const after = await steadySender(port, seed + 1, 100)
        await sleep(AFTER_MILLIS)
        const { took, refused } = await after.end()
        return [
          {
            name: 'acknowledged and fsynced',
            value: records / sent.seconds / 1000,
            unit: 'k/s',
            bar: { atLeast: 280 },
          },
          { name: 'refused, and sent again', value: sent.refusals, unit: 'requests' },
          {
            name: 'a refusal is told within, p99',
            value: sent.refusals === 0 ? 0 : quantile(sent.refusedAfter, 0.99),
            unit: 'ms',
            bar: { atMost: 100 },
          },
          {
            name: 'refusals without Retry-After',
            value: sent.refusalsUntimed,
            unit: 'requests',
            bar: { atMost: 0 },
          },
          ...turns,
          {
            name: 'refused five seconds after the load fell',
            value: (100 * refused) / took.length,
            unit: '%',
            bar: { atMost: 1 },
          },
          {
            name: 'acknowledged and not stored',
            value: Math.abs(records - ingest.acceptedSpans),
            unit: 'items',
            bar: { atMost: 0 },
          },
        ]
      } finally {
        load.kill()
      }
    }),
} satisfies Case
