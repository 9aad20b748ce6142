/** Requests and the items in them by kind, and the reasons for which requests were answered with an error. */
import type { IngestCounts, StatusAnswer } from '../../../collector/src/serve/api-types.ts'
import { formatBytes, formatCount, formatInteger, formatRate, plural } from '../lib/format.ts'

type Ingest = StatusAnswer['ingest']
type Kind = keyof Ingest['kinds']

const KINDS: readonly { kind: Kind; label: string; items: string }[] = [
  { kind: 'traces', label: 'Traces', items: 'spans' },
  { kind: 'logs', label: 'Logs', items: 'log records' },
  { kind: 'metrics', label: 'Metrics', items: 'data points' },
  { kind: 'samples', label: 'Remote-write', items: 'samples' },
]
const LABELS: ReadonlyMap<string, string> = new Map(KINDS.map(({ kind, label }) => [kind, label]))

export function Incoming({ ingest }: { ingest: Ingest }) {
  const rates: Partial<Record<Kind, number>> = { traces: ingest.spansPerSecond, logs: ingest.logsPerSecond }
  return (
    <>
      <table class="incoming">
        <thead>
          <tr>
            <th class="kind">Kind</th>
            <th class="number">Now</th>
            <th class="number">Requests</th>
            <th class="number">Received</th>
            <th class="number">Stored</th>
            <th class="number">Rejected</th>
            <th class="number">Refused</th>
            <th class="number">Bytes</th>
          </tr>
        </thead>
        <tbody>
          {KINDS.map(({ kind, label, items }) => (
            <Row key={kind} label={label} items={items} counts={ingest.kinds[kind]} perSecond={rates[kind]} />
          ))}
        </tbody>
      </table>
      {ingest.duplicateRequests > 0 && (
        <p class="muted">
          {plural(ingest.duplicateRequests, 'request')} came again as they were, and are stored once.
        </p>
      )}
    </>
  )
}

interface RowProps {
  label: string
  items: string
  counts: IngestCounts
  /** undefined where it is not measured. */
  perSecond: number | undefined
}

const Row = ({ label, items, counts, perSecond }: RowProps) => (
  <tr>
    <td class="kind">
      {label} <span class="muted">{items}</span>
    </td>
    <td class="number">{perSecond === undefined ? '' : formatRate(perSecond)}</td>
    <Count value={counts.requests} />
    <Count value={counts.receivedItems} />
    <Count value={counts.storedItems} />
    <Count value={counts.rejectedItems} bad />
    <Count value={counts.refusedItems} bad />
    <td class="number">{formatBytes(counts.bytes)}</td>
  </tr>
)

const Count = ({ value, bad = false }: { value: number; bad?: boolean }) => (
  <td class={bad && value > 0 ? 'number bad' : 'number'} title={formatInteger(value)}>
    {formatCount(value)}
  </td>
)

export function Refusals({ ingest: { refusals, kinds } }: { ingest: Ingest }) {
  const aborted = KINDS.reduce((sum, { kind }) => sum + kinds[kind].abortedRequests, 0)
  const left = aborted > 0 && (
    <p class="muted">{plural(aborted, 'client')} left before the body was complete.</p>
  )
  if (refusals.length === 0)
    return (
      <>
        <p class="muted">No request was answered with an error since the start.</p>
        {left}
      </>
    )
  return (
    <>
      <table class="refusals">
        <thead>
          <tr>
            <th class="kind">Kind</th>
            <th class="code">Reason</th>
            <th class="number">Requests</th>
            <th class="hint">What to do</th>
          </tr>
        </thead>
        <tbody>
          {refusals.map(({ kind, code, requests, hint }) => (
            <tr key={kind + code}>
              <td class="kind">{LABELS.get(kind) ?? kind}</td>
              <td class="code">{code.replaceAll('_', ' ')}</td>
              <td class="number">{formatInteger(requests)}</td>
              <td class="hint">{hint}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {left}
    </>
  )
}
