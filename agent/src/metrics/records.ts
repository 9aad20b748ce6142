/** The agent's own books as metrics: what became of every record it made. */
import { metrics } from '@opentelemetry/api'
import type { Queues } from '../export/send.ts'
import { guarded } from '../guard.ts'
import { SIGNALS } from '../otlp-settings.ts'
import { VERSION } from '../version.ts'

export function measureRecords(queues: Queues): void {
  metrics
    .getMeter('@hodoscope/agent', VERSION)
    .createObservableCounter('hodoscope.agent.records', {
      unit: '{record}',
      description: 'Spans, log records and metrics that the agent delivered or dropped',
    })
    .addCallback(
      guarded(result => {
        for (const signal of SIGNALS) {
          const balance = queues.of(signal)?.ledger.balance
          if (!balance) continue
          result.observe(balance.delivered, { signal, outcome: 'delivered' })
          for (const [reason, items] of Object.entries(balance.dropped))
            result.observe(items, { signal, outcome: 'dropped', reason })
        }
      }),
    )
}
