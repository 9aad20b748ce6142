/**
 * The SDK's processors: they put the correlation id on each record, and finished ones as text into the queue.
 */
import { TraceFlags, type Context } from '@opentelemetry/api'
import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace'
import { CORRELATION_ATTRIBUTE, correlationOf } from '../correlation.ts'
import { guarded } from '../guard.ts'
import { hardenSpans } from '../harden.ts'
import type { Item } from './item.ts'
import type { ExportQueue } from './queue.ts'
import { logItem, spanItem } from './records.ts'
import type { ResourceText } from './resource-text.ts'

export class QueueingSpanProcessor implements SpanProcessor {
  readonly #queue: ExportQueue<Item>
  readonly #resource: ResourceText
  #hardened = false

  constructor(queue: ExportQueue<Item>, resource: ResourceText) {
    this.#queue = queue
    this.#resource = resource
  }

  /** A server span has its id from the start; a span outside of any request takes its own trace id. */
  readonly onStart = guarded((span: Span, parent: Context) => {
    if (!this.#hardened) {
      this.#hardened = true
      hardenSpans(span)
    }
    if (span.attributes[CORRELATION_ATTRIBUTE] !== undefined) return
    span.setAttribute(CORRELATION_ATTRIBUTE, correlationOf(parent) ?? span.spanContext().traceId)
  })

  readonly onEnd = (span: ReadableSpan): void => {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return
    this.#resource.see(span.resource)
    enqueue(this.#queue, () => spanItem(span))
  }

  async forceFlush(): Promise<void> {
    await this.#queue.flush()
  }

  shutdown(): Promise<void> {
    return this.forceFlush()
  }
}

export class QueueingLogRecordProcessor implements LogRecordProcessor {
  readonly #queue: ExportQueue<Item>
  readonly #resource: ResourceText

  constructor(queue: ExportQueue<Item>, resource: ResourceText) {
    this.#queue = queue
    this.#resource = resource
  }

  readonly onEmit = guarded((record: ReadWriteLogRecord, context?: Context) => {
    const id = context && correlationOf(context)
    if (id !== undefined) record.setAttribute(CORRELATION_ATTRIBUTE, id)
    this.#resource.see(record.resource)
    enqueue(this.#queue, () => logItem(record))
  })

  async forceFlush(): Promise<void> {
    await this.#queue.flush()
  }

  shutdown(): Promise<void> {
    return this.forceFlush()
  }
}

/** What the host has put on a record may defy encoding; then the record is lost, and counted. */
function enqueue(queue: ExportQueue<Item>, encode: () => Item): void {
  let item: Item
  try {
    item = encode()
  } catch (error) {
    queue.lose('not encodable', error instanceof Error ? error.message : 'unreadable')
    return
  }
  queue.add(item)
}
