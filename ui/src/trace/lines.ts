/**
 * What was said while a span ran: its log lines and its events, as one list in the order of time.
 *
 * Each stands as a tick on the span's bar and, when lines are shown, as a row under it. A log line
 * whose span is not in the trace stands under the first span, and says so.
 */
import type { AttributeList, LogJson, SpanJson, TraceAnswer } from '../../../collector/src/serve/api-types.ts'
import { attributeOf, attributeText, oneLine } from '../lib/attribute-text.ts'
import { nanosBetween } from '../lib/nano.ts'
import { severityRank } from '../lib/severity.ts'

export type Tone = 'plain' | 'warn' | 'bad'
export type LinesShown = 'none' | 'errors' | 'all'

export interface Line {
  /** Stable within the trace. */
  readonly id: string
  /** Index of the span. */
  readonly span: number
  /** Nanoseconds behind the trace's start. */
  readonly at: number
  readonly tone: Tone
  readonly text: string
  /** The log's span is not among the spans of this trace. */
  readonly adrift: boolean
  readonly log: LogJson | undefined
  readonly event: SpanJson['events'][number] | undefined
}

const LONGEST_ROW = 400
const isException = (name: string): boolean => name === 'exception'

export function linesOf(trace: Pick<TraceAnswer, 'spans' | 'logs' | 'startTimeUnixNano'>): Line[] {
  const indexOf = new Map(trace.spans.map((span, i) => [span.spanId, i]))
  const lines: Line[] = []
  trace.spans.forEach((span, i) =>
    span.events.forEach((event, k) => lines.push(eventLine(span, event, i, k, trace.startTimeUnixNano))),
  )
  if (trace.spans.length > 0)
    for (const log of trace.logs) lines.push(logLine(log, indexOf.get(log.spanId), trace.startTimeUnixNano))
  return lines.sort((a, b) => a.span - b.span || a.at - b.at)
}

function eventLine(
  span: SpanJson,
  event: SpanJson['events'][number],
  i: number,
  k: number,
  traceStart: string,
): Line {
  const bad = isException(event.name)
  const text = bad ? exceptionText(event.attributes) : eventText(event.name, event.attributes)
  return {
    id: `${span.spanId}.${k}`,
    span: i,
    at: nanosBetween(traceStart, event.timeUnixNano),
    tone: bad ? 'bad' : 'plain',
    text: oneLine(text, LONGEST_ROW),
    adrift: false,
    log: undefined,
    event,
  }
}

export function exceptionText(attributes: AttributeList): string {
  const type = attributeOf(attributes, 'exception.type')
  const message = attributeOf(attributes, 'exception.message')
  const parts = [type, message]
    .filter(part => part !== undefined && part !== '')
    .map(part => attributeText(part!))
  return parts.length === 0 ? 'exception' : [...new Set(parts)].join(': ')
}

function eventText(name: string, attributes: AttributeList): string {
  const details = attributes.map(({ key, value }) => `${key}=${attributeText(value)}`).join(' ')
  return details === '' ? name : `${name}  ${details}`
}

export function logText(log: Pick<LogJson, 'body' | 'eventName'>): string {
  if (log.body !== null && log.body !== '') return attributeText(log.body)
  return log.eventName === '' ? '(no body)' : log.eventName
}

function logLine(log: LogJson, span: number | undefined, traceStart: string): Line {
  const rank = severityRank(log.severity)
  return {
    id: log.id,
    span: span ?? 0,
    at: nanosBetween(traceStart, log.timeUnixNano),
    tone: rank >= severityRank('error') ? 'bad' : rank >= severityRank('warn') ? 'warn' : 'plain',
    text: oneLine(logText(log), LONGEST_ROW),
    adrift: span === undefined,
    log,
    event: undefined,
  }
}

/** Where the lines of each span begin: those of span `i` are `lines[first[i]] … lines[first[i + 1] - 1]`. */
export function firstLines(lines: readonly Line[], spanCount: number): Int32Array {
  const first = new Int32Array(spanCount + 1)
  for (const line of lines) first[line.span + 1]!++
  for (let i = 0; i < spanCount; i++) first[i + 1]! += first[i]!
  return first
}

export const isShown = (line: Line, shown: LinesShown): boolean =>
  shown === 'all' || (shown === 'errors' && line.tone !== 'plain')
