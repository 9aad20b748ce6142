/**
 * Durations of HTTP requests, incoming and outgoing.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
import type { Attributes } from '@opentelemetry/api'
import { emptyResource } from '@opentelemetry/resources'
import type { MetricProducer } from '@opentelemetry/sdk-metrics'
import { VERSION } from '../version.ts'
import { Durations, type Measured } from './durations.ts'

export type Side = 'server' | 'client'

let durations: Readonly<Record<Side, Durations>> | undefined

/** @returns what the metric reader collects from */
export function measureHttp(isDelta: boolean): MetricProducer {
  const of = (side: Side) =>
    new Durations(`http.${side}.request.duration`, `Duration of HTTP ${side} requests`, isDelta)
  const both = { server: of('server'), client: of('client') }
  durations = both
  const scope = { name: '@hodoscope/agent', version: VERSION }
  return {
    collect: () =>
      Promise.resolve({
        resourceMetrics: {
          resource: emptyResource(),
          scopeMetrics: [{ scope, metrics: [both.server.collect(), both.client.collect()] }],
        },
        errors: [],
      }),
  }
}

/** Nothing where metrics are switched off. @param key  tells the attributes apart */
export function recordDuration(
  side: Side,
  key: string,
  measured: Measured,
  attributes: () => Attributes,
): void {
  durations?.[side].record(key, measured, attributes)
}
