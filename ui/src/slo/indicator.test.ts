import { describe, expect, it } from 'vitest'
import { toldOf } from './indicator.ts'

const slo = (indicator: string, objectives = '[{ target: 0.99 }]') => `
apiVersion: openslo/v1
kind: SLO
spec:
  indicator: { spec: { ${indicator} } }
  objectives: ${objectives}
`
const total = 'total: { metricSource: { type: Hodoscope, spec: { query: "service:a" } } }'

describe('an indicator', () => {
  it('of good events is told with its condition', () => {
    expect(
      toldOf(
        slo(`ratioMetric: { good: { metricSource: { spec: { query: "-status:error" } } }, ${total} }`),
        0,
      ),
    ).toEqual({
      events: 'service:a',
      counted: 'good',
      condition: '-status:error',
      signal: 'traces',
      searchable: true,
    })
  })

  it('of bad events over logs is told as such', () => {
    const logs = total.replace('query', 'signal: logs, query')
    expect(
      toldOf(slo(`ratioMetric: { bad: { metricSource: { spec: { query: "failed" } } }, ${logs} }`), 0),
    ).toMatchObject({ counted: 'bad', condition: 'failed', signal: 'logs' })
  })

  it('of a threshold is told with the bound of its own objective', () => {
    const yaml = slo(
      'thresholdMetric: { metricSource: { type: hodoscope, spec: { query: "service:a" } } }',
      '[{ op: lt, value: 100 }, { op: lte, value: 0.5 }]',
    )
    expect(toldOf(yaml, 0)).toMatchObject({ counted: 'threshold', condition: 'under 100\u00a0ms' })
    expect(toldOf(yaml, 1)).toMatchObject({ condition: 'at most 0.5\u00a0ms' })
  })

  it('over metrics is told, and not to be searched for', () => {
    expect(
      toldOf(slo(`ratioMetric: { good: {}, ${total.replace('Hodoscope', 'Prometheus')} }`), 0),
    ).toMatchObject({ searchable: false, condition: '' })
    const threshold = slo(
      'thresholdMetric: { metricSource: { type: Prometheus, spec: { query: "queue_length" } } }',
      '[{ op: lte, value: 100 }]',
    )
    expect(toldOf(threshold, 0)).toMatchObject({ searchable: false, condition: 'at most 100' })
  })

  it.each(['', '- [', 'kind: SLO', 'spec: { indicatorRef: x }', '__proto__: { spec: 1 }'])(
    'that is not there is told as nothing: %j',
    yaml => {
      expect(toldOf(yaml, 0)).toBeUndefined()
    },
  )
})
