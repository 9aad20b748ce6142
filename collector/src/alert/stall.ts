/** The rule about the rules: that they were not evaluated for a while is itself an alert. */
import { millis, type Millis } from '../model/time.ts'
import type { Rule } from './rule.ts'

export const stallRule = (stalled: boolean, gap: Millis): Rule => ({
  id: 'hodoscope/stall',
  // One round on time is no proof that all is well again.
  timing: { forMillis: millis(0), keepFiringMillis: millis(60_000) },
  link: '/alerts',
  evaluate: () =>
    stalled
      ? [
          {
            labels: { alertname: 'HodoscopeEvaluationStalled', severity: 'page' },
            verdict: 'burning',
            annotations: {
              summary: 'Alert rules were not evaluated for a while',
              value: `${Math.round(gap / 1_000)} s between two evaluations`,
              threshold: '30 s',
            },
          },
        ]
      : [],
})
