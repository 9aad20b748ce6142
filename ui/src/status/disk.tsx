/** How full the disk is that telemetry may take, and how far back each signal really goes. */
import type { StatusAnswer } from '../../../collector/src/serve/api-types.ts'
import { exactInstant, formatInstant } from '../lib/clock.ts'
import { formatBytes, formatDuration, formatInteger, plural } from '../lib/format.ts'
import { millisOfNano } from '../lib/nano.ts'
import { collectorNow } from '../state/api.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'

export function Disk({ of: { store, signals } }: { of: StatusAnswer }) {
  return (
    <>
      <p class="disk">
        <meter
          min={0}
          max={store.maxBytes}
          high={store.maxBytes * 0.9}
          value={store.diskBytes}
          aria-label="Disk"
        />
        <span>
          {formatBytes(store.diskBytes)} of {formatBytes(store.maxBytes)} in{' '}
          {plural(store.partitions, 'partition')}
        </span>
        <span class="muted">
          kept for {formatDuration(store.retentionMillis * 1e6)}, or until the disk is full
        </span>
        {store.pinnedTraces > 0 && (
          <span class="muted">
            {plural(store.pinnedTraces, 'pinned trace')}, {formatBytes(store.pinnedBytes)}
          </span>
        )}
      </p>
      <table class="extents">
        <thead>
          <tr>
            <th class="kind">Signal</th>
            <th class="number">Records</th>
            <th>Oldest</th>
            <th>Newest</th>
            <th class="number">Goes back</th>
          </tr>
        </thead>
        <tbody>
          <Extent label="Spans" of={signals.traces} />
          <Extent label="Logs" of={signals.logs} />
          <Extent label="Metrics" of={signals.metrics} />
        </tbody>
      </table>
    </>
  )
}

type Signal = StatusAnswer['signals']['metrics'] & { readonly records?: number }

const Extent = ({ label, of: { records, fromUnixNano, toUnixNano } }: { label: string; of: Signal }) => (
  <tr>
    <td class="kind">{label}</td>
    <td class="number">{records === undefined ? '' : formatInteger(records)}</td>
    <Instant nano={fromUnixNano} />
    <Instant nano={toUnixNano} />
    <td class="number">
      {fromUnixNano !== null &&
        formatDuration(Math.max(0, collectorNow() - millisOfNano(fromUnixNano)) * 1e6)}
    </td>
  </tr>
)

const Instant = ({ nano }: { nano: string | null }) =>
  nano === null ? (
    <td class="muted">nothing yet</td>
  ) : (
    <td title={exactInstant(nano)}>
      {formatInstant(millisOfNano(nano), { utc: utc.value }, now.value, 'second')}
    </td>
  )
