/** What the HTTP API counts about itself, by the route's pattern (never by the path, which anyone may choose). */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export interface HttpMetrics {
  /** One answered API request. */
  answered(route: string, status: number, seconds: number): void
}

export function createHttpMetrics(registry: Registry, version: string): HttpMetrics {
  const registers = [registry]
  const requests = new Counter({
    name: 'hodoscope_api_requests_total',
    help: 'API requests answered, by route and status.',
    labelNames: ['route', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'hodoscope_api_request_duration_seconds',
    help: 'Time from a request of the API to its answer.',
    labelNames: ['route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
    registers,
  })
  new Gauge({
    name: 'hodoscope_build_info',
    help: 'Always 1; the version is in the label.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1)
  return {
    answered(route, status, seconds) {
      requests.inc({ route, status: String(status) })
      durations.observe({ route }, seconds)
    },
  }
}
