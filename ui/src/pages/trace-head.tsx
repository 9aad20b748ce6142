/** The head of a trace: what it was, how long it took, who took part, its ids, and what is odd about it. */
import type { TraceAnswer, TraceMetricsAnswer } from '../../../collector/src/serve/api-types.ts'
import { useSignal } from '@preact/signals'
import type { PathShare } from '../trace/critical-path.ts'
import { exactInstant, formatInstant } from '../lib/clock.ts'
import { exactDuration, formatDuration, formatInteger, formatRatio, plural } from '../lib/format.ts'
import { millisOfNano } from '../lib/nano.ts'
import { shortId } from '../lib/any-id.ts'
import { idPath, tracePath } from '../lib/routes.ts'
import { spanTarget } from '../lib/span-target.ts'
import { Copy } from '../parts/copy.tsx'
import { Icon } from '../parts/icons.tsx'
import { Dot } from '../parts/service.tsx'
import { useLoad } from '../state/load.ts'
import { link } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'
import { Marks } from './lazy-marks.ts'

const MOST_IDS = 3

export function TraceHead({ trace, shares }: { trace: TraceAnswer; shares: readonly PathShare[] }) {
  const { root, durationNano, spanCount, services, errorCount, traceId, correlationIds } = trace
  const first = trace.spans[0]
  const target = first?.name === root.name ? spanTarget(first) : ''
  return (
    <header class="trace-head">
      <div class="head">
        <h1 class="clip" title={`${root.service}  ${root.name}  ${target}`.trimEnd()}>
          <Dot service={root.service} /> {root.service} <span>{root.name}</span>
          {target !== '' && <span class="muted"> {target}</span>}
        </h1>
        <p class="facts">
          <b title={exactDuration(durationNano)}>{formatDuration(durationNano)}</b>
          <span>
            {formatInteger(spanCount)} {spanCount === 1 ? 'span' : 'spans'}
          </span>
          <span>{plural(services.length, 'service')}</span>
          <span>{plural(trace.logs.length, 'log line')}</span>
          <span class={errorCount > 0 ? 'bad' : ''}>{plural(errorCount, 'error')}</span>
        </p>
        <div class="actions">
          <a
            class="button"
            href={`/api/traces/${encodeURIComponent(traceId)}?format=otlp`}
            download={`trace-${shortName(traceId)}.json`}
            title="Download as OTLP JSON"
          >
            <Icon name="download" />
            OTLP
          </a>
        </div>
      </div>
      <div class="ids">
        <span>
          trace <code title={traceId}>{shortId(traceId)}</code>
          <Copy text={traceId} what="the trace id" />
        </span>
        {correlationIds
          .filter(id => id !== traceId)
          .slice(0, MOST_IDS)
          .map(id => (
            <span key={id}>
              correlation{' '}
              <a class="link mono clip" href={link(idPath(id), { all: 1 })} title={`Everything with ${id}`}>
                {shortId(id)}
              </a>
              <Copy text={id} what="the correlation id" />
            </span>
          ))}
        <time title={exactInstant(trace.startTimeUnixNano)}>
          {formatInstant(millisOfNano(trace.startTimeUnixNano), { utc: utc.value }, now.value)}
        </time>
        <CriticalPath shares={shares} />
        <LeftMarks traceId={traceId} />
        <ul class="who">
          {services.map(({ name, spanCount: spans, errorCount: errors }) => (
            <li key={name} title={`${name}: ${plural(spans, 'span')}, ${plural(errors, 'error')}`}>
              <Dot service={name} />
              <span class="clip">{name}</span> <span class="muted">{formatInteger(spans)}</span>
            </li>
          ))}
        </ul>
      </div>
      {trace.warnings.length > 0 && (
        <ul class="warnings">
          {trace.warnings.map((warning, i) => (
            <li key={i}>{warning.message}</li>
          ))}
        </ul>
      )}
    </header>
  )
}

/** The metrics that hold an exemplar of the trace, opened in place. */
function LeftMarks({ traceId }: { traceId: string }) {
  const { data, failure } = useLoad<TraceMetricsAnswer>(`/api${tracePath(traceId)}/metrics`, traceId)
  const open = useSignal(false)
  if (failure) return <span title={failure.message}>its metrics were not read</span>
  if (data === undefined || data.metrics.length === 0) return undefined
  return (
    <details class="left-marks" onToggle={event => (open.value = event.currentTarget.open)}>
      <summary>left its mark on {plural(data.metrics.length, 'series', 'series')}</summary>
      {open.value && <Marks metrics={data.metrics} />}
    </details>
  )
}

const MOST_SHARES = 3

/** Who holds how much of the time that the trace took. */
function CriticalPath({ shares }: { shares: readonly PathShare[] }) {
  if (shares.length < 2) return undefined
  const all = shares.map(({ service, nano }) => `${service}: ${formatDuration(nano)}`).join('\n')
  const most = shares.slice(0, MOST_SHARES)
  return (
    <span class="path" title={`What the end of the trace waited for\n${all}`}>
      critical path
      {most.map(({ service, ratio }) => (
        <span key={service}>
          <Dot service={service} /> <span class="clip">{service}</span> {formatRatio(ratio)}
        </span>
      ))}
    </span>
  )
}

const shortName = (traceId: string): string => traceId.replaceAll(/[^0-9A-Za-z-]/g, '').slice(0, 32)
