/** Counting for objectives alone: what the consumer thread spends on it besides blocks. */
import { EventCounting } from '../../src/derive/counting.ts'
import { TraceScan } from '../../src/derive/scan.ts'
import { parseSearch } from '../../src/query/search/parse.ts'
import type { Case } from '../harness/case.ts'
import type { Figure } from '../harness/figure.ts'
import { spanRequests } from '../payload/payload.ts'
import { SERVICES } from '../payload/shop.ts'

const good = parseSearch('-status:error')

/** One objective for each of the services, over what it serves. */
const byService = (services: readonly string[]) =>
  services.map(service =>
    JSON.stringify({ signal: 'traces', event: parseSearch(`service:${service} kind:server`), good }),
  )

export default {
  about: 'canonical bodies to good and bad events by minute, in one thread, nothing written',
  async run({ seed, records }) {
    const figures: Figure[] = []
    for (const perRequest of [512, 8])
      for (const objectives of [8, 500]) {
        const requests = [...spanRequests({ seed, perRequest, spans: records })]
        const services = Array.from({ length: objectives }, (_, i) => SERVICES[i] ?? `other-${i}`)
        const counting = new EventCounting()
        counting.define(
          byService(services).map((definition, id) => ({
            id,
            objective: '',
            generation: 1,
            definition,
            liveFrom: -1,
          })),
        )
        const scan = new TraceScan([counting])
        const begun = process.cpuUsage()
        for (const { body } of requests) {
          scan.walk(body)
          counting.keep()
        }
        const { user, system } = process.cpuUsage(begun)
        const events = [...counting.takeDeltas().values()].flatMap(minutes => [...minutes.values()])
        if (events.length === 0) throw new Error('nothing was counted')
        figures.push({
          name: `${objectives} objectives, ${perRequest} spans a request`,
          value: (user + system) / records,
          unit: 'CPU s per million',
          ...(perRequest === 512 ? { bar: { atMost: 0.6 } } : {}),
        })
      }
    return figures
  },
} satisfies Case
