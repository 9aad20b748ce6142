/** Alerts that fire or are pending, each a click from a silence; then those that were, in time. */
import { formatInstant } from '../lib/clock.ts'
import { formatDuration } from '../lib/format.ts'
import type { Range } from '../lib/time-range.ts'
import { Empty } from '../parts/states.tsx'
import type { ActiveAlert, AlertsAnswer } from '../slo/answers.ts'
import { AlertName, Episodes } from '../slo/episodes.tsx'
import { link, setParams } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'
import { matchersOf } from './matchers.ts'

const severityOf = ({ labels }: ActiveAlert): string => labels['severity'] ?? ''

/** Firing first, pages before tickets, then as long as they have been. */
const byWeight = (a: ActiveAlert, b: ActiveAlert): number =>
  a.state.localeCompare(b.state) ||
  severityOf(a).localeCompare(severityOf(b)) ||
  a.since.localeCompare(b.since)

export function Active({ answer }: { answer: AlertsAnswer }) {
  if (answer.active.length === 0)
    return (
      <Empty title="Nothing fires">
        Alerts come from the objectives: when a budget burns too fast in both windows of a pair.
      </Empty>
    )
  return (
    <table class="active-alerts">
      <thead>
        <tr>
          <th class="state">State</th>
          <th class="alert">Alert</th>
          <th class="severity">Severity</th>
          <th class="began">Since</th>
          <th class="lasted">For</th>
          <th class="labels">Labels</th>
          <th class="act" aria-label="Actions" />
        </tr>
      </thead>
      <tbody>
        {answer.active.toSorted(byWeight).map(alert => (
          <Row key={JSON.stringify(alert.labels)} alert={alert} />
        ))}
      </tbody>
    </table>
  )
}

const TOLD: ReadonlySet<string> = new Set(['alertname', 'slo', 'severity', 'window'])

function Row({ alert }: { alert: ActiveAlert }) {
  const { labels, state, since, inhibited } = alert
  const isSilenced = alert.silencedBy.length > 0
  const begin = Date.parse(since)
  const others = Object.entries(labels).filter(([key]) => !TOLD.has(key))
  const text = others.map(([key, value]) => `${key}=${value}`).join('  ')
  return (
    <tr data-row>
      <td class="state" title={inhibited ? 'Another alert that fires keeps it quiet' : undefined}>
        <span class={state === 'firing' && !isSilenced && !inhibited ? 'bad' : 'muted'}>
          {state}
          {inhibited && ', quiet'}
        </span>
      </td>
      <td class="alert" title={Object.values(labels).join(' ')}>
        <AlertName labels={labels} named />
      </td>
      <td class="severity">{labels['severity'] ?? ''}</td>
      <td class="began mono" title={since}>
        {formatInstant(begin, { utc: utc.value }, now.value, 'second')}
      </td>
      <td class="lasted">{formatDuration(Math.max(0, now.value - begin) * 1e6)}</td>
      <td class="labels mono muted" title={text}>
        {text}
      </td>
      <td class="act">
        {isSilenced ? (
          <a class="button" href={link('/alerts', { tab: 'silences' })}>
            Silenced
          </a>
        ) : (
          <button type="button" onClick={() => setParams({ silence: matchersOf(labels).join('\n') })}>
            Silence
          </button>
        )}
      </td>
    </tr>
  )
}

export function History({ answer, range }: { answer: AlertsAnswer; range: Range }) {
  if (answer.history.length === 0) return <Empty title="No alert has fired yet" />
  return <Episodes episodes={answer.history} range={range} named />
}
