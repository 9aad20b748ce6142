/**
 * OTLP/JSON to OTLP protobuf.
 *
 * What leaves has the structure of protobuf but is not yet canonical: the scan that follows judges
 * ids and depths for both encodings alike.
 *
 * Source: opentelemetry-proto docs/specification.md, "JSON Protobuf Encoding".
 */
import { HodoscopeError } from '../../model/errors.ts'
import type { OtlpSignal } from '../../model/telemetry.ts'
import { WireWriter } from '../../wire/writer.ts'
import { REQUEST, RESOURCE, RESOURCE_GROUP, SCOPE, SCOPE_GROUP } from '../fields.ts'
import type { Findings } from '../findings.ts'
import { writeLog } from './log.ts'
import { jsonPointsIn, writeMetric } from './metric.ts'
import { writeDropped, writeSpan } from './span.ts'
import { jsonText } from './text.ts'
import { Transcoder, type JsonObject } from './transcoder.ts'
import { writeAttributes } from './values.ts'

/** Objects and arrays for each record or container: more than any real request has. */
const CONTAINERS_PER_RECORD = 4

interface Names {
  readonly groups: readonly [string, string]
  readonly scopeGroups: readonly [string, string]
  readonly items: readonly [string, string]
}

const NAMES: Readonly<Record<OtlpSignal, Names>> = {
  traces: {
    groups: ['resourceSpans', 'resource_spans'],
    scopeGroups: ['scopeSpans', 'scope_spans'],
    items: ['spans', 'spans'],
  },
  logs: {
    groups: ['resourceLogs', 'resource_logs'],
    scopeGroups: ['scopeLogs', 'scope_logs'],
    items: ['logRecords', 'log_records'],
  },
  metrics: {
    groups: ['resourceMetrics', 'resource_metrics'],
    scopeGroups: ['scopeMetrics', 'scope_metrics'],
    items: ['metrics', 'metrics'],
  },
}

/** @throws HodoscopeError `payload_malformed`, its message naming the place; BudgetError */
export function canonicalOfJson(
  signal: OtlpSignal,
  body: Uint8Array,
  maxRecords: number,
  findings: Findings,
): Uint8Array {
  const to = new Transcoder(signal, new WireWriter(body.length / 2), findings)
  const root = to.object(parsed(jsonText(body, maxRecords * CONTAINERS_PER_RECORD)), '')
  if (root === undefined) return to.malformed('', 'an object')
  const names = NAMES[signal]
  to.list(member(root, names.groups), names.groups[0]).forEach((element, index) => {
    to.position[0] = index
    const group = to.object(element, '')
    if (group !== undefined) writeResourceGroup(to, group, names)
  })
  return to.out.finish()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const told = error instanceof Error ? error.message.slice(0, 200) : String(error)
    throw new HodoscopeError('payload_malformed', `the body is not JSON: ${told}`, { cause: error })
  }
}

function writeResourceGroup(to: Transcoder, group: JsonObject, names: Names): void {
  const { out } = to
  const before = out.length
  out.varint(REQUEST.groups)
  const opened = out.open()
  writeResource(to, to.object(group['resource'], 'resource'))
  to.text(RESOURCE_GROUP.schemaUrl, group['schemaUrl'] ?? group['schema_url'], 'schemaUrl')
  const scopeGroups = to.list(member(group, names.scopeGroups), names.scopeGroups[0])
  if (to.fault !== '') {
    const items = scopeGroups.map(scopeGroup => countOf(to, itemsOf(to, to.object(scopeGroup, ''), names)))
    return rejectAll(
      to,
      before,
      items.reduce((sum, count) => sum + count, 0),
    )
  }
  scopeGroups.forEach((element, index) => {
    to.position[1] = index
    const scopeGroup = to.object(element, '')
    if (scopeGroup !== undefined) writeScopeGroup(to, scopeGroup, names)
  })
  to.position[1] = -1
  out.close(opened)
}

function writeScopeGroup(to: Transcoder, group: JsonObject, names: Names): void {
  const { out } = to
  const before = out.length
  out.varint(RESOURCE_GROUP.scopeGroups)
  const opened = out.open()
  writeScope(to, to.object(group['scope'], 'scope'))
  to.text(SCOPE_GROUP.schemaUrl, group['schemaUrl'] ?? group['schema_url'], 'schemaUrl')
  const items = itemsOf(to, group, names)
  if (to.fault !== '') return rejectAll(to, before, countOf(to, items))
  items.forEach((element, index) => {
    to.position[2] = index
    const item = to.object(element, '')
    if (item !== undefined) writeItem(to, item)
  })
  to.position[2] = -1
  out.close(opened)
}

function writeItem(to: Transcoder, item: JsonObject): void {
  const { out } = to
  const before = out.length
  out.varint(SCOPE_GROUP.items)
  const opened = out.open()
  if (to.signal === 'traces') writeSpan(to, item)
  else if (to.signal === 'logs') writeLog(to, item)
  else writeMetric(to, item)
  if (to.fault === '') out.close(opened)
  else rejectAll(to, before, countOf(to, [item]))
}

function writeResource(to: Transcoder, resource: JsonObject | undefined): void {
  if (resource === undefined) return
  to.out.varint(RESOURCE_GROUP.resource)
  const opened = to.out.open()
  writeAttributes(to, RESOURCE.attributes, resource['attributes'], 'resource.attributes')
  writeDropped(
    to,
    RESOURCE.droppedAttributesCount,
    resource,
    'droppedAttributesCount',
    'dropped_attributes_count',
  )
  to.out.close(opened)
}

function writeScope(to: Transcoder, scope: JsonObject | undefined): void {
  if (scope === undefined) return
  to.out.varint(SCOPE_GROUP.scope)
  const opened = to.out.open()
  to.text(SCOPE.name, scope['name'], 'name of the scope')
  to.text(SCOPE.version, scope['version'], 'version of the scope')
  writeAttributes(to, SCOPE.attributes, scope['attributes'], 'scope.attributes')
  writeDropped(to, SCOPE.droppedAttributesCount, scope, 'droppedAttributesCount', 'dropped_attributes_count')
  to.out.close(opened)
}

/** Takes back what was written since `before` and counts its items as rejected. */
function rejectAll(to: Transcoder, before: number, items: number): void {
  to.out.reset(before)
  to.findings.reject(to.fault, items)
  to.fault = ''
}

const itemsOf = (to: Transcoder, scopeGroup: JsonObject | undefined, names: Names): readonly unknown[] =>
  to.list(scopeGroup === undefined ? undefined : member(scopeGroup, names.items), names.items[0])

/** Spans, log records, or the data points of metrics. */
function countOf(to: Transcoder, items: readonly unknown[]): number {
  const given = items.filter(element => element !== null)
  if (to.signal !== 'metrics') return given.length
  return given.reduce((sum: number, metric) => sum + jsonPointsIn(to, to.object(metric, '')), 0)
}

const member = (object: JsonObject, [camel, snake]: readonly [string, string]): unknown =>
  object[camel] ?? object[snake]
