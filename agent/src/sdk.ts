/**
 * The OpenTelemetry SDK under the agent: `NodeSDK` with everything that matters named, so that no default of it
 * opens a second exporter, a periodic metric reader or a detector that reads the process's arguments.
 */
import {
  defaultResource,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources'
import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node'
import { hostname } from 'node:os'
import type { Config } from './config.ts'
import { contexts } from './context.ts'
import { QueueingLogRecordProcessor, QueueingSpanProcessor } from './export/processors.ts'
import type { Queues } from './export/send.ts'

/** Longest attribute value (UTF-16 units), unless the environment names another: a stack trace fits. */
const VALUE_LIMIT = 16_384

declare const HODOSCOPE_VERSION: string | undefined
export const VERSION = typeof HODOSCOPE_VERSION === 'string' ? HODOSCOPE_VERSION : '0.0.0'

export function startSdk(config: Config, queues: Queues): NodeSDK {
  const sdk = new NodeSDK({
    contextManager: contexts,
    resource: defaultResource().merge(resourceFromAttributes(resourceAttributes(config))),
    ...(process.env['OTEL_NODE_RESOURCE_DETECTORS']
      ? {}
      : { resourceDetectors: [serviceInstanceIdDetector, envDetector] }),
    spanProcessors: queues.spans ? [new QueueingSpanProcessor(queues.spans)] : [],
    logRecordProcessors: queues.logs ? [new QueueingLogRecordProcessor(queues.logs)] : [],
    metricReaders: [],
    ...spanLimits(),
  })
  sdk.start()
  return sdk
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
