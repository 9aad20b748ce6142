/** The line at the foot: what comes in, how full the disk is, how long data is kept and how old the oldest is. */
import { link } from '../state/location.ts'
import { formatBytes, formatDuration, formatInteger } from '../lib/format.ts'
import { collectorNow, offline } from '../state/api.ts'
import { oldest } from '../state/range.ts'
import { status } from '../state/status.ts'

export function StatusLine() {
  const answer = status.value
  if (offline.value)
    return (
      <footer class="status offline" aria-live="polite">
        <span>The collector does not answer; trying again</span>
        {answer && <span>what you see is from before</span>}
      </footer>
    )
  if (!answer) return <footer class="status" />
  const { ingest, store, alerts } = answer
  return (
    <footer class="status">
      <span>{formatInteger(ingest.spansPerSecond)} spans/s</span>
      <span>{formatInteger(ingest.logsPerSecond)} logs/s</span>
      <span>
        {formatBytes(store.diskBytes)} of {formatBytes(store.maxBytes)}
      </span>
      <span>keeps {formatDuration(store.retentionMillis * 1e6)}</span>
      {oldest.value !== undefined && (
        <span>oldest {formatDuration(Math.max(0, collectorNow() - oldest.value) * 1e6)} ago</span>
      )}
      {store.refusing && <span class="bad">refusing data: {store.refusing.replaceAll('_', ' ')}</span>}
      {store.quarantined.length > 0 && (
        <span class="bad">{store.quarantined.length} partitions set aside</span>
      )}
      {(alerts.state === 'stalled' || alerts.state === 'down') && (
        <span class="bad">alerts are not evaluated</span>
      )}
      <a class="version" href={link('/status')} aria-keyshortcuts="g i">
        hodoscope {answer.version}, status
      </a>
    </footer>
  )
}
