/**
 * What Prometheus tells of alerts as series: `ALERTS`, with the state as a label and 1 as the value,
 * and `ALERTS_FOR_STATE`, whose value is the Unix second since which the alert burns.
 */
import type { Label } from '../../model/series.ts'
import type { UnixMillis } from '../../model/time.ts'
import { METRIC_NAME, sortLabels } from '../promql/labels.ts'
import type { RuleSample } from './evaluate.ts'
import type { TextMap } from './rule.ts'

export const alertSample = (labels: TextMap, state: 'pending' | 'firing'): RuleSample => ({
  labels: sortLabels([...labelsBut(labels), [METRIC_NAME, 'ALERTS'], ['alertstate', state]]),
  value: 1,
})

export const forStateSample = (labels: TextMap, since: UnixMillis): RuleSample => ({
  labels: sortLabels([...labelsBut(labels), [METRIC_NAME, 'ALERTS_FOR_STATE']]),
  value: Math.floor(since / 1_000),
})

const labelsBut = (labels: TextMap): Label[] =>
  (Object.entries(labels) as Label[]).filter(([name]) => name !== 'alertstate' && name !== METRIC_NAME)
