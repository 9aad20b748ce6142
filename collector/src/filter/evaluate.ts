/**
 * The filter tree over one record: compiled once into closures, then called for each record.
 *
 * This is the plain reading of `ast.ts`; a backend that works on columns is held to the same answers.
 */
import type { Attributes } from '../model/attributes.ts'
import { serviceName, type LogRecord, type Span } from '../model/telemetry.ts'
import { valueText } from '../model/value-text.ts'
import type { Filter, Intrinsic } from './ast.ts'
import {
  compileIntrinsicTest,
  compileTextTest,
  compileValueTest,
  type FieldLeaf,
  type ValueTest,
} from './compare.ts'
import { LOG_INTRINSICS, SPAN_INTRINSICS } from './intrinsics.ts'
import type { TextTest } from './pattern.ts'
import { compileSeverityTest } from './severity.ts'

export type RecordTest<Item> = (record: Item) => boolean

/** @throws HodoscopeError `query_malformed` when a regular expression in it is malformed */
export function compileSpanFilter(filter: Filter): RecordTest<Span> {
  return compileTree(filter, { leaf: spanLeaf, text: spanText })
}

/** @throws HodoscopeError `query_malformed` when a regular expression in it is malformed */
export function compileLogFilter(filter: Filter): RecordTest<LogRecord> {
  return compileTree(filter, { leaf: logLeaf, text: logText })
}

export const matchesSpan = (filter: Filter, span: Span): boolean => compileSpanFilter(filter)(span)
export const matchesLog = (filter: Filter, log: LogRecord): boolean => compileLogFilter(filter)(log)

interface Leaves<Item> {
  leaf(leaf: FieldLeaf): RecordTest<Item>
  text(test: TextTest): RecordTest<Item>
}

function compileTree<Item>(filter: Filter, leaves: Leaves<Item>): RecordTest<Item> {
  switch (filter.op) {
    case 'all':
      return () => true
    case 'and': {
      const tests = filter.of.map(child => compileTree(child, leaves))
      return record => tests.every(test => test(record))
    }
    case 'or': {
      const tests = filter.of.map(child => compileTree(child, leaves))
      return record => tests.some(test => test(record))
    }
    case 'not': {
      const test = compileTree(filter.of, leaves)
      return record => !test(record)
    }
    case 'text':
      return leaves.text(compileTextTest(filter.text))
    default:
      return leaves.leaf(filter)
  }
}

const never = (): boolean => false

function spanLeaf(leaf: FieldLeaf): RecordTest<Span> {
  const { field } = leaf
  if (field.in === 'intrinsic') return spanIntrinsic(field.name, leaf)
  const { key } = field
  const test = compileValueTest(leaf)
  const inEvents = (span: Span) => span.events.some(event => holds(event.attributes, key, test))
  switch (field.in) {
    case 'any':
      return span =>
        holds(span.attributes, key, test) ||
        holds(span.resource.attributes, key, test) ||
        holds(span.scope.attributes, key, test) ||
        inEvents(span)
    case 'span':
      return span => holds(span.attributes, key, test)
    case 'event':
      return inEvents
    case 'link':
      return span => span.links.some(link => holds(link.attributes, key, test))
    case 'scope':
      return span => holds(span.scope.attributes, key, test)
    case 'resource':
      return span => holds(span.resource.attributes, key, test)
    default:
      return never
  }
}

function spanIntrinsic(name: Intrinsic, leaf: FieldLeaf): RecordTest<Span> {
  const test = compileIntrinsicTest(leaf)
  if (name === 'event') return span => span.events.some(event => test(event.name))
  const read = SPAN_INTRINSICS[name]
  return read === undefined ? never : span => test(read(span))
}

function logLeaf(leaf: FieldLeaf): RecordTest<LogRecord> {
  const { field } = leaf
  if (field.in === 'intrinsic') return logIntrinsic(field.name, leaf)
  const { key } = field
  const test = compileValueTest(leaf)
  switch (field.in) {
    case 'any':
      return log =>
        holds(log.attributes, key, test) ||
        holds(log.resource.attributes, key, test) ||
        holds(log.scope.attributes, key, test)
    case 'log':
      return log => holds(log.attributes, key, test)
    case 'scope':
      return log => holds(log.scope.attributes, key, test)
    case 'resource':
      return log => holds(log.resource.attributes, key, test)
    default:
      return never
  }
}

function logIntrinsic(name: Intrinsic, leaf: FieldLeaf): RecordTest<LogRecord> {
  if (name === 'severity') {
    const test = compileSeverityTest(leaf)
    return log => test(log.severityNumber)
  }
  const test = name === 'body' ? compileBodyTest(leaf) : compileIntrinsicTest(leaf)
  const read = LOG_INTRINSICS[name]
  return read === undefined ? never : log => test(read(log))
}

/** A body that was not set is absent, like an empty text. */
function compileBodyTest(leaf: FieldLeaf): ValueTest {
  const test = compileIntrinsicTest(leaf)
  return value => value !== null && test(value)
}

function holds(attributes: Attributes, key: string, test: ValueTest): boolean {
  for (const entry of attributes) if (entry.key === key && test(entry.value)) return true
  return false
}

function holdsInText(attributes: Attributes, test: TextTest): boolean {
  for (const { value } of attributes) if (typeof value === 'string' && test(value)) return true
  return false
}

function spanText(test: TextTest): RecordTest<Span> {
  return span =>
    test(span.name) ||
    test(serviceName(span.resource)) ||
    test(span.status.message) ||
    holdsInText(span.attributes, test) ||
    span.events.some(event => holdsInText(event.attributes, test))
}

function logText(test: TextTest): RecordTest<LogRecord> {
  const inBody = (log: LogRecord) => {
    const text = valueText(log.body)
    return text !== undefined && test(text)
  }
  return log =>
    inBody(log) || test(log.eventName) || test(serviceName(log.resource)) || holdsInText(log.attributes, test)
}
