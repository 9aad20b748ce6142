/**
 * Durations of HTTP requests, incoming and outgoing.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
import { metrics, type Attributes, type Histogram } from '@opentelemetry/api'
import { VERSION } from '../version.ts'

const BOUNDS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

type Side = 'server' | 'client'

const histograms: Partial<Record<Side, Histogram>> = {}

export function measureHttp(): void {
  const meter = metrics.getMeter('@hodoscope/agent', VERSION)
  for (const side of ['server', 'client'] as const) {
    histograms[side] = meter.createHistogram(`http.${side}.request.duration`, {
      unit: 's',
      description: `Duration of HTTP ${side} requests`,
      advice: { explicitBucketBoundaries: BOUNDS_SECONDS },
    })
  }
}

/** Nothing where metrics are switched off. */
export function recordDuration(side: Side, seconds: number, attributes: Attributes): void {
  histograms[side]?.record(seconds, attributes)
}
