/** Traces as rows: when, what, how long (against the longest shown), how many spans, what failed, where. */
import type { TraceRow } from '../../../collector/src/serve/api-types.ts'
import { exactInstant, formatInstant, sameDay } from '../lib/clock.ts'
import { exactDuration, formatCount, formatDuration, plural } from '../lib/format.ts'
import { millisOfNano } from '../lib/nano.ts'
import { tracePath } from '../lib/routes.ts'
import { Dot } from '../parts/service.tsx'
import { link } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'
import './trace-table.css'

const MOST_DOTS = 6

export function TraceTable({ traces, chosen }: { traces: readonly TraceRow[]; chosen: number }) {
  const longest = Math.max(1, ...traces.map(trace => trace.durationNano))
  const dated = traces.some(
    trace => !sameDay(millisOfNano(trace.startTimeUnixNano), now.value, { utc: utc.value }),
  )
  return (
    <table class={dated ? 'traces dated' : 'traces'}>
      <thead>
        <tr>
          <th class="when">Start</th>
          <th class="what">Root</th>
          <th class="long">Duration</th>
          <th class="number spans">Spans</th>
          <th class="number errors">Errors</th>
          <th class="where">Services</th>
        </tr>
      </thead>
      <tbody>
        {traces.map((trace, i) => (
          <Row key={trace.traceId} trace={trace} longest={longest} chosen={i === chosen} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ trace, longest, chosen }: { trace: TraceRow; longest: number; chosen: boolean }) {
  const { root, startTimeUnixNano, durationNano, spanCount, errorCount, services } = trace
  return (
    <tr data-row aria-selected={chosen}>
      <td class="when mono" title={exactInstant(startTimeUnixNano)}>
        {formatInstant(millisOfNano(startTimeUnixNano), { utc: utc.value }, now.value)}
      </td>
      <td class="what" title={`${root.service}  ${root.name}`}>
        <a href={link(tracePath(trace.traceId))}>
          <Dot service={root.service} /> <b>{root.service}</b> {root.name}
        </a>
      </td>
      <td class="long" title={exactDuration(durationNano)}>
        <span>{formatDuration(durationNano)}</span>
        <i
          aria-hidden="true"
          class={errorCount > 0 ? 'length failed' : 'length'}
          style={{ width: `calc((100% - 100px) * ${Math.max(0.005, durationNano / longest)})` }}
        />
      </td>
      <td class="number spans">{formatCount(spanCount)}</td>
      <td class="number errors">
        {errorCount > 0 ? <span class="bad">{formatCount(errorCount)}</span> : <span class="muted">0</span>}
      </td>
      <td
        class="where"
        title={services.map(({ name, spanCount: spans }) => `${name}: ${plural(spans, 'span')}`).join('\n')}
      >
        {services.slice(0, MOST_DOTS).map(({ name }) => (
          <Dot key={name} service={name} />
        ))}{' '}
        <span class="muted">{services.length}</span>
      </td>
    </tr>
  )
}
