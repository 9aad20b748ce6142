/** What the stand-in for the collector answers about metrics: a handful of series along known curves. */
import type { MarkedSeriesJson, MetricJson, MetricsAnswer } from '../../collector/src/serve/api-types.ts'
import { Refusal, WHOLE } from './fixture-answers.ts'
import { HOSTILE, type Telemetry } from './telemetry.ts'

const LATENCY = 'http_server_request_duration_seconds'
const SERVICES = ['gateway', 'checkout', 'payment', 'cart', 'catalog', 'mailer']
const histogram = (name: string, description: string, series: number): MetricJson => ({
  name,
  type: 'histogram',
  unit: 's',
  description,
  attributes: [],
  series,
  names: [`${name}_bucket`, `${name}_count`, `${name}_max`, `${name}_min`, `${name}_sum`],
})
const plain = (
  name: string,
  type: string,
  unit: string,
  description: string,
  series: number,
): MetricJson => ({
  name,
  type,
  unit,
  description,
  attributes: [],
  series,
  names: [name],
})

const METRICS: readonly MetricJson[] = [
  histogram('http_client_request_duration_seconds', 'Duration of HTTP client requests', 412),
  histogram(LATENCY, 'Duration of HTTP server requests', 1218),
  plain('nodejs_eventloop_utilization_ratio', 'gauge', '1', 'Event loop utilization', 6),
  plain('orders_total', 'counter', '{order}', 'Orders placed', 12),
  plain('process_cpu_time_seconds_total', 'counter', 's', 'CPU time, by mode', 12),
  plain('process_memory_usage_bytes', 'gauge', 'By', 'Resident memory', 6),
  plain('up', 'unknown', '', '', 3),
  plain(`a_metric_with_a_name_${'that_goes_on_'.repeat(9)}`, 'gauge', '{unit}', HOSTILE, 1_000_000),
].toSorted((a, b) => (a.name < b.name ? -1 : 1))

function catalogue(find: string): MetricsAnswer {
  const metrics = METRICS.filter(({ name, description }) =>
    `${name} ${description}`.toLowerCase().includes(find.toLowerCase()),
  )
  return { series: 2_000_000, found: metrics.length, metrics, ...WHOLE }
}

/** `sum by (…)`, `topk` and the like decide only how many series there are. */
function matrix(query: URLSearchParams) {
  const text = query.get('query') ?? ''
  const open = text.lastIndexOf('(')
  if (text.split('(').length > text.split(')').length)
    throw new Refusal(
      400,
      'bad_data',
      `invalid parameter "query": 1:${open + 2}: parse error: unclosed left parenthesis`,
      '',
    )
  if (text.includes('nothing')) return []
  const [start, end, step] = ['start', 'end', 'step'].map(name => Number(query.get(name))) as [
    number,
    number,
    number,
  ]
  const services = text.includes('by (le)') ? [''] : SERVICES
  return services.map((service, k) => {
    const values: [number, string][] = []
    for (let at = start; at <= end; at += step) {
      const value = (k + 1) * 0.04 * (1.4 + Math.sin(at / 300 + k))
      // Two minutes in every half hour are missing.
      if (at % 1800 > 120) values.push([at, String(value)])
    }
    return { metric: service === '' ? {} : { __name__: 'up', job: service, instance: 'i-1' }, values }
  })
}

/** Every eleventh trace left one on the latency of its root. */
const exemplars = ({ traces }: Telemetry) => [
  {
    seriesLabels: { __name__: `${LATENCY}_bucket`, job: 'gateway', http_route: '/checkout', le: '0.5' },
    exemplars: traces
      .filter((_, i) => i % 11 === 0)
      .map(({ traceId, spans, durationNano, startTimeUnixNano }) => ({
        labels: { trace_id: traceId, span_id: spans[0]!.spanId },
        value: String(durationNano / 1e9),
        timestamp: Number(startTimeUnixNano.slice(0, -6)) / 1000,
      })),
  },
]

/** Each trace leaves one on the latency of every service that it went through. */
export function markedSeries(traces: Telemetry['traces']): MarkedSeriesJson[] {
  return traces.flatMap(({ traceId, spans, services }) =>
    services.map(({ name: job }) => {
      const { spanId, durationNano, startTimeUnixNano } = spans.find(({ service }) => service === job)!
      const timeUnixMillis = Number(startTimeUnixNano.slice(0, -6))
      return {
        labels: { __name__: `${LATENCY}_bucket`, job, http_route: '/checkout', le: '0.5' },
        exemplars: [{ traceId, spanId, timeUnixMillis, value: durationNano / 1e9 }],
      }
    }),
  )
}

const LABELS = ['__name__', 'http_route', 'instance', 'job', 'le']

/** @returns undefined for what is no question about metrics; Prometheus' refusals are thrown in our envelope */
export function metricsAnswer(url: URL, telemetry: Telemetry): unknown {
  const query = url.searchParams
  const success = (data: unknown, more = {}) => ({ status: 'success', data, ...more })
  switch (url.pathname) {
    case '/api/metrics':
      return telemetry.traces.length === 0
        ? { series: 0, found: 0, metrics: [], ...WHOLE }
        : catalogue(query.get('find') ?? '')
    case '/api/v1/query_range': {
      const remark = {
        infos: [
          'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "up" (1:6)',
        ],
      }
      const result = telemetry.traces.length === 0 ? [] : matrix(query)
      return success({ resultType: 'matrix', result }, query.get('query')?.includes('rate(up') ? remark : {})
    }
    case '/api/v1/query': {
      const instances = telemetry.traces.length === 0 ? [] : ['checkout-6f7d9c-x2x4q', '']
      const result = instances.map((instance, i) => ({ metric: { instance }, value: [0, String(0.2 + i)] }))
      return success({ resultType: 'vector', result })
    }
    case '/api/v1/query_exemplars':
      return success(query.get('query')?.includes(LATENCY) ? exemplars(telemetry) : [])
    case '/api/v1/labels':
      return success(LABELS)
    case '/api/v1/label/__name__/values': {
      const pattern = /=~"(.*)"\}$/.exec(query.get('match[]') ?? '')?.[1] ?? '.*'
      return success(
        METRICS.flatMap(({ names }) => names).filter(name => new RegExp(`^${pattern}$`).test(name)),
      )
    }
    case '/api/v1/label/job/values': {
      const prefix = /=~"(.*)\.\+"\}$/.exec(query.get('match[]') ?? '')?.[1] ?? ''
      return success(SERVICES.filter(name => name.startsWith(prefix)))
    }
  }
  return undefined
}
