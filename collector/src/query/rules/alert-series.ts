/** What Prometheus tells of alerts as series: `ALERTS`, with the state as a label and 1 as the value. */
import type { Label } from '../../model/series.ts'
import { METRIC_NAME, sortLabels } from '../promql/labels.ts'
import type { RuleSample } from './evaluate.ts'
import type { TextMap } from './rule.ts'

export const alertSample = (labels: TextMap, state: 'pending' | 'firing'): RuleSample => ({
  labels: sortLabels([
    ...(Object.entries(labels).filter(([name]) => name !== 'alertstate') as Label[]),
    [METRIC_NAME, 'ALERTS'],
    ['alertstate', state],
  ]),
  value: 1,
})
