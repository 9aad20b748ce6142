/**
 * One objective as a form and as YAML. The text is what there is: the form reads its fields from it,
 * and writes each into its place, so that comments and whatever the form does not know stay.
 */
import { isMap, isScalar, parseDocument, type Document } from 'yaml'
import { percentOf, targetOf } from './words.ts'

/** A rolling window by its length, or the calendar's own. */
export type IndicatorKind = 'good' | 'bad' | 'threshold'

/** What the form shows; every field as the text that is typed. */
export interface FormFields {
  readonly name: string
  readonly displayName: string
  readonly description: string
  readonly service: string
  /** `spans`, `logs` or `metrics`. */
  readonly signal: string
  readonly kind: IndicatorKind
  readonly events: string
  /** What makes one good or bad; for a threshold, milliseconds. */
  readonly condition: string
  /** Per cent. */
  readonly target: string
  readonly window: string
  readonly calendar: boolean
  readonly timeZone: string
}

type Path = readonly (string | number)[]

const METADATA = ['metadata']
const SPEC = ['spec']
const INDICATOR: Path = ['spec', 'indicator', 'spec']
const OBJECTIVE: Path = ['spec', 'objectives', 0]
const WINDOW: Path = ['spec', 'timeWindow', 0]

/** Where each field stands, in the API's words: what is wrong there is told beside it. */
export const PLACES: Readonly<Partial<Record<keyof FormFields, readonly string[]>>> = {
  name: ['metadata.name'],
  displayName: ['metadata.displayName'],
  description: ['spec.description'],
  service: ['spec.service'],
  events: ['spec.indicator.spec.ratioMetric.total', 'spec.indicator.spec.thresholdMetric'],
  condition: [
    'spec.indicator.spec.ratioMetric.good',
    'spec.indicator.spec.ratioMetric.bad',
    'spec.objectives[0].value',
    'spec.objectives[0].op',
  ],
  target: ['spec.objectives[0].target', 'spec.objectives[0].targetPercent'],
  window: ['spec.timeWindow'],
}

/** @returns why the form cannot hold this text, or what it holds */
export function readForm(yaml: string): FormFields | string {
  const document = parseDocument(yaml)
  if (document.errors.length > 0) return 'The YAML is malformed: mend it, and the form follows.'
  if (!isMap(document.contents)) return 'The YAML holds no document.'
  const text = (...path: Path): string => textAt(document, path)
  if (text('apiVersion') !== 'openslo/v1' || text('kind') !== 'SLO')
    return 'The form knows openslo/v1 documents of kind SLO.'
  if (document.hasIn(['spec', 'indicatorRef'])) return 'The indicator stands in another document.'
  if (document.hasIn(['spec', 'objectives', 1])) return 'It has several objectives; the form edits one.'
  const ratio = [...INDICATOR, 'ratioMetric']
  const kind = document.hasIn([...INDICATOR, 'thresholdMetric'])
    ? 'threshold'
    : document.hasIn([...ratio, 'bad'])
      ? 'bad'
      : 'good'
  const source = sourceOf(kind)
  const percent = text(...OBJECTIVE, 'targetPercent')
  const isMetric = text(...source, 'type').toLowerCase() === 'prometheus'
  return {
    kind,
    name: text('metadata', 'name'),
    displayName: text('metadata', 'displayName'),
    description: text('spec', 'description'),
    service: text('spec', 'service'),
    signal: isMetric ? 'metrics' : text(...source, 'spec', 'signal') || 'spans',
    events: text(...source, 'spec', 'query'),
    condition:
      kind === 'threshold'
        ? text(...OBJECTIVE, 'value')
        : text(...ratio, kind, 'metricSource', 'spec', 'query'),
    target: percent === '' ? percentText(text(...OBJECTIVE, 'target')) : percent,
    window: text(...WINDOW, 'duration'),
    calendar: document.hasIn([...WINDOW, 'calendar']),
    timeZone: text(...WINDOW, 'calendar', 'timeZone'),
  }
}

/** What is no decimal stays as typed, so that its fault is seen. */
const percentText = (target: string): string => (/^0?\.\d+$/.test(target) ? percentOf(target) : target)

const sourceOf = (kind: IndicatorKind): Path =>
  kind === 'threshold'
    ? [...INDICATOR, 'thresholdMetric', 'metricSource']
    : [...INDICATOR, 'ratioMetric', 'total', 'metricSource']

/** The source text of a scalar: `0.9990` is not 0.999. */
function textAt(document: Document, path: Path): string {
  const node = document.getIn(path, true)
  if (!isScalar(node)) return ''
  const { value, source } = node
  if (typeof value === 'number') return source ?? String(value)
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : ''
}

/** Writes one field of the form into the text. */
export function writeField(yaml: string, field: keyof FormFields, value: string): string {
  const document = parseDocument(yaml)
  const form = readForm(yaml)
  if (typeof form === 'string') return yaml
  const set = (path: Path, to: unknown): void => document.setIn(path, to)
  const optional = (path: Path, to: string): void =>
    void (to === '' ? document.deleteIn(path) : set(path, to))
  switch (field) {
    case 'name':
      set([...METADATA, 'name'], value)
      break
    case 'displayName':
      optional([...METADATA, 'displayName'], value)
      break
    case 'description':
      optional([...SPEC, 'description'], value)
      break
    case 'service':
      optional([...SPEC, 'service'], value)
      break
    case 'target':
      document.deleteIn([...OBJECTIVE, 'targetPercent'])
      set([...OBJECTIVE, 'target'], decimalNode(document, value))
      break
    case 'window':
      set([...WINDOW, 'duration'], value)
      break
    case 'calendar':
      writeCalendar(document, value === 'true')
      break
    case 'timeZone':
      set([...WINDOW, 'calendar', 'timeZone'], value)
      break
    default:
      writeIndicator(document, { ...form, [field]: value })
  }
  return document.toString({ lineWidth: 0 })
}

/** A decimal keeps its digits; what is no percentage is written as typed, for the collector to judge. */
function decimalNode(document: Document, percent: string): unknown {
  const target = targetOf(percent)
  const node = document.createNode(target === undefined ? percent : Number(target))
  if (target !== undefined) node.source = target
  return node
}

/** A calendar's month begins on its first day, a week on a Monday. */
function writeCalendar(document: Document, calendar: boolean): void {
  document.setIn(WINDOW, document.createNode(calendar ? CALENDAR : { duration: '30d', isRolling: true }))
}

const CALENDAR = {
  duration: '1M',
  isRolling: false,
  calendar: { startTime: '2024-01-01 00:00:00', timeZone: 'UTC' },
}

function writeIndicator(document: Document, form: FormFields): void {
  const { kind, signal, events, condition } = form
  const source = (query: string): object => ({
    metricSource:
      signal === 'metrics'
        ? { type: 'Prometheus', spec: { query } }
        : { type: 'Hodoscope', spec: { ...(signal === 'logs' && { signal }), query } },
  })
  if (kind === 'threshold') {
    document.setIn(INDICATOR, document.createNode({ thresholdMetric: source(events) }))
    if (!document.hasIn([...OBJECTIVE, 'op'])) document.setIn([...OBJECTIVE, 'op'], 'lt')
    document.setIn([...OBJECTIVE, 'value'], /^\d+(\.\d+)?$/.test(condition) ? Number(condition) : condition)
    return
  }
  document.deleteIn([...OBJECTIVE, 'op'])
  document.deleteIn([...OBJECTIVE, 'value'])
  const counter = document.getIn([...INDICATOR, 'ratioMetric', 'counter'])
  const ratio = {
    ...(counter !== undefined && { counter }),
    [kind]: source(condition),
    total: source(events),
  }
  document.setIn(INDICATOR, document.createNode({ ratioMetric: ratio }))
}
