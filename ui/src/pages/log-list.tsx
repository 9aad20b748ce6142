/** Log lines, one row each until opened: severity as an edge, time, service, the line. */
import { exactInstant, formatInstant, sameDay } from '../lib/clock.ts'
import { oneLine } from '../lib/attribute-text.ts'
import { millisOfNano } from '../lib/nano.ts'
import { tracePath } from '../lib/routes.ts'
import { Copy } from '../parts/copy.tsx'
import { Dot } from '../parts/service.tsx'
import { link } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'
import { Attributes } from '../trace/attributes.tsx'
import { logText } from '../trace/lines.ts'
import './log-list.css'
import type { LogEntry } from './logs.tsx'

const LONGEST_ROW = 600

interface Props {
  entries: readonly LogEntry[]
  /** Row under the keyboard; -1 for none. */
  chosen: number
  /** Id of the open line. */
  open: string
  onToggle: (id: string) => void
}

export function LogList({ entries, chosen, open, onToggle }: Props) {
  const dated = entries.some(
    ({ log }) => !sameDay(millisOfNano(log.timeUnixNano), now.value, { utc: utc.value }),
  )
  return (
    <ol class={dated ? 'log-list dated' : 'log-list'}>
      {entries.map((entry, i) => (
        <li
          key={entry.log.id}
          data-row
          class={`severity-${entry.log.severity}${i === chosen ? ' chosen' : ''}${entry.log.id === open ? ' open' : ''}`}
        >
          <Row entry={entry} open={entry.log.id === open} onToggle={onToggle} />
          {entry.log.id === open && <Opened entry={entry} />}
        </li>
      ))}
    </ol>
  )
}

function Row({ entry, open, onToggle }: { entry: LogEntry; open: boolean; onToggle: (id: string) => void }) {
  const { log } = entry
  return (
    <button type="button" class="line" aria-expanded={open} onClick={() => onToggle(log.id)}>
      <span class="unseen">{log.severity}</span>
      <time title={exactInstant(log.timeUnixNano)}>
        {formatInstant(millisOfNano(log.timeUnixNano), { utc: utc.value }, now.value)}
      </time>
      <span class="from clip" title={log.service}>
        <Dot service={log.service} /> {log.service}
      </span>
      <span class="text clip">{oneLine(logText(log), LONGEST_ROW)}</span>
    </button>
  )
}

function Opened({ entry: { log, resource } }: { entry: LogEntry }) {
  const text = logText(log)
  return (
    <div class="opened">
      <div class="whole">
        <pre>{text}</pre>
        <Copy text={text} what="the line" />
      </div>
      <p class="leads">
        <span class="muted">{log.severityText || log.severity}</span>
        {log.eventName !== '' && <span class="muted mono">{log.eventName}</span>}
        {log.traceId === '' ? (
          <span class="muted">belongs to no trace</span>
        ) : (
          <a
            class="link"
            href={link(tracePath(log.traceId), { span: log.spanId, line: log.id, lines: 'all' })}
          >
            Open its {log.spanId === '' ? 'trace' : 'span in the trace'}
          </a>
        )}
      </p>
      <Attributes list={log.attributes} dropped={log.droppedAttributesCount} signal="logs" />
      {resource && (
        <details>
          <summary class="muted">Resource</summary>
          <Attributes list={resource.attributes} dropped={resource.droppedAttributesCount} signal="logs" />
        </details>
      )}
    </div>
  )
}
