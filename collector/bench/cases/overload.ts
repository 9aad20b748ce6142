/**
 * More than the collector can take: O1 (memory, goodput, refusals that are told), O4 (the delay of
 * the thread that answers) and O7 (received = stored + rejected + refused, to the item).
 */
import { join } from 'node:path'
import type { Case } from '../harness/case.ts'
import { CollectorProcess, freePort } from '../harness/collector-process.ts'
import { Connection, getMessage } from '../harness/connection.ts'
import { LoadProcess } from '../harness/load-process.ts'
import { watchRss } from '../harness/process-tree.ts'

/** Each has one request of 512 spans under way: ten times what keeps the journal busy. */
const CONNECTIONS = 256

export default {
  about: `spans, 512 a request over ${CONNECTIONS} connections at once; refused requests come again`,
  async run({ records, seed, folder }) {
    const port = await freePort()
    const startMillis = Date.now() - 3_600_000 - records
    const load = await LoadProcess.prepare({
      kind: 'spans',
      perRequest: 512,
      connections: CONNECTIONS,
      records,
      seed,
      port,
      startMillis,
    })
    const collector = await CollectorProcess.start({ port, dataFolder: join(folder, 'data') })
    try {
      const rss = watchRss(collector.pid)
      const sent = await load.run()
      const metrics = await metricsOf(port)
      const { ingest } = await collector.status()
      await collector.stop()
      const received = metrics('hodoscope_ingest_received_items_total')
      return [
        {
          name: 'acknowledged and fsynced',
          value: records / sent.seconds / 1000,
          unit: 'k/s',
          bar: { atLeast: 280 },
        },
        { name: 'peak RSS', value: rss.stop() / 1e6, unit: 'MB', bar: { atMost: 512 } },
        { name: 'refused, and sent again', value: sent.refusals, unit: 'requests' },
        {
          name: 'slowest turn of the event loop',
          value: metrics('nodejs_eventloop_lag_max_seconds') * 1000,
          unit: 'ms',
          bar: { atMost: 250 },
        },
        {
          name: 'p99 of the event loop',
          value: metrics('nodejs_eventloop_lag_p99_seconds') * 1000,
          unit: 'ms',
          bar: { atMost: 50 },
        },
        {
          name: 'acknowledged and not stored',
          value: Math.abs(records - ingest.acceptedSpans),
          unit: 'requests',
          bar: { atMost: 0 },
        },
        {
          name: 'received less stored, rejected and refused',
          value: Math.abs(
            received -
              metrics('hodoscope_ingest_stored_items_total') -
              metrics('hodoscope_ingest_rejected_items_total') -
              metrics('hodoscope_ingest_refused_items_total'),
          ),
          unit: 'requests',
          bar: { atMost: 0 },
        },
      ]
    } catch (error) {
      collector.kill()
      load.kill()
      throw error
    }
  },
} satisfies Case

/** Sums of the collector's own metrics by name, over all labels. */
async function metricsOf(port: number): Promise<(name: string) => number> {
  const connection = await Connection.open(port)
  const { body } = await connection.request(getMessage(port, '/metrics'))
  connection.close()
  const text = body.toString()
  return name => {
    const values = [...text.matchAll(new RegExp(`^${name}(?:{.*})? (\\S+)$`, 'gm'))]
    return values.reduce((sum, [, value]) => sum + Number(value), 0)
  }
}
