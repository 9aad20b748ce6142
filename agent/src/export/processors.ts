/**
 * The SDK's processors: they put the correlation id on each record and hand finished ones to the queue.
 */
import { TraceFlags, type Context } from '@opentelemetry/api'
import type { LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace'
import { CORRELATION_ATTRIBUTE, correlationOf } from '../correlation.ts'
import { guarded } from '../guard.ts'
import type { ExportQueue } from './queue.ts'
import { bytesOfLog, bytesOfSpan } from './size.ts'

export class QueueingSpanProcessor implements SpanProcessor {
  readonly #queue: ExportQueue<ReadableSpan>

  constructor(queue: ExportQueue<ReadableSpan>) {
    this.#queue = queue
  }

  /** A server span has its id from the start; a span outside of any request takes its own trace id. */
  readonly onStart = guarded((span: Span, parent: Context) => {
    if (span.attributes[CORRELATION_ATTRIBUTE] !== undefined) return
    span.setAttribute(CORRELATION_ATTRIBUTE, correlationOf(parent) ?? span.spanContext().traceId)
  })

  readonly onEnd = guarded((span: ReadableSpan) => {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.#queue.add(span, bytesOfSpan(span))
  })

  async forceFlush(): Promise<void> {
    await this.#queue.flush()
  }

  shutdown(): Promise<void> {
    return this.forceFlush()
  }
}

export class QueueingLogRecordProcessor implements LogRecordProcessor {
  readonly #queue: ExportQueue<ReadableLogRecord>

  constructor(queue: ExportQueue<ReadableLogRecord>) {
    this.#queue = queue
  }

  readonly onEmit = guarded((record: ReadWriteLogRecord, context?: Context) => {
    const id = context && correlationOf(context)
    if (id !== undefined) record.setAttribute(CORRELATION_ATTRIBUTE, id)
    this.#queue.add(record, bytesOfLog(record))
  })

  async forceFlush(): Promise<void> {
    await this.#queue.flush()
  }

  shutdown(): Promise<void> {
    return this.forceFlush()
  }
}
