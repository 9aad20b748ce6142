/** One trace of all records, and one of a tenth: how long a person waits for windows of it, and what that takes. */
import { join } from 'node:path'
import type { TraceAnswer } from '../../src/serve/api-types.ts'
import type { Case, CaseContext } from '../harness/case.ts'
import { CollectorProcess, freePort } from '../harness/collector-process.ts'
import { quantile, type Figure } from '../harness/figure.ts'
import { filled } from '../harness/ingest.ts'
import { watchRss } from '../harness/process-tree.ts'

const ROWS = 1000
const WINDOWS = 40
const WHOLE_ROUNDS = 3

export default {
  about: `one trace of all spans: windows of ${ROWS} rows over HTTP, the first after a restart; a trace of a tenth as a whole`,
  async run(context) {
    const [large, whole] = [await storeTrace(context, 1), await storeTrace(context, 10)]
    const dataFolder = join(context.folder, 'data')
    const collector = await CollectorProcess.start({
      port: await freePort(),
      dataFolder,
      profileFolder: context.profileFolder,
    })
    const rss = watchRss(collector.pid)
    try {
      const ask = new Asking(collector.port)
      const first = await ask.window(large, 0)
      const next: number[] = []
      for (let n = 1; n <= WINDOWS; n++)
        next.push(await ask.window(large, Math.floor((n * (context.records - ROWS)) / WINDOWS)))
      const otlp = await ask.otlp(large, context.records)
      const peakOfWindows = rss.stop()
      const rssWhole = watchRss(collector.pid)
      const wholes: number[] = []
      for (let n = 0; n < WHOLE_ROUNDS; n++)
        wholes.push(await ask.whole(whole, Math.floor(context.records / 10)))
      return [
        { name: 'first window, after a restart', value: first, unit: 'ms', bar: { atMost: 2000 } },
        ...waits('next windows, all over it', next, 200),
        { name: 'all of it as OTLP', value: otlp, unit: 'ms' },
        { name: 'peak RSS so far', value: peakOfWindows / 1e6, unit: 'MB', bar: { atMost: 512 } },
        { name: 'a tenth as a whole, first', value: wholes[0]!, unit: 'ms' },
        { name: 'a tenth as a whole, again', value: quantile(wholes.slice(1), 0.5), unit: 'ms' },
        { name: 'peak RSS of that', value: rssWhole.stop() / 1e6, unit: 'MB' },
      ]
    } finally {
      await collector.stop()
    }
  },
} satisfies Case

const waits = (what: string, took: readonly number[], atMost: number): Figure[] => [
  { name: what, value: quantile(took, 0.5), unit: 'ms', bar: { atMost } },
  { name: `${what}: slowest of ${took.length}`, value: Math.max(...took), unit: 'ms' },
]

/** @returns its trace id */
async function storeTrace({ records, seed, folder }: CaseContext, share: number): Promise<string> {
  const load = { kind: 'trace', perRequest: 512, connections: 8 } as const
  const order = { records: Math.floor(records / share), seed: seed + share, profileFolder: undefined }
  const { traceIds } = await filled(order, join(folder, 'data'), load, async (collector, sender) => {
    await sender.run()
    await collector.stop()
    return {}
  })
  return traceIds[0]!
}

class Asking {
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  /** Milliseconds; what comes is looked into, outside of the time. */
  async window(traceId: string, row: number): Promise<number> {
    const [took, answer] = await this.#trace(`${traceId}?limit=${ROWS}&row=${row}&logs=0`)
    if (answer.spans.length !== ROWS || answer.window.row !== row || answer.partial.length > 0)
      throw new Error(`row ${row} of ${traceId}: ${answer.spans.length} spans`)
    return took
  }

  async whole(traceId: string, spans: number): Promise<number> {
    const [took, answer] = await this.#trace(traceId)
    if (answer.spans.length !== spans) throw new Error(`${traceId}: ${answer.spans.length} of ${spans} spans`)
    return took
  }

  async otlp(traceId: string, spans: number): Promise<number> {
    const began = performance.now()
    const response = await fetch(this.#url(`${traceId}?format=otlp`))
    const name = '"spanId":'
    let found = 0
    let rest = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const text = rest + chunk
      found += text.split(name).length - 1
      rest = text.slice(1 - name.length)
    }
    if (found !== spans) throw new Error(`${traceId} as OTLP: ${found} of ${spans} spans`)
    return performance.now() - began
  }

  async #trace(path: string): Promise<[number, TraceAnswer]> {
    const began = performance.now()
    const response = await fetch(this.#url(path))
    const text = await response.text()
    const took = performance.now() - began
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text.slice(0, 500)}`)
    return [took, JSON.parse(text) as TraceAnswer]
  }

  readonly #url = (path: string): string => `http://127.0.0.1:${this.#port}/api/traces/${path}`
}
