/**
 * The queues of the three signals and their way to the collector.
 *
 * What waits in all of them shares one room. The export runs outside of any request's context, and its own HTTP
 * request leaves no span.
 */
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import type { Config } from '../config.ts'
import { SIGNALS, type SignalName } from '../otlp-settings.ts'
import { requestBody } from './body.ts'
import { collectorAgent, readCertificates, type Certificates } from './http-agent.ts'
import type { Item, Outcome } from './item.ts'
import { sendNow } from './last-flush.ts'
import { post, type Destination } from './post.ts'
import { ExportQueue, type QueueSettings } from './queue.ts'
import type { Reporter } from './report.ts'
import type { ResourceText } from './resource-text.ts'
import { Room } from './room.ts'

/** A collection of metrics is complete as it comes. */
const METRICS_BATCHING: QueueSettings = { delayMillis: 0, maxBatchItems: 2000 }

interface Line {
  readonly signal: SignalName
  readonly queue: ExportQueue<Item>
  readonly destination: Destination & { readonly certificates: Certificates }
}

export class Queues {
  readonly #lines: readonly Line[]
  readonly #resource: ResourceText

  /** @throws when a certificate cannot be read */
  constructor(config: Config, reporter: Reporter, resource: ResourceText) {
    const room = new Room()
    this.#resource = resource
    this.#lines = SIGNALS.filter(signal => config[signal].enabled).map(signal => {
      const certificates = readCertificates(config[signal].tls)
      const agent = collectorAgent(config[signal].url, certificates)
      const destination = { ...config[signal], certificates, agent }
      const batching = signal === 'metrics' ? METRICS_BATCHING : config[signal]
      const send = (items: readonly Item[]) => this.#send(signal, destination, items)
      return { signal, destination, queue: new ExportQueue(send, reporter.watch(signal), room, batching) }
    })
  }

  get all(): ExportQueue<Item>[] {
    return this.#lines.map(line => line.queue)
  }

  /** Undefined where the signal is switched off. */
  of(signal: SignalName): ExportQueue<Item> | undefined {
    return this.#lines.find(line => line.signal === signal)?.queue
  }

  #send(signal: SignalName, destination: Destination, items: readonly Item[]): Promise<Outcome> {
    return context.with(suppressTracing(ROOT_CONTEXT), async () =>
      post(destination, requestBody(signal, await this.#resource.settled(), items)),
    )
  }

  /** At the very end: all that is left, from another thread, while this one waits. Nothing is sent within no time. */
  sendLast(budgetMillis: number): void {
    const left = this.#lines.flatMap(line => line.queue.takeLast().map(items => ({ line, items })))
    if (left.length === 0) return
    const taken =
      budgetMillis > 0
        ? sendNow(
            left.map(({ line, items }) => this.#last(line, items)),
            budgetMillis,
          )
        : []
    left.forEach(({ line, items }, i) => {
      line.queue.settleLast(
        taken[i] ?? false,
        items.length,
        'the process ended before the collector had them',
      )
    })
  }

  #last({ signal, destination }: Line, items: readonly Item[]) {
    return {
      url: destination.url,
      headers: { ...destination.headers, 'content-type': 'application/json' },
      tls: destination.certificates,
      body: requestBody(signal, this.#resource.now(), items),
    }
  }

  close(): void {
    for (const { queue, destination } of this.#lines) {
      queue.close()
      destination.agent.destroy()
    }
  }
}
