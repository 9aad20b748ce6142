/**
 * The slow path: brings a request that the scan found odd into canonical form.
 *
 * - Items that cannot be kept are left out and counted: spans without valid ids, items with values
 *   nested too deep, all items of a resource or scope with such values.
 * - A singular sub-message that stands twice is merged into one, as protobuf has it.
 * - Ids that mean "none" are left out: a parent of 8 zero bytes, ids of a log that are zero or have
 *   a wrong length (the record is kept, unassociated).
 * - Of a metric the data points are the items (`normalise-metric.ts`).
 * - Unknown kinds, status codes and severities become 0.
 * Everything else, unknown fields included, is copied as it stands. The structure has been checked
 * by the scan before.
 */
import type { OtlpSignal } from '../model/telemetry.ts'
import { WireWriter } from '../wire/writer.ts'
import { eachField, mergedField } from './each-field.ts'
import { REQUEST, RESOURCE, RESOURCE_GROUP, SCOPE, SCOPE_GROUP } from './fields.ts'
import type { Findings } from './findings.ts'
import { writeLog } from './normalise-log.ts'
import { pointsIn, writeMetric } from './normalise-metric.ts'
import { writeSpan } from './normalise-span.ts'
import { TOO_DEEP, writeAttribute } from './normalise-values.ts'

interface ItemForm {
  /** Writes the item's fields. @returns false where it cannot be kept, which is then in the findings */
  readonly write: (out: WireWriter, item: Uint8Array, findings: Findings) => boolean
  /** How many items it is counted as. */
  readonly count: (item: Uint8Array) => number
}

/** @param write tells why the item cannot be kept */
const single = (
  write: (out: WireWriter, item: Uint8Array, findings: Findings) => string | undefined,
): ItemForm => ({
  write(out, item, findings) {
    const reason = write(out, item, findings)
    if (reason !== undefined) findings.reject(reason)
    return reason === undefined
  },
  count: () => 1,
})

const FORMS: Readonly<Record<OtlpSignal, ItemForm>> = {
  traces: single(writeSpan),
  logs: single(writeLog),
  metrics: { write: writeMetric, count: pointsIn },
}

/** @returns the canonical body, which may hold no item at all */
export function normalise(signal: OtlpSignal, body: Uint8Array, findings: Findings): Uint8Array {
  const out = new WireWriter(body.length)
  const form = FORMS[signal]
  eachField(body, (tag, at, start, end) => {
    if (tag === REQUEST.groups) writeResourceGroup(out, body.subarray(start, end), form, findings)
    else out.raw(body, at, end)
  })
  return out.finish()
}

function writeResourceGroup(out: WireWriter, group: Uint8Array, form: ItemForm, findings: Findings): void {
  const before = out.length
  out.varint(REQUEST.groups)
  const opened = out.open()
  const resource = mergedField(group, RESOURCE_GROUP.resource)
  if (
    resource !== undefined &&
    !writeAttributed(out, RESOURCE_GROUP.resource, resource, RESOURCE.attributes)
  ) {
    out.reset(before)
    findings.reject(TOO_DEEP, itemsInGroup(group, form))
    return
  }
  eachField(group, (tag, at, start, end) => {
    if (tag === RESOURCE_GROUP.scopeGroups) writeScopeGroup(out, group.subarray(start, end), form, findings)
    else if (tag !== RESOURCE_GROUP.resource) out.raw(group, at, end)
  })
  out.close(opened)
}

function writeScopeGroup(out: WireWriter, group: Uint8Array, form: ItemForm, findings: Findings): void {
  const before = out.length
  out.varint(RESOURCE_GROUP.scopeGroups)
  const opened = out.open()
  const scope = mergedField(group, SCOPE_GROUP.scope)
  if (scope !== undefined && !writeAttributed(out, SCOPE_GROUP.scope, scope, SCOPE.attributes)) {
    out.reset(before)
    findings.reject(TOO_DEEP, itemsInScope(group, form))
    return
  }
  eachField(group, (tag, at, start, end) => {
    if (tag === SCOPE_GROUP.items) writeOne(out, group.subarray(start, end), form, findings)
    else if (tag !== SCOPE_GROUP.scope) out.raw(group, at, end)
  })
  out.close(opened)
}

function writeOne(out: WireWriter, item: Uint8Array, form: ItemForm, findings: Findings): void {
  const before = out.length
  out.varint(SCOPE_GROUP.items)
  const opened = out.open()
  if (form.write(out, item, findings)) out.close(opened)
  else out.reset(before)
}

/** A resource or scope. @returns false where a value in it is nested too deep */
function writeAttributed(out: WireWriter, tag: number, message: Uint8Array, attributes: number): boolean {
  let kept = true
  out.varint(tag)
  const opened = out.open()
  eachField(message, (tag, at, start, end) => {
    if (tag !== attributes) out.raw(message, at, end)
    else if (!writeAttribute(out, tag, message.subarray(start, end))) kept = false
  })
  out.close(opened)
  return kept
}

function itemsInGroup(group: Uint8Array, form: ItemForm): number {
  let items = 0
  eachField(group, (tag, _at, start, end) => {
    if (tag === RESOURCE_GROUP.scopeGroups) items += itemsInScope(group.subarray(start, end), form)
  })
  return items
}

function itemsInScope(group: Uint8Array, form: ItemForm): number {
  let items = 0
  eachField(group, (tag, _at, start, end) => {
    if (tag === SCOPE_GROUP.items) items += form.count(group.subarray(start, end))
  })
  return items
}
