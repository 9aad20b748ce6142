/** A canonical ExportMetricsServiceRequest without some of its data points. */
import { viewOf } from '../wire/bytes.ts'
import { WireWriter } from '../wire/writer.ts'
import { eachField, lastField } from './each-field.ts'
import { REQUEST, RESOURCE_GROUP, SCOPE_GROUP } from './fields.ts'
import { DATA, kindOfTag, METRIC, type MetricKind } from './metric-fields.ts'
import { PointCursor } from './point-cursor.ts'
import type { Admits } from './write/leave-out-series.ts'

const cursor = new PointCursor()

/**
 * A point is asked for by its metric's name, and the bytes of resource, scope, name and attributes.
 * @returns the same body where every point is admitted
 */
export function withoutPoints(body: Uint8Array, admits: Admits): { body: Uint8Array; left: number } {
  let left = 0
  const out = new WireWriter(body.length)
  copy(out, body, REQUEST.groups, group => {
    const resource = lastField(group, RESOURCE_GROUP.resource)
    copy(out, group, RESOURCE_GROUP.scopeGroups, scopeGroup => {
      const scope = lastField(scopeGroup, SCOPE_GROUP.scope)
      copy(out, scopeGroup, SCOPE_GROUP.items, metric => {
        left += copyMetric(out, metric, [resource, scope], admits)
      })
    })
  })
  return left === 0 ? { body, left } : { body: out.finish(), left }
}

/** Copies a message; what stands under `wanted` is written by `write`. */
function copy(
  out: WireWriter,
  message: Uint8Array,
  wanted: number,
  write: (value: Uint8Array) => void,
): void {
  eachField(message, (tag, at, start, end) => {
    if (tag !== wanted) return out.raw(message, at, end)
    out.varint(tag)
    const opened = out.open()
    write(message.subarray(start, end))
    out.close(opened)
  })
}

/** @returns how many points were left out */
function copyMetric(
  out: WireWriter,
  metric: Uint8Array,
  around: readonly (Uint8Array | undefined)[],
  admits: Admits,
): number {
  const name = lastField(metric, METRIC.name)
  const text = Buffer.from(name ?? []).toString()
  let left = 0
  eachField(metric, (tag, at, start, end) => {
    const kind = kindOfTag(tag)
    if (kind === undefined) return out.raw(metric, at, end)
    const data = metric.subarray(start, end)
    out.varint(tag)
    const opened = out.open()
    eachField(data, (field, fieldAt, pointStart, pointEnd) => {
      const identity =
        field === DATA.points ? identityOf(kind, data, pointStart, pointEnd, [...around, name]) : undefined
      if (identity === undefined || admits(() => text, viewOf(identity), 0, identity.length))
        out.raw(data, fieldAt, pointEnd)
      else left++
    })
    out.close(opened)
  })
  return left
}

function identityOf(
  kind: MetricKind,
  data: Uint8Array,
  start: number,
  end: number,
  around: readonly (Uint8Array | undefined)[],
): Uint8Array {
  cursor.read(kind, data, start, end)
  const { attributes } = cursor
  const own = Array.from({ length: attributes.count }, (_, i) =>
    data.subarray(attributes.start(i), attributes.end(i)),
  )
  return Buffer.concat([...around.map(bytes => bytes ?? new Uint8Array(0)), ...own])
}
