import { expect, it } from 'vitest'
import { openApi } from './openapi.ts'

const text = JSON.stringify(openApi('1.2.3'))
const description = JSON.parse(text) as {
  info: { version: string }
  paths: Record<string, Record<string, { operationId: string; parameters?: Parameter[] }>>
  components: { schemas: Record<string, unknown>; responses: Record<string, unknown> }
}
interface Parameter {
  name: string
  in: string
  required: boolean
  schema: unknown
}

it('carries the version of the package', () => expect(description.info.version).toBe('1.2.3'))

it('refers only to what it holds', () => {
  const held = [
    ...Object.keys(description.components.schemas).map(name => `#/components/schemas/${name}`),
    ...Object.keys(description.components.responses).map(name => `#/components/responses/${name}`),
  ]
  const referred = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(match => match[1]!))
  expect(referred.size).toBeGreaterThan(10)
  expect([...referred].filter(reference => !held.includes(reference))).toEqual([])
})

it('names every operation once, in a way that a generator can use', () => {
  const names = Object.values(description.paths).flatMap(path =>
    Object.values(path).map(method => method.operationId),
  )
  expect(names.toSorted()).toEqual([
    'addPin',
    'backtestSlo',
    'checkSlo',
    'createSilence',
    'createSlo',
    'deleteReceiver',
    'deleteSlo',
    'expireSilence',
    'getAlerts',
    'getAttributeValues',
    'getAttributes',
    'getCardinality',
    'getCorrelation',
    'getDeliveries',
    'getDelivery',
    'getDeploy',
    'getDeploys',
    'getErrorGroup',
    'getErrors',
    'getExplanation',
    'getGraph',
    'getHealthz',
    'getLogs',
    'getLogsContext',
    'getLogsFacets',
    'getLogsHistogram',
    'getMetricCatalogue',
    'getMetrics',
    'getOperations',
    'getOverview',
    'getPins',
    'getReadyz',
    'getReceivers',
    'getRoutes',
    'getRuleFiles',
    'getSenders',
    'getService',
    'getServices',
    'getSession',
    'getSilences',
    'getSlo',
    'getSloBadEvents',
    'getSloBurn',
    'getSlos',
    'getStatus',
    'getTrace',
    'getTraceMetrics',
    'getTraces',
    'getTracesHeatMap',
    'getTracesHistogram',
    'putReceiver',
    'putRoutes',
    'putSlo',
    'redeliver',
    'reloadRuleFiles',
    'removePin',
    'signIn',
    'signOut',
    'tailLogs',
    'tailTraces',
    'testReceiver',
  ])
})

it('describes parameters with their place, default and limits', () => {
  const { parameters } = description.paths['/api/attributes/{key}/values']!['get']!
  expect(parameters!.map(p => [p.name, p.in, p.required])).toEqual([
    ['key', 'path', true],
    ['signal', 'query', false],
    ['prefix', 'query', false],
    ['from', 'query', false],
    ['to', 'query', false],
    ['limit', 'query', false],
  ])
  expect(parameters!.find(p => p.name === 'limit')!.schema).toEqual({
    type: 'integer',
    minimum: 1,
    maximum: 1_000,
    default: 100,
  })
})
