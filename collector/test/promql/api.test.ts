/**
 * Prometheus's query API over series in memory: each path answers as Prometheus does, and every answer
 * and every refusal is what Prometheus's own description says.
 */
import { describe, expect, it } from 'vitest'
import { HodoscopeError } from '../../src/model/errors.ts'
import type { Labels } from '../../src/model/series.ts'
import { millis, unixMillis } from '../../src/model/time.ts'
import { isMetricJob, runMetricJob } from '../../src/query/metrics/jobs.ts'
import { createPrometheusApi } from '../../src/serve/prometheus/api.ts'
import type { Queries } from '../../src/serve/api.ts'
import { patient } from '../conformance/scene.ts'
import { MemoryMetrics } from './memory-metrics.ts'
import { seriesOf } from './memory-series.ts'
import { describedAnswers } from './prometheus-openapi.ts'

const fixtures = process.env['HODOSCOPE_FIXTURES']
if (fixtures === undefined)
  console.warn(`SKIPPED: HODOSCOPE_FIXTURES is not set; answers are not held to Prometheus's description`)
const faultsOf = fixtures === undefined ? () => [] : describedAnswers(fixtures)

const requests = (code: string, route: string): Labels => [
  ['__name__', 'requests_total'],
  ['code', code],
  ['http.route', route],
]

const source = new MemoryMetrics(
  [
    seriesOf(requests('200', '/a'), 60_000, [0, 60, 120, 180, 240, 300]),
    seriesOf(requests('500', '/b'), 60_000, [0, 6, 12, 18, 24, Number.NaN]),
    seriesOf([['__name__', 'up']], 60_000, [1, 1, 1, 'stale']),
    seriesOf(
      [
        ['__name__', 'odd'],
        ['__proto__', 'x'],
      ],
      60_000,
      [Infinity],
    ),
  ],
  [
    { name: 'requests_total', type: 'counter', unit: '', help: 'Requests.' },
    { name: 'up', type: 'gauge', unit: '', help: '' },
    { name: 'up', type: 'gauge', unit: '', help: 'Whether it answers.' },
  ],
  [
    {
      labels: requests('200', '/a'),
      exemplars: [{ labels: [['trace_id', 'ab']], time: 60_500, value: 0.25 }],
    },
  ],
)

const queries: Queries = {
  run: (job, params, { timeoutMillis }) => {
    if (timeoutMillis === 0)
      return Promise.reject(new HodoscopeError('query_timeout', 'the query took longer than 0 ms'))
    if (!isMetricJob(job)) return Promise.reject(new RangeError(`there is no query job ${job}`))
    const answer = new Promise<object>(resolve =>
      resolve(runMetricJob(job, source, structuredClone(params), patient)),
    )
    return answer.then(json => new TextEncoder().encode(JSON.stringify(json)))
  },
}

const called: [string, unknown][] = []
const desk = {
  call: (method: string, params: unknown) => {
    called.push([method, params])
    const data = method === 'promRules' ? { groups: [] } : { alerts: [] }
    return Promise.resolve(JSON.stringify({ status: 'success', data }))
  },
}

const defects: unknown[] = []
const api = createPrometheusApi({
  desk,
  queries,
  queryTimeoutMillis: 30_000,
  clock: { now: () => unixMillis(300_000), monotonic: () => millis(0) },
  version: '1.2.3',
  onDefect: error => defects.push(error),
})

/** Asks, and holds the answer to the description. */
async function ask(path: string, parameters: Record<string, string> | [string, string][] = {}, form = false) {
  const given = new URLSearchParams(parameters)
  const response = form
    ? await api.request(path, { method: 'POST', body: given })
    : await api.request(`${path}?${given.toString()}`)
  const body = (await response.json()) as {
    data?: unknown
    errorType?: string
    error?: string
    warnings?: string[]
    infos?: string[]
  }
  const described = path.replace(/^\/label\/[^/]+/, '/label/{name}')
  expect(faultsOf(described, response.status === 200, body)).toEqual([])
  return { ...body, status: response.status }
}

describe('/query', () => {
  it('answers a vector, in seconds and texts', async () => {
    const { data } = await ask('/query', { query: 'requests_total', time: '300' })
    expect(data).toEqual({
      resultType: 'vector',
      result: [
        { metric: { __name__: 'requests_total', code: '200', 'http.route': '/a' }, value: [300, '300'] },
        { metric: { __name__: 'requests_total', code: '500', 'http.route': '/b' }, value: [300, 'NaN'] },
      ],
    })
  })

  it('answers a scalar and a matrix', async () => {
    expect((await ask('/query', { query: '1+1', time: '2.5' })).data).toEqual({
      resultType: 'scalar',
      result: [2.5, '2'],
    })
    expect((await ask('/query', { query: 'up[2m]', time: '120' })).data).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: { __name__: 'up' },
          values: [
            [60, '1'],
            [120, '1'],
          ],
        },
      ],
    })
  })

  // Prometheus's description has the time of a string as a text; Prometheus itself gives a number.
  it('answers a string', async () => {
    const response = await api.request(`/query?${new URLSearchParams({ query: '"a"' }).toString()}`)
    expect(await response.json()).toMatchObject({ data: { resultType: 'string', result: [300, 'a'] } })
  })

  it('takes a form, and the time as RFC 3339', async () => {
    const { data } = await ask('/query', { query: 'sum(up)', time: '1970-01-01T00:01:00.5Z' }, true)
    expect(data).toEqual({ resultType: 'vector', result: [{ metric: {}, value: [60.5, '1'] }] })
  })

  it('tells warnings and infos with their places', async () => {
    const { warnings, infos } = await ask('/query', { query: 'quantile(2, rate(up[5m]))', time: '120' })
    expect(warnings).toEqual(['PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)'])
    expect(infos).toEqual([
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "up" (1:18)',
    ])
  })

  it('cuts at the limit and says so', async () => {
    const { data, warnings } = await ask('/query', { query: 'requests_total', limit: '1' })
    expect((data as { result: unknown[] }).result).toHaveLength(1)
    expect(warnings).toEqual(['results truncated due to limit'])
  })

  it('takes another lookback', async () => {
    const asked = { query: 'requests_total{code="200"}', time: '330' }
    expect((await ask('/query', { ...asked, lookback_delta: '10s' })).data).toEqual({
      resultType: 'vector',
      result: [],
    })
  })

  it('gives a label called __proto__ as plain data', async () => {
    const response = await api.request('/query?query=odd&time=0')
    expect(await response.text()).toContain(
      '{"metric":{"__name__":"odd","__proto__":"x"},"value":[0,"+Inf"]}',
    )
  })

  it('refuses a query that it cannot read, with the place', async () => {
    expect(await ask('/query', { query: 'sum(\n  up' })).toMatchObject({
      status: 400,
      errorType: 'bad_data',
      error: `invalid parameter "query": 1:4: parse error: '(' is never closed`,
    })
  })

  it('refuses a time that is none, and a limit that is none', async () => {
    expect(await ask('/query', { query: 'up', time: 'soon' })).toMatchObject({
      status: 400,
      errorType: 'bad_data',
      error: 'invalid parameter "time": cannot parse "soon" to a valid timestamp',
    })
    expect(await ask('/query', { query: 'up', limit: '-1' })).toMatchObject({
      status: 400,
      errorType: 'bad_data',
    })
  })

  it('has no answer where series clash: 422', async () => {
    expect(await ask('/query', { query: 'up / on () requests_total', time: '60' })).toMatchObject({
      status: 422,
      errorType: 'execution',
      error: expect.stringMatching(
        /^found duplicate series for the match group \{\} on the right hand-side/,
      ) as string,
    })
  })

  it('gives up in the time that is asked for: 503', async () => {
    expect(await ask('/query', { query: 'up', timeout: '0' })).toMatchObject({
      status: 503,
      errorType: 'timeout',
    })
  })

  it('is not asked by other methods', async () => {
    const response = await api.request('/query', { method: 'DELETE' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })
})

describe('/query_range', () => {
  const times = { start: '0', end: '240', step: '2m' }

  it('answers a matrix', async () => {
    const { data } = await ask('/query_range', { query: 'sum(requests_total)', ...times })
    expect(data).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [0, '0'],
            [120, '132'],
            [240, '264'],
          ],
        },
      ],
    })
  })

  it('answers a scalar as a matrix, by form', async () => {
    const { data } = await ask('/query_range', { query: '2', ...times, step: '120' }, true)
    expect(data).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [0, '2'],
            [120, '2'],
            [240, '2'],
          ],
        },
      ],
    })
  })

  it.each([
    [{ ...times, end: '-1' }, 'end timestamp must not be before start time'],
    [
      { ...times, step: '0' },
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      { ...times, end: '11001', step: '1' },
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    ],
    [{ start: '0', end: '240' }, 'invalid parameter "step": cannot parse "" to a valid duration'],
    [{ end: '240', step: '1' }, 'invalid parameter "start": cannot parse "" to a valid timestamp'],
  ])('refuses %j', async (given, error) => {
    expect(await ask('/query_range', { query: 'up', ...given })).toMatchObject({
      status: 400,
      errorType: 'bad_data',
      error,
    })
  })
})

describe('series and labels', () => {
  it('/series gives each series once, whichever selectors find it', async () => {
    const { data } = await ask('/series', [
      ['match[]', 'requests_total{code="200"}'],
      ['match[]', '{code=~".+"}'],
    ])
    expect(data).toEqual([
      { __name__: 'requests_total', code: '200', 'http.route': '/a' },
      { __name__: 'requests_total', code: '500', 'http.route': '/b' },
    ])
  })

  it('/series wants a selector', async () => {
    expect(await ask('/series')).toMatchObject({ status: 400, error: 'no match[] parameter provided' })
    expect(await ask('/series', { 'match[]': 'sum(up)' })).toMatchObject({
      status: 400,
      error: 'invalid parameter "match[]": "sum(up)" is no selector',
    })
  })

  it('/labels gives names, of all series or of those that are selected', async () => {
    expect((await ask('/labels')).data).toEqual(['__name__', '__proto__', 'code', 'http.route'])
    expect((await ask('/labels', { 'match[]': 'up' }, true)).data).toEqual(['__name__'])
  })

  it('/label/…/values gives values within the range, by plain and by escaped names', async () => {
    expect((await ask('/label/code/values')).data).toEqual(['200', '500'])
    expect((await ask('/label/U__http_2e_route/values', { 'match[]': '{code="500"}' })).data).toEqual(['/b'])
    expect((await ask('/label/code/values', { start: '1000' })).data).toEqual([])
  })

  it('cuts at the limit and says so', async () => {
    expect(await ask('/labels', { limit: '2' })).toMatchObject({
      data: ['__name__', '__proto__'],
      warnings: ['results truncated due to limit'],
    })
  })

  it('/metadata tells type, unit and help, of one metric or of all', async () => {
    const up = { type: 'gauge', unit: '', help: '' }
    expect((await ask('/metadata', { metric: 'up' })).data).toEqual({
      up: [up, { ...up, help: 'Whether it answers.' }],
    })
    expect((await ask('/metadata', { metric: 'up', limit_per_metric: '1' })).data).toEqual({ up: [up] })
    expect(Object.keys((await ask('/metadata')).data as object)).toEqual(['requests_total', 'up'])
  })

  it('/query_exemplars gives the exemplars of the selected series', async () => {
    const asked = { query: 'rate(requests_total[5m])', start: '0', end: '100' }
    expect((await ask('/query_exemplars', asked)).data).toEqual([
      {
        seriesLabels: { __name__: 'requests_total', code: '200', 'http.route': '/a' },
        exemplars: [{ labels: { trace_id: 'ab' }, value: '0.25', timestamp: 60.5 }],
      },
    ])
    expect((await ask('/query_exemplars', { ...asked, end: '10' })).data).toEqual([])
  })
})

describe('the rest', () => {
  it('/format_query writes a query back', async () => {
    const { data } = await ask('/format_query', { query: 'sum(rate(a [5m]))by(b)' })
    expect(data).toBe('sum by (b) (rate(a[5m]))')
    expect(await ask('/format_query', { query: '(' })).toMatchObject({ status: 400, errorType: 'bad_data' })
  })

  it('/rules and /alerts are answered by the thread of alerts', async () => {
    expect((await ask('/rules')).data).toEqual({ groups: [] })
    expect((await ask('/alerts')).data).toEqual({ alerts: [] })
    const given: [string, string][] = [
      ['type', 'alert'],
      ['rule_name[]', 'A'],
      ['rule_name[]', 'B'],
      ['rule_group[]', 'g'],
      ['file[]', 'f.yml'],
      ['match[]', '{severity="page"}'],
      ['exclude_alerts', 'true'],
      ['group_limit', '2'],
      ['group_next_token', '4'],
    ]
    await ask('/rules', given)
    const none = { names: [], groups: [], files: [], matches: [], after: '' }
    expect(called).toEqual([
      ['promRules', { type: '', ...none, alerts: true, limit: 0 }],
      ['promAlerts', {}],
      [
        'promRules',
        {
          type: 'alert',
          names: ['A', 'B'],
          groups: ['g'],
          files: ['f.yml'],
          matches: ['{severity="page"}'],
          alerts: false,
          limit: 2,
          after: '4',
        },
      ],
    ])
    expect(await ask('/rules', { type: 'other' })).toMatchObject({ status: 400, errorType: 'bad_data' })
  })

  it('tells what it is, without features, which would say Mimir', async () => {
    const { data } = await ask('/status/buildinfo')
    expect(data).toMatchObject({ version: '1.2.3' })
    expect(data).not.toHaveProperty('features')
  })

  it('was no defect so far', () => expect(defects).toEqual([]))
})
