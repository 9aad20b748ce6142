/** How long a person waits for a search over all stored spans, warm. */
import type { HistogramAnswer, TraceAnswer } from '../../src/serve/api-types.ts'
import type { Case } from '../harness/case.ts'
import { CollectorProcess } from '../harness/collector-process.ts'
import { stored as storedData } from '../harness/stored.ts'
import { Questions, waitFigures } from '../harness/questions.ts'
import { SERVICES } from '../payload/shop.ts'

const MATCHING_SHARE = 0.0001

export default {
  about:
    'searches over the whole range through HTTP, one at a time, each asked 20 times warm; medians and slowest',
  async run(context) {
    const stored = await storedData(context)
    const collector = await CollectorProcess.start(stored)
    const ask = await Questions.open(stored.port)
    try {
      const service = SERVICES[0]!
      const least = await rareDuration(ask, service, context.records * MATCHING_SHARE)
      const slow = `service:${service} duration>${least}us`
      const path = await somePath(ask, stored.traceIds[stored.traceIds.length >> 1]!)
      return [
        ...waitFigures('newest 20 by service and duration', await ask.repeatedly(traces(slow), 20), 100),
        ...waitFigures('one rare attribute value', await ask.repeatedly(traces(`url.path:"${path}"`), 1), 50),
        ...waitFigures(
          'an attribute value that is nowhere',
          await ask.repeatedly(traces('user.id:nobody'), 0),
          50,
        ),
      ]
    } finally {
      ask.close()
      await collector.stop()
    }
  },
} satisfies Case

const traces = (q: string): string => `/api/traces?from=0&limit=20&q=${encodeURIComponent(q)}`

/** Microseconds above which about so many spans of the service lie. */
async function rareDuration(ask: Questions, service: string, wanted: number): Promise<number> {
  let [low, high] = [0, 60_000_000]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    const q = encodeURIComponent(`service:${service} duration>${middle}us`)
    const { counts } = await ask.once<HistogramAnswer>(`/api/traces/histogram?from=0&buckets=1&q=${q}`)
    const found = Object.values(counts).reduce((sum, [count]) => sum + count!, 0)
    if (found > wanted) low = middle
    else high = middle
  }
  return high
}

async function somePath(ask: Questions, traceId: string): Promise<string> {
  const { spans } = await ask.once<TraceAnswer>(`/api/traces/${traceId}`)
  const path = spans.flatMap(span => span.attributes).find(entry => entry.key === 'url.path')
  if (typeof path?.value !== 'string') throw new Error(`trace ${traceId} has no path`)
  return path.value
}
