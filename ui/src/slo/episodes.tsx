/** Alerts as rows in time: what fired, from when to when, and what it saw. */
import { formatInstant } from '../lib/clock.ts'
import { formatDuration } from '../lib/format.ts'
import { sloPath } from '../lib/routes.ts'
import type { Range } from '../lib/time-range.ts'
import { link } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'
import type { Episode } from './answers.ts'
import './episodes.css'

interface Props {
  episodes: readonly Episode[]
  /** The time that the bars stand on. */
  range: Range
  /** Whether each says which objective or rule it is of. */
  named: boolean
}

export function Episodes({ episodes, range, named }: Props) {
  return (
    <table class={named ? 'episodes named' : 'episodes'}>
      <thead>
        <tr>
          <th class="alert">Alert</th>
          <th class="severity">Severity</th>
          <th class="began">Began</th>
          <th class="lasted">Lasted</th>
          <th class="saw">What it saw</th>
          <th class="in-time" aria-label="In time" />
        </tr>
      </thead>
      <tbody>
        {episodes.map(episode => (
          <Row key={episode.id} episode={episode} range={range} named={named} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ episode, range, named }: { episode: Episode; range: Range; named: boolean }) {
  const { labels, annotations, startsAt, endsAt } = episode
  const [begin, end] = [Date.parse(startsAt), endsAt === null ? now.value : Date.parse(endsAt)]
  const text = annotations['description'] ?? annotations['summary'] ?? ''
  return (
    <tr>
      <td
        class="alert"
        title={Object.entries(labels)
          .map(([key, value]) => `${key}=${value}`)
          .join('\n')}
      >
        <AlertName labels={labels} named={named} />
      </td>
      <td class="severity">{labels['severity'] ?? ''}</td>
      <td class="began mono" title={startsAt}>
        {formatInstant(begin, { utc: utc.value }, now.value, 'second')}
      </td>
      <td class="lasted">
        {endsAt === null ? (
          <span class="bad">firing for {formatDuration(Math.max(0, end - begin) * 1e6)}</span>
        ) : (
          formatDuration((end - begin) * 1e6)
        )}
      </td>
      <td class="saw" title={text}>
        {text}
      </td>
      <td class="in-time" aria-hidden="true">
        <TimeBar begin={begin} end={end} range={range} severity={labels['severity']} />
      </td>
    </tr>
  )
}

/** What an alert is called: the objective with its windows, or the rule's own name. */
export function AlertName({ labels, named }: { labels: Episode['labels']; named: boolean }) {
  const { alertname = '', slo, window } = labels
  if (slo === undefined) return <b>{alertname}</b>
  const what = window === undefined ? alertname.replace('SLONoData', 'no data') : `burn ${window}`
  if (!named) return <b>{what}</b>
  return (
    <>
      <a class="name" href={link(sloPath(slo))}>
        {slo}
      </a>{' '}
      <span class="muted">{what}</span>
    </>
  )
}

interface BarProps {
  begin: number
  end: number
  range: Range
  severity: string | undefined
}

function TimeBar({ begin, end, range, severity }: BarProps) {
  const place = (at: number): number =>
    (Math.min(range.to, Math.max(range.from, at)) - range.from) / (range.to - range.from)
  if (end < range.from || begin > range.to) return <span class="time-bar" />
  return (
    <span class="time-bar">
      <i
        class={severity === 'page' ? 'urgent' : ''}
        style={{
          left: `${place(begin) * 100}%`,
          width: `max(3px, ${(place(end) - place(begin)) * 100}%)`,
        }}
      />
    </span>
  )
}
