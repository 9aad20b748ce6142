/**
 * The OpenTelemetry SDK under the agent: `NodeSDK` with everything that matters named, so that no default of it
 * opens a second exporter or a detector that reads the process's arguments; hardened against the host.
 */
import { metrics, propagation, logs, trace, type ProxyTracerProvider } from '@opentelemetry/api'
import { CompositePropagator, W3CBaggagePropagator } from '@opentelemetry/core'
import {
  defaultResource,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  type Resource,
} from '@opentelemetry/resources'
import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node'
import type { Sampler } from '@opentelemetry/sdk-trace'
import { hostname } from 'node:os'
import type { Config } from './config.ts'
import { contexts } from './context.ts'
import { metricReader } from './export/metric-reader.ts'
import { QueueingLogRecordProcessor, QueueingSpanProcessor } from './export/processors.ts'
import type { ResourceText } from './export/resource-text.ts'
import type { Queues } from './export/send.ts'
import { hardenContexts, hardenLogging, hardenMetrics, hardenPropagation, hardenTracing } from './harden.ts'
import { LightTracer } from './light-tracer.ts'
import { measureHttp } from './metrics/http.ts'
import { StrictTraceContextPropagator } from './trace-context.ts'
import { setTracer } from './tracer.ts'
import { VERSION } from './version.ts'

/** Longest attribute value (UTF-16 units), unless the environment names another. */
const VALUE_LIMIT = 4096

export function startSdk(config: Config, queues: Queues, resource: ResourceText): Sdk {
  const traces = queues.of('traces')
  const records = queues.of('logs')
  const points = queues.of('metrics')
  const reader =
    points &&
    metricReader(points, config.metrics, resource, [measureHttp(config.metrics.temporality !== 'cumulative')])
  const spans = traces && new QueueingSpanProcessor(traces, resource)
  const sdk = new NodeSDK({
    contextManager: contexts,
    ...(process.env['OTEL_PROPAGATORS'] ? {} : { textMapPropagator: defaultPropagator() }),
    resource: defaultResource().merge(resourceFromAttributes(resourceAttributes(config))),
    ...(process.env['OTEL_NODE_RESOURCE_DETECTORS']
      ? {}
      : { resourceDetectors: [serviceInstanceIdDetector, envDetector] }),
    spanProcessors: spans ? [spans] : [],
    logRecordProcessors: records ? [new QueueingLogRecordProcessor(records, resource)] : [],
    metricReaders: reader ? [reader] : [],
    ...spanLimits(),
  })
  sdk.start()
  if (spans) setTracer(lightTracer(spans))
  harden(queues)
  return { shutdown: () => sdk.shutdown(), collect: async () => reader?.forceFlush() }
}

/** What the SDK has read from the environment, and tells nobody; its version is pinned. */
interface Inside {
  readonly ['_sampler']: Sampler
  readonly ['_resource']: Resource
  readonly ['_spanLimits']: { attributeCountLimit: number; eventCountLimit: number; linkCountLimit: number }
}

function lightTracer({ onEnd }: QueueingSpanProcessor): LightTracer {
  const provider = trace.getTracerProvider() as ProxyTracerProvider
  const inside = provider.getDelegate().getTracer('@hodoscope/agent') as unknown as Inside
  const { attributeCountLimit, eventCountLimit, linkCountLimit } = inside['_spanLimits']
  return new LightTracer({
    sampler: inside['_sampler'],
    resource: inside['_resource'],
    limits: { attributes: attributeCountLimit, events: eventCountLimit, links: linkCountLimit },
    onEnd,
  })
}

export interface Sdk {
  shutdown(): Promise<void>
  /** Reads the metrics now, into their queue, and sends them. */
  collect(): Promise<void>
}

function harden(queues: Queues): void {
  hardenContexts(contexts)
  hardenPropagation(propagation)
  if (queues.of('traces')) hardenTracing(trace.getTracerProvider())
  if (queues.of('logs')) hardenLogging(logs.getLoggerProvider())
  if (queues.of('metrics')) hardenMetrics(metrics.getMeterProvider())
}

function defaultPropagator(): CompositePropagator {
  return new CompositePropagator({
    propagators: [new StrictTraceContextPropagator(), new W3CBaggagePropagator()],
  })
}

function resourceAttributes(config: Config): Record<string, string | number> {
  return {
    'service.name': config.serviceName,
    ...(config.serviceVersion === undefined ? {} : { 'service.version': config.serviceVersion }),
    'host.name': hostname(),
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    'telemetry.distro.name': 'hodoscope',
    'telemetry.distro.version': VERSION,
  }
}

function spanLimits(): Pick<Partial<NodeSDKConfiguration>, 'spanLimits'> {
  const named = ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT']
  return named.some(name => process.env[name])
    ? {}
    : { spanLimits: { attributeValueLengthLimit: VALUE_LIMIT } }
}
