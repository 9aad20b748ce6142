import { describe, expect, it } from 'vitest'
import type { AttributeList, LogJson, SpanJson } from '../../../collector/src/serve/api-types.ts'
import { layoutTrace } from './layout.ts'
import { firstLines, linesOf, type LinesShown } from './lines.ts'
import { nextFailure, rowOf, visibleRows } from './rows.ts'

const span = (spanId: string, parent: number, depth: number, more: Partial<SpanJson> = {}): SpanJson => ({
  spanId,
  parentSpanId: '',
  name: spanId,
  service: 'shop',
  kind: 'internal',
  startTimeUnixNano: '1000',
  durationNano: 100,
  status: 'unset',
  statusMessage: '',
  traceState: '',
  flags: 0,
  attributes: [],
  events: [],
  links: [],
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
  resource: 0,
  scope: 0,
  parent,
  depth,
  ...more,
})

const log = (
  id: string,
  spanId: string,
  time: string,
  severity: LogJson['severity'],
  body: string,
): LogJson => ({
  id,
  timeUnixNano: time,
  observedTimeUnixNano: time,
  severity,
  severityNumber: 9,
  severityText: '',
  eventName: '',
  body,
  service: 'shop',
  traceId: '',
  spanId,
  flags: 0,
  attributes: [],
  droppedAttributesCount: 0,
  resource: 0,
  scope: 0,
})

const thrown: AttributeList = [
  { key: 'exception.type', value: 'PaymentError' },
  { key: 'exception.message', value: 'insufficient_funds\nat once' },
]
const trace = {
  startTimeUnixNano: '1000',
  spans: [
    span('root', -1, 0),
    span('pay', 0, 1, {
      status: 'error',
      events: [{ timeUnixNano: '1090', name: 'exception', attributes: thrown, droppedAttributesCount: 0 }],
    }),
    span('db', 1, 2, { status: 'error' }),
    span('mail', 0, 1),
  ],
  logs: [
    log('l1', 'pay', '1010', 'info', 'charging'),
    log('l2', 'pay', '1020', 'warn', 'slow'),
    log('l3', 'gone', '1030', 'error', 'lost'),
  ],
}
const layout = layoutTrace(trace.spans, trace.startTimeUnixNano)
const lines = linesOf(trace)
const first = firstLines(lines, layout.count)
const rowsOf = (collapsed: number[], shown: LinesShown): string[] => {
  const rows = visibleRows(layout, lines, first, new Set(collapsed), shown)
  return Array.from(rows.span, (s, row) =>
    rows.line[row]! < 0 ? trace.spans[s]!.spanId : lines[rows.line[row]!]!.text,
  )
}

describe('lines', () => {
  it('are logs and events of a span by time; a log without its span stands under the first, and says so', () => {
    expect(lines.map(line => [line.span, line.at, line.tone, line.text, line.adrift])).toEqual([
      [0, 30, 'bad', 'lost', true],
      [1, 10, 'plain', 'charging', false],
      [1, 20, 'warn', 'slow', false],
      [1, 90, 'bad', 'PaymentError: insufficient_funds ⏎ at once', false],
    ])
  })

  it('know where those of each span begin', () => {
    expect([...first]).toEqual([0, 1, 4, 4, 4])
  })
})

describe('rows', () => {
  it('show warnings and errors in place', () => {
    expect(rowsOf([], 'errors')).toEqual([
      'root',
      'lost',
      'pay',
      'slow',
      'PaymentError: insufficient_funds ⏎ at once',
      'db',
      'mail',
    ])
  })

  it('show all lines, or none', () => {
    expect(rowsOf([], 'all')).toContain('charging')
    expect(rowsOf([], 'none')).toEqual(['root', 'pay', 'db', 'mail'])
  })

  it('hide what is folded, lines included', () => {
    expect(rowsOf([1], 'all')).toEqual(['root', 'lost', 'pay', 'mail'])
    expect(rowsOf([0], 'all')).toEqual(['root'])
  })

  it('are found by span and line; a hidden span is found by the ancestor that hides it', () => {
    const rows = visibleRows(layout, lines, first, new Set(), 'errors')
    expect([rowOf(rows, 0), rowOf(rows, 1), rowOf(rows, 1, 3), rowOf(rows, 3)]).toEqual([0, 2, 4, 6])
    expect(rowOf(visibleRows(layout, lines, first, new Set([1]), 'none'), 2)).toBe(1)
  })
})

describe('nextFailure', () => {
  it('goes round in both directions', () => {
    expect([nextFailure(layout, -1, 1), nextFailure(layout, 1, 1), nextFailure(layout, 2, 1)]).toEqual([
      1, 2, 1,
    ])
    expect([nextFailure(layout, 1, -1), nextFailure(layout, 0, -1), nextFailure(layout, -1, -1)]).toEqual([
      2, 2, 2,
    ])
  })

  it('is -1 where nothing failed', () => {
    expect(nextFailure(layoutTrace([span('a', -1, 0)], '1000'), 0, 1)).toBe(-1)
  })
})
