/** A thousand services that say little: every request is small, and comes on a connection of its own. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Case } from '../harness/case.ts'
import { Connection, postMessage } from '../harness/connection.ts'
import { cpuSeconds } from '../harness/process-tree.ts'
import { weather } from '../harness/rough.ts'
import { spanRequests } from '../payload/payload.ts'

const SERVICES = 1_000
const SPANS_A_SECOND = 5
/** What exporters wait between two exports. */
const EVERY_MILLIS = 5_000
const WARM_UP_MILLIS = 10_000
const MEASURED_MILLIS = 30_000

export default {
  about: `${SERVICES} services × ${SPANS_A_SECOND} spans/s, exported every ${EVERY_MILLIS / 1000} s, each over its own connection`,
  run: ({ folder, seed }) =>
    weather(folder, async ({ port, collector }) => {
      const perRequest = (SPANS_A_SECOND * EVERY_MILLIS) / 1000
      const rounds = 2 + (WARM_UP_MILLIS + MEASURED_MILLIS) / EVERY_MILLIS
      const requests = spanRequests({
        seed,
        spans: SERVICES * perRequest * rounds * 2,
        perRequest,
        startMillis: Date.now() - 3_600_000,
      })
      const counts = { sent: 0, refused: 0 }
      const end = new AbortController()
      const service = async (n: number): Promise<void> => {
        await sleep((EVERY_MILLIS * n) / SERVICES)
        const connection = await Connection.open(port)
        for (let began = performance.now(); !end.signal.aborted; began += EVERY_MILLIS) {
          const { body } = requests.next().value!
          const { status } = await connection.request(
            postMessage(port, '/v1/traces', 'application/x-protobuf', body),
          )
          counts.sent++
          if (status !== 200) counts.refused++
          await sleep(began + EVERY_MILLIS - performance.now())
        }
        connection.close()
      }
      const services = Promise.all(Array.from({ length: SERVICES }, (_, n) => service(n)))
      await sleep(WARM_UP_MILLIS)
      const [cpu, sent, began] = [cpuSeconds(collector.pid), counts.sent, performance.now()]
      await sleep(MEASURED_MILLIS)
      const seconds = (performance.now() - began) / 1000
      const used = cpuSeconds(collector.pid) - cpu
      const rate = ((counts.sent - sent) * perRequest) / seconds
      end.abort()
      await services
      return [
        { name: 'of a core', value: (100 * used) / seconds, unit: '%', bar: { atMost: 35 } },
        {
          name: 'spans taken a second',
          value: rate / 1000,
          unit: 'k/s',
          bar: { atLeast: (0.98 * SERVICES * SPANS_A_SECOND) / 1000 },
        },
        { name: 'refused', value: counts.refused, unit: 'requests', bar: { atMost: 0 } },
      ]
    }),
} satisfies Case
