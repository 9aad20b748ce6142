/**
 * Prometheus's query API as a table: path, whether it takes a form, and the job that answers.
 *
 * Source: prometheus.io/docs/prometheus/latest/querying/api.
 */
import { HodoscopeError } from '../../model/errors.ts'
import { millis, type Millis, type UnixMillis } from '../../model/time.ts'
import { success } from '../../query/metrics/answers.ts'
import type { METRIC_JOBS, MetricJobName } from '../../query/metrics/jobs.ts'
import { parsePromql } from '../../query/promql/parse.ts'
import { printPromql } from '../../query/promql/print.ts'
import { unescapeName, type PrometheusParameters } from './parameters.ts'

/** A job's name with the parameters that it takes. */
export type MetricJobCall = {
  [Name in MetricJobName]: { readonly name: Name; readonly params: Parameters<(typeof METRIC_JOBS)[Name]>[1] }
}[MetricJobName]

/** What the thread of alerts answers, in Prometheus's form. */
export interface DeskCall {
  readonly desk: string
  readonly params: unknown
}

export interface PrometheusRequest {
  readonly given: PrometheusParameters
  /** The part of the path in braces. */
  readonly name: string
  readonly now: UnixMillis
  readonly version: string
}

export interface PrometheusEndpoint {
  /** Below `/api/v1`, as hono writes it. */
  readonly path: string
  /** Takes its parameters also as a form by POST. */
  readonly form: boolean
  /** A job for a query thread, a question to the thread of alerts, or the answer itself. @throws HodoscopeError */
  readonly answer: (request: PrometheusRequest) => MetricJobCall | DeskCall | { readonly finished: object }
}

const asked = ({ given }: PrometheusRequest) => ({
  query: given.text('query'),
  limit: given.limit(),
  lookback: positive(given.optionalDuration('lookback_delta')),
})

const positive = (length: Millis | undefined): Millis | undefined =>
  length === undefined || length <= 0 ? undefined : millis(length)

const chosen = ({ given }: PrometheusRequest) => ({
  selectors: given.selectors(),
  ...given.timeRange(),
  limit: given.limit(),
})

export const PROMETHEUS_ENDPOINTS: readonly PrometheusEndpoint[] = [
  {
    path: '/query',
    form: true,
    answer: request => ({
      name: 'promInstant',
      params: { ...asked(request), at: request.given.time('time', request.now) },
    }),
  },
  {
    path: '/query_range',
    form: true,
    answer: request => {
      const { given } = request
      const times = { start: given.time('start'), end: given.time('end'), step: given.duration('step') }
      return { name: 'promRange', params: { ...asked(request), ...times } }
    },
  },
  {
    path: '/query_exemplars',
    form: true,
    answer: ({ given }) => ({
      name: 'promExemplars',
      params: { query: given.text('query'), ...given.timeRange() },
    }),
  },
  {
    path: '/format_query',
    form: true,
    answer: ({ given }) => ({ finished: success(printPromql(parsePromql(given.text('query')))) }),
  },
  {
    path: '/series',
    form: true,
    answer: request => ({ name: 'promSeries', params: chosenBySelector(request) }),
  },
  { path: '/labels', form: true, answer: request => ({ name: 'promLabelNames', params: chosen(request) }) },
  {
    path: '/label/:name/values',
    form: false,
    answer: request => ({
      name: 'promLabelValues',
      params: { name: unescapeName(request.name), ...chosen(request) },
    }),
  },
  {
    path: '/metadata',
    form: false,
    answer: ({ given }) => ({
      name: 'promMetadata',
      params: {
        metric: given.text('metric'),
        limit: given.limit(),
        limitPerMetric: given.limit('limit_per_metric'),
      },
    }),
  },
  { path: '/rules', form: false, answer: ({ given }) => ({ desk: 'promRules', params: chosenRules(given) }) },
  { path: '/alerts', form: false, answer: () => ({ desk: 'promAlerts', params: {} }) },
  {
    // Without `features`: that would say Mimir to Grafana.
    path: '/status/buildinfo',
    form: false,
    answer: ({ version }) => ({
      finished: success({ version, revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' }),
    }),
  },
]

function chosenBySelector(request: PrometheusRequest) {
  const params = chosen(request)
  if (params.selectors.length === 0)
    throw new HodoscopeError('parameter_invalid', 'no match[] parameter provided')
  return params
}

function chosenRules(given: PrometheusParameters) {
  const type = given.text('type')
  if (!['', 'alert', 'record'].includes(type))
    throw new HodoscopeError(
      'parameter_invalid',
      `invalid parameter "type": not supported value ${JSON.stringify(type)}`,
    )
  return {
    type,
    names: given.all('rule_name[]'),
    groups: given.all('rule_group[]'),
    files: given.all('file[]'),
    matches: given.all('match[]'),
    alerts: !['1', 'true'].includes(given.text('exclude_alerts')),
    limit: given.limit('group_limit'),
    after: given.text('group_next_token'),
  }
}
