/** The query of the metrics, over as many lines as it has. */
import type { Failure } from '../../state/api.ts'
import { setParams } from '../../state/location.ts'
import { QueryField } from '../query-field.tsx'
import { completePromql, promqlChoices, type Known } from './promql-choices.ts'

export const Editor = ({ fault, known }: { fault: Failure | undefined; known: Known }) => (
  <QueryField
    label="PromQL query"
    noun="query"
    placeholder='rate(http_server_request_duration_seconds_count{job="checkout"}[5m])'
    multiline
    fault={fault}
    ask={(typed, caret, abort) => promqlChoices(typed, caret, known, abort)}
    complete={completePromql}
    onSubmit={q => setParams({ q, hide: '' })}
    action={run => (
      <button type="button" class="primary" title="Enter runs it, Shift Enter begins a line" onClick={run}>
        Run
      </button>
    )}
  />
)
