/**
 * The slow path: brings a request that the scan found odd into canonical form.
 *
 * - Items that cannot be kept are left out and counted: spans without valid ids, items with values
 *   nested too deep, all items of a resource or scope with such values.
 * - A singular sub-message that stands twice is merged into one, as protobuf has it.
 * - Ids that mean "none" are left out: a parent of 8 zero bytes, ids of a log that are zero or have
 *   a wrong length (the record is kept, unassociated).
 * - Unknown kinds, status codes and severities become 0.
 * Everything else, unknown fields included, is copied as it stands. The structure has been checked
 * by the scan before.
 */
import type { Signal } from '../model/telemetry.ts'
import { WireWriter } from '../wire/writer.ts'
import { countFields, eachField, mergedField } from './each-field.ts'
import { REQUEST, RESOURCE, RESOURCE_GROUP, SCOPE, SCOPE_GROUP } from './fields.ts'
import type { Findings } from './findings.ts'
import { writeLog } from './normalise-log.ts'
import { writeSpan } from './normalise-span.ts'
import { TOO_DEEP, writeAttribute } from './normalise-values.ts'

/** Writes the item's fields. @returns why it cannot be kept, else undefined */
type WriteItem = (out: WireWriter, item: Uint8Array, findings: Findings) => string | undefined

/** @returns the canonical body, which may hold no item at all */
export function normalise(signal: Signal, body: Uint8Array, findings: Findings): Uint8Array {
  const out = new WireWriter(body.length)
  const writeItem = signal === 'traces' ? writeSpan : writeLog
  eachField(body, (tag, at, start, end) => {
    if (tag === REQUEST.groups) writeResourceGroup(out, body.subarray(start, end), writeItem, findings)
    else out.raw(body, at, end)
  })
  return out.finish()
}

function writeResourceGroup(
  out: WireWriter,
  group: Uint8Array,
  writeItem: WriteItem,
  findings: Findings,
): void {
  const before = out.length
  out.varint(REQUEST.groups)
  const opened = out.open()
  const resource = mergedField(group, RESOURCE_GROUP.resource)
  if (
    resource !== undefined &&
    !writeAttributed(out, RESOURCE_GROUP.resource, resource, RESOURCE.attributes)
  ) {
    out.reset(before)
    findings.reject(TOO_DEEP, itemsInGroup(group))
    return
  }
  eachField(group, (tag, at, start, end) => {
    if (tag === RESOURCE_GROUP.scopeGroups)
      writeScopeGroup(out, group.subarray(start, end), writeItem, findings)
    else if (tag !== RESOURCE_GROUP.resource) out.raw(group, at, end)
  })
  out.close(opened)
}

function writeScopeGroup(out: WireWriter, group: Uint8Array, writeItem: WriteItem, findings: Findings): void {
  const before = out.length
  out.varint(RESOURCE_GROUP.scopeGroups)
  const opened = out.open()
  const scope = mergedField(group, SCOPE_GROUP.scope)
  if (scope !== undefined && !writeAttributed(out, SCOPE_GROUP.scope, scope, SCOPE.attributes)) {
    out.reset(before)
    findings.reject(TOO_DEEP, countFields(group, SCOPE_GROUP.items))
    return
  }
  eachField(group, (tag, at, start, end) => {
    if (tag === SCOPE_GROUP.items) writeOne(out, group.subarray(start, end), writeItem, findings)
    else if (tag !== SCOPE_GROUP.scope) out.raw(group, at, end)
  })
  out.close(opened)
}

function writeOne(out: WireWriter, item: Uint8Array, writeItem: WriteItem, findings: Findings): void {
  const before = out.length
  out.varint(SCOPE_GROUP.items)
  const opened = out.open()
  const reason = writeItem(out, item, findings)
  if (reason === undefined) out.close(opened)
  else {
    out.reset(before)
    findings.reject(reason)
  }
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

function itemsInGroup(group: Uint8Array): number {
  let items = 0
  eachField(group, (tag, _at, start, end) => {
    if (tag === RESOURCE_GROUP.scopeGroups)
      items += countFields(group.subarray(start, end), SCOPE_GROUP.items)
  })
  return items
}
