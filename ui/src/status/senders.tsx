/** Processes that send, by what they tell of themselves: version, host, runtime, and who makes their telemetry. */
import type { SenderRow } from '../../../collector/src/serve/api-types.ts'
import { formatInstant } from '../lib/clock.ts'
import { millisOfNano } from '../lib/nano.ts'
import { filterTerm } from '../lib/search-text.ts'
import { Service } from '../parts/service.tsx'
import { Empty } from '../parts/states.tsx'
import { link } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'

export function Senders({ rows }: { rows: readonly SenderRow[] }) {
  if (rows.length === 0) return <Empty title="No process sent spans in the last hour" />
  return (
    <table class="senders">
      <thead>
        <tr>
          <th class="from">Service</th>
          <th class="instance">Instance</th>
          <th class="version">Version</th>
          <th class="runtime">Runtime</th>
          <th class="agent">Agent</th>
          <th class="at">Last sent</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={`${row.service} ${row.instance}`}>
            <td class="from">
              <a href={link('/traces', { q: filterTerm('service', row.service) })}>
                <Service name={row.service} />
              </a>
            </td>
            <td class="instance mono" title={row.instance}>
              {row.instance === '' ? <span class="muted">not told</span> : row.instance}
            </td>
            <td class="version">{row.version}</td>
            <td class="runtime">{row.runtime}</td>
            <td class="agent" title={row.sdk ?? ''}>
              {row.distro ?? row.sdk ?? <span class="muted">not told</span>}
            </td>
            <td class="at">
              {formatInstant(millisOfNano(row.lastUnixNano), { utc: utc.value }, now.value, 'minute')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
