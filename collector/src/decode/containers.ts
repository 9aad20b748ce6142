/** Resources and scopes, from canonical bytes to objects, and the walk over the items that they hold. */
import type { KeyValue } from '../model/attributes.ts'
import type { Resource, Scope } from '../model/telemetry.ts'
import { view, WireReader } from '../wire/reader.ts'
import { REQUEST, RESOURCE, RESOURCE_GROUP, SCOPE, SCOPE_GROUP } from './fields.ts'
import { keyValueOf, nested } from './values.ts'

/** A Resource message in [start, end). @param schemaUrl of the ResourceSpans or ResourceLogs around it */
export function resourceOf(bytes: Uint8Array, start: number, end: number, schemaUrl: string): Resource {
  const attributes: KeyValue[] = []
  let droppedAttributesCount = 0
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === RESOURCE.attributes) attributes.push(nested(reader, keyValueOf))
    else if (tag === RESOURCE.droppedAttributesCount) droppedAttributesCount = reader.uint32()
    else reader.skip(tag)
  return { attributes, droppedAttributesCount, schemaUrl }
}

/** An InstrumentationScope message in [start, end). @param schemaUrl of the ScopeSpans or ScopeLogs around it */
export function scopeOf(bytes: Uint8Array, start: number, end: number, schemaUrl: string): Scope {
  const attributes: KeyValue[] = []
  let name = ''
  let version = ''
  let droppedAttributesCount = 0
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === SCOPE.name) name = reader.text()
    else if (tag === SCOPE.version) version = reader.text()
    else if (tag === SCOPE.attributes) attributes.push(nested(reader, keyValueOf))
    else if (tag === SCOPE.droppedAttributesCount) droppedAttributesCount = reader.uint32()
    else reader.skip(tag)
  return { name, version, attributes, droppedAttributesCount, schemaUrl }
}

/** Reads one item in [start, end) under its resource and scope. */
export type ReadItem<T> = (
  bytes: Uint8Array,
  start: number,
  end: number,
  resource: Resource,
  scope: Scope,
) => T

/** The items of a canonical body in their order. Items of one group share their resource and scope objects. */
export function itemsOf<T>(body: Uint8Array, read: ReadItem<T>): T[] {
  const items: T[] = []
  const reader = new WireReader(view(body), 0, body.length)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === REQUEST.groups)
      nested(reader, (bytes, start, end) => readResourceGroup(bytes, start, end, read, items))
    else reader.skip(tag)
  return items
}

function readResourceGroup<T>(
  bytes: Uint8Array,
  start: number,
  end: number,
  read: ReadItem<T>,
  items: T[],
): void {
  const head = headOf(bytes, start, end, RESOURCE_GROUP.resource, RESOURCE_GROUP.schemaUrl)
  const resource = resourceOf(bytes, head.start, head.end, head.schemaUrl)
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === RESOURCE_GROUP.scopeGroups)
      nested(reader, (_, from, to) => readScopeGroup(bytes, from, to, resource, read, items))
    else reader.skip(tag)
}

function readScopeGroup<T>(
  bytes: Uint8Array,
  start: number,
  end: number,
  resource: Resource,
  read: ReadItem<T>,
  items: T[],
): void {
  const head = headOf(bytes, start, end, SCOPE_GROUP.scope, SCOPE_GROUP.schemaUrl)
  const scope = scopeOf(bytes, head.start, head.end, head.schemaUrl)
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === SCOPE_GROUP.items)
      nested(reader, (_, from, to) => items.push(read(bytes, from, to, resource, scope)))
    else reader.skip(tag)
}

/** Where a group's resource or scope lies (an empty range when it has none), and its schema URL: either may stand behind the items. */
function headOf(bytes: Uint8Array, start: number, end: number, message: number, schemaUrl: number) {
  const head = { start, end: start, schemaUrl: '' }
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === message) {
      head.end = reader.enter()
      head.start = reader.position
      reader.position = head.end
    } else if (tag === schemaUrl) head.schemaUrl = reader.text()
    else reader.skip(tag)
  return head
}
