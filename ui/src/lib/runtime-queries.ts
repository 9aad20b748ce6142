/**
 * What a Node process tells of itself, as PromQL over the metrics of the agent. Of several instances the
 * worst counts, for one that hangs is not seen in a mean.
 *
 * Source: OpenTelemetry's conventions for Node and V8, under the names that Prometheus gives them.
 */
import type { Quantity } from './quantity.ts'

export interface RuntimeLine {
  readonly name: string
  /** The name of a token. */
  readonly color: string
  readonly query: string
}

export interface RuntimePanel {
  readonly title: string
  readonly quantity: Quantity
  readonly lines: readonly RuntimeLine[]
}

/** By name, whatever its namespace. */
export function jobMatcher(service: string): string {
  const pattern = `(.+/)?${service.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}`
  return `job=~${JSON.stringify(pattern)}`
}

/** @param window of rates, as in PromQL */
export function runtimePanels(service: string, window: string): readonly RuntimePanel[] {
  const job = jobMatcher(service)
  const [accent, muted] = ['accent', 'muted']
  const worst = (metric: string): string => `max(${metric}{${job}})`
  return [
    {
      title: 'Event loop delay',
      quantity: 'seconds',
      lines: [
        { name: 'p99', color: accent, query: worst('nodejs_eventloop_delay_p99_seconds') },
        { name: 'p50', color: muted, query: worst('nodejs_eventloop_delay_p50_seconds') },
      ],
    },
    {
      title: 'Event loop utilization',
      quantity: 'ratio',
      lines: [{ name: 'busy', color: accent, query: worst('nodejs_eventloop_utilization_ratio') }],
    },
    {
      title: 'CPU',
      quantity: 'number',
      lines: [
        {
          name: 'cores',
          color: accent,
          query: `max(sum by (instance) (rate(process_cpu_time_seconds_total{${job}}[${window}])))`,
        },
      ],
    },
    {
      title: 'Garbage collection',
      quantity: 'ratio',
      lines: [
        {
          name: 'of the time',
          color: accent,
          query: `max(sum by (instance) (rate(v8js_gc_duration_seconds_sum{${job}}[${window}])))`,
        },
      ],
    },
    {
      title: 'Memory',
      quantity: 'bytes',
      lines: [
        { name: 'resident', color: muted, query: worst('process_memory_usage_bytes') },
        {
          name: 'heap',
          color: accent,
          query: `max(sum by (instance) (v8js_memory_heap_used_bytes{${job}}))`,
        },
      ],
    },
  ]
}

/** A number an instance. */
export function instanceQueries(service: string) {
  const job = jobMatcher(service)
  const by = (metric: string): string => `max by (instance) (${metric}{${job}})`
  return {
    utilization: by('nodejs_eventloop_utilization_ratio'),
    delay: by('nodejs_eventloop_delay_p99_seconds'),
    heap: `sum by (instance) (v8js_memory_heap_used_bytes{${job}})`,
    resident: by('process_memory_usage_bytes'),
  }
}
