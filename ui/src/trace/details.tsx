/** Everything that is known of one span: how long, how it ended, what it said, where it came from. */
import type { ComponentChildren } from 'preact'
import type { LogJson, SpanJson, TraceAnswer } from '../../../collector/src/serve/api-types.ts'
import { exactInstant, formatInstant } from '../lib/clock.ts'
import { attributeOf, attributeText } from '../lib/attribute-text.ts'
import { exactDuration, formatDuration, formatRatio } from '../lib/format.ts'
import { millisOfNano, nanosBetween } from '../lib/nano.ts'
import { tracePath } from '../lib/routes.ts'
import { filterTerm } from '../lib/search-text.ts'
import { spanTarget } from '../lib/span-target.ts'
import { Copy } from '../parts/copy.tsx'
import { Icon } from '../parts/icons.tsx'
import { Dot } from '../parts/service.tsx'
import { link } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'
import { Attributes } from './attributes.tsx'
import './details.css'
import type { TraceLayout } from './layout.ts'
import { Exception, tells } from './exception.tsx'
import { logText, type Line } from './lines.ts'

interface Props {
  trace: TraceAnswer
  layout: TraceLayout
  /** Index of the span. */
  at: number
  lines: readonly Line[]
  /** The line that was chosen, if one was. */
  chosen: Line | undefined
  close: () => void
}

export function Details({ trace, layout, at, lines, chosen, close }: Props) {
  const span = trace.spans[at]!
  const target = spanTarget(span)
  const resource = trace.resources[span.resource]
  const scope = trace.scopes[span.scope]
  const said = lines.filter(line => line.span === at)
  const logs = said.filter(line => line.log)
  const exceptions = span.events.filter(event => event.name === 'exception')
  const events = span.events.filter(event => event.name !== 'exception')
  return (
    <article class="details" aria-label={`Span ${span.name}`}>
      <header>
        <h2>
          <Dot service={span.service} /> <b>{span.service}</b> <span>{span.name}</span>
          {target !== '' && <span class="muted"> {target}</span>}
        </h2>
        <button
          type="button"
          class="square"
          onClick={close}
          aria-label="Close the details"
          title="Close (esc)"
        >
          <Icon name="close" />
        </button>
      </header>
      <Facts span={span} layout={layout} at={at} />
      <p class="leads">
        <a
          class="link"
          href={link('/traces', {
            q: `${filterTerm('service', span.service)} ${filterTerm('name', span.name)}`,
          })}
        >
          Traces with this operation
        </a>
        <a class="link" href={link('/logs', { q: filterTerm('service', span.service) })}>
          Logs of this service
        </a>
      </p>
      {(span.status === 'error' || exceptions.length > 0) && (
        <Section title={exceptions.length > 0 ? 'Exceptions' : 'Error'}>
          {span.statusMessage !== '' && !exceptions.some(tells(span.statusMessage)) && (
            <p class="message">{span.statusMessage}</p>
          )}
          {exceptions.map((event, i) => (
            <Exception key={i} event={event} />
          ))}
          {span.statusMessage === '' && exceptions.length === 0 && (
            <p class="muted">{withoutMessage(span)}</p>
          )}
        </Section>
      )}
      {logs.length > 0 && (
        <Section title="Logs" count={logs.length}>
          {logs.map(line => (
            <LogLine key={line.id} log={line.log!} at={line.at} open={line === chosen} />
          ))}
        </Section>
      )}
      <Section title="Attributes" count={span.attributes.length}>
        <Attributes list={span.attributes} dropped={span.droppedAttributesCount} signal="traces" />
      </Section>
      {(events.length > 0 || span.droppedEventsCount > 0) && (
        <Section title="Events" count={events.length}>
          {events.map((event, i) => (
            <details key={i} class="event" open={chosen?.event === event}>
              <summary>
                <span class="clip mono">{event.name}</span>
                <span class="muted">
                  +{formatDuration(Math.max(0, nanosBetween(span.startTimeUnixNano, event.timeUnixNano)))}
                </span>
              </summary>
              <Attributes list={event.attributes} dropped={event.droppedAttributesCount} signal="traces" />
            </details>
          ))}
          {span.droppedEventsCount > 0 && (
            <p class="muted none">{span.droppedEventsCount} more were dropped by the sender</p>
          )}
        </Section>
      )}
      {(span.links.length > 0 || span.droppedLinksCount > 0) && (
        <Section title="Links" count={span.links.length}>
          {span.links.map((to, i) => (
            <div key={i} class="event">
              <a class="link mono" href={link(tracePath(to.traceId), { span: to.spanId })}>
                {to.traceId}
              </a>
              <Attributes list={to.attributes} dropped={to.droppedAttributesCount} signal="traces" />
            </div>
          ))}
          {span.droppedLinksCount > 0 && (
            <p class="muted none">{span.droppedLinksCount} more were dropped by the sender</p>
          )}
        </Section>
      )}
      {resource && (
        <Section title="Resource" count={resource.attributes.length} folded>
          <Attributes list={resource.attributes} dropped={resource.droppedAttributesCount} signal="traces" />
        </Section>
      )}
      {scope && scope.name !== '' && (
        <Section title="Scope" note={`${scope.name} ${scope.version}`} folded>
          <Attributes list={scope.attributes} dropped={scope.droppedAttributesCount} signal="traces" />
        </Section>
      )}
    </article>
  )
}

/** What is known of a failure that has neither message nor exception. */
function withoutMessage(span: SpanJson): string {
  const type = attributeOf(span.attributes, 'error.type')
  return type === undefined
    ? 'failed without a message'
    : `failed with ${attributeText(type)}, without a message`
}

function Facts({ span, layout, at }: { span: SpanJson; layout: TraceLayout; at: number }) {
  const self = layout.self[at]!
  return (
    <dl class="span-facts">
      <Fact name="duration" title={exactDuration(span.durationNano)}>
        {formatDuration(span.durationNano)}
      </Fact>
      <Fact name="self" title={exactDuration(self)}>
        {formatDuration(self)}
        {span.durationNano > 0 && self < span.durationNano && (
          <span class="muted"> {formatRatio(self / span.durationNano)}</span>
        )}
      </Fact>
      <Fact name="start" title={exactInstant(span.startTimeUnixNano)}>
        +{layout.start[at]! > 0 ? formatDuration(layout.start[at]!) : '0'}
      </Fact>
      <Fact name="kind, status">
        {span.kind}, <span class={span.status === 'error' ? 'bad' : undefined}>{span.status}</span>
      </Fact>
      <Fact name="span id" wide>
        <span class="mono">{span.spanId}</span>
        <Copy text={span.spanId} what="the span id" />
      </Fact>
    </dl>
  )
}

interface FactProps {
  name: string
  title?: string
  /** Takes two columns. */
  wide?: boolean
  children: ComponentChildren
}

const Fact = ({ name, title, wide = false, children }: FactProps) => (
  <div title={title} class={wide ? 'wide' : undefined}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

interface SectionProps {
  title: string
  count?: number
  note?: string
  folded?: boolean
  children: ComponentChildren
}

const Section = ({ title, count, note, folded = false, children }: SectionProps) => (
  <details class="section" open={!folded}>
    <summary>
      <h3>{title}</h3>
      {count !== undefined && <span class="muted">{count}</span>}
      {note && <span class="muted clip mono">{note}</span>}
    </summary>
    {children}
  </details>
)

function LogLine({ log, at, open }: { log: LogJson; at: number; open: boolean }) {
  return (
    <details class={`event log severity-${log.severity}`} open={open}>
      <summary>
        <span class="mono body">{logText(log)}</span>
        <span class="muted" title={exactInstant(log.timeUnixNano)}>
          {at >= 0 ? '+' : '−'}
          {formatDuration(Math.abs(at))}
        </span>
      </summary>
      <p class="muted small">
        {log.severityText || log.severity} ·{' '}
        {formatInstant(millisOfNano(log.timeUnixNano), { utc: utc.value }, now.value)}{' '}
        <Copy text={logText(log)} what="the line" />
      </p>
      <Attributes list={log.attributes} dropped={log.droppedAttributesCount} signal="logs" />
    </details>
  )
}
