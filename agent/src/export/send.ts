/**
 * The way from a queue to the collector: OpenTelemetry's own OTLP/HTTP exporters, and their answer read as what the
 * queue shall do next.
 *
 * The exporters retry for ten seconds by themselves (429, 502, 503, 504, network). What fails after that stays in
 * the queue, save where the collector refused the content itself, which no repetition will change.
 */
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { ExportResultCode, suppressTracing, type ExportResult } from '@opentelemetry/core'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Config } from '../config.ts'
import { collectorAgent } from './http-agent.ts'
import { ExportQueue, type Outcome } from './queue.ts'
import type { Reporter } from './report.ts'

/** Undefined where the signal is switched off. */
export interface Queues {
  readonly spans: ExportQueue<ReadableSpan> | undefined
  readonly logs: ExportQueue<ReadableLogRecord> | undefined
}

export function createQueues(config: Config, reporter: Reporter): Queues {
  const options = (url: string) => ({
    url,
    ...(config.token === undefined ? {} : { headers: { authorization: `Bearer ${config.token}` } }),
    httpAgentOptions: (protocol: string) =>
      collectorAgent(protocol, error => reporter.unreachable(reasonOf(error))),
  })
  const onOutcome = (outcome: Outcome, items: number) => reporter.outcome(outcome, items)
  return {
    spans: config.traces.enabled
      ? new ExportQueue(sendBy(new OTLPTraceExporter(options(config.traces.url))), onOutcome, config.traces)
      : undefined,
    logs: config.logs.enabled
      ? new ExportQueue(sendBy(new OTLPLogExporter(options(config.logs.url))), onOutcome, config.logs)
      : undefined,
  }
}

interface Exporter<T> {
  export(items: T[], done: (result: ExportResult) => void): void
}

/** The export runs outside of any request's context, and its own HTTP request leaves no span. */
export function sendBy<T>(exporter: Exporter<T>): (items: T[]) => Promise<Outcome> {
  return items =>
    new Promise(resolve => {
      context.with(suppressTracing(ROOT_CONTEXT), () => {
        try {
          exporter.export(items, result => resolve(outcomeOf(result)))
        } catch (error) {
          resolve({ kind: 'refused', reason: `could not be serialised: ${reasonOf(error)}` })
        }
      })
    })
}

export function outcomeOf(result: ExportResult): Outcome {
  if (result.code === ExportResultCode.SUCCESS) return { kind: 'sent' }
  const error = result.error as { code?: unknown; message: string } | undefined
  if (typeof error?.code !== 'number') return { kind: 'retry', reason: reasonOf(error) }
  const reason = `the collector answered ${error.code} ${error.message}`.trim()
  return { kind: error.code === 413 ? 'too-large' : 'refused', reason }
}

function reasonOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return typeof code === 'string'
    ? code
    : typeof message === 'string' && message !== ''
      ? message
      : 'unknown error'
}
