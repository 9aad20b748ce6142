/**
 * A metric in canonical form: one kind of data, lists of numbers packed, and only data points that
 * can be kept. What is wrong with one point costs that point; what is wrong with an exemplar costs
 * the exemplar.
 */
import { WireReader } from '../wire/reader.ts'
import { WireWriter } from '../wire/writer.ts'
import { countFields, eachField, lastField, mergedField } from './each-field.ts'
import type { Findings } from './findings.ts'
import { exemplarFaults, NO_NAME, NO_TEMPORALITY, pointFault } from './judge-point.ts'
import {
  BUCKETS,
  DATA,
  EXEMPLAR,
  EXPONENTIAL_POINT,
  HISTOGRAM_POINT,
  hasTemporality,
  kindOfTag,
  METRIC,
  NUMBER_POINT,
  SUMMARY_POINT,
  TEMPORALITY,
  unpacked,
  type MetricKind,
} from './metric-fields.ts'
import { TOO_DEEP, writeAttribute } from './normalise-values.ts'
import { PointCursor } from './point-cursor.ts'

export const EXEMPLAR_DROPPED = 'an exemplar without a value is left out'
export const EXEMPLAR_UNASSOCIATED = 'an exemplar with an invalid trace or span id is kept without it'

const cursor = new PointCursor()

/** Writes a metric's fields. @returns false where none of its points could be kept: it is left out */
export function writeMetric(out: WireWriter, metric: Uint8Array, findings: Findings): boolean {
  const { kind, from } = chosenData(metric)
  const name = lastField(metric, METRIC.name)
  const points = kind === undefined ? 0 : pointsIn(metric)
  if (name === undefined || name.length === 0) {
    findings.reject(NO_NAME, points)
    return false
  }
  let deep = false
  eachField(metric, (tag, at, start, end) => {
    if (tag === METRIC.metadata) deep ||= !writeAttribute(out, tag, metric.subarray(start, end))
    else if (kindOfTag(tag) === undefined) out.raw(metric, at, end)
  })
  if (deep) {
    findings.reject(TOO_DEEP, points)
    return false
  }
  return kind === undefined || writeData(out, kind, joinedData(metric, kind, from), findings) || points === 0
}

/** The data of the oneof that count: the last kind, and of it what follows one another. */
function chosenData(metric: Uint8Array): { kind: MetricKind | undefined; from: number } {
  let kind: MetricKind | undefined
  let from = 0
  eachField(metric, (tag, at) => {
    const next = kindOfTag(tag)
    if (next === undefined) return
    if (next !== kind) from = at
    kind = next
  })
  return { kind, from }
}

function joinedData(metric: Uint8Array, kind: MetricKind, from: number): Uint8Array {
  const joined = new WireWriter(metric.length)
  eachField(metric, (tag, at, start, end) => {
    if (at >= from && tag === METRIC[kind]) joined.raw(metric, start, end)
  })
  return joined.finish()
}

/** Data points of a metric, those that the oneof drops not among them. */
export function pointsIn(metric: Uint8Array): number {
  const { kind, from } = chosenData(metric)
  return kind === undefined ? 0 : countFields(joinedData(metric, kind, from), DATA.points)
}

/** @returns whether a point was kept */
function writeData(out: WireWriter, kind: MetricKind, data: Uint8Array, findings: Findings): boolean {
  if (hasTemporality(kind) && !isTemporality(lastVarint(data, DATA.temporality))) {
    findings.reject(NO_TEMPORALITY, countFields(data, DATA.points))
    return false
  }
  let kept = 0
  out.varint(METRIC[kind])
  const opened = out.open()
  eachField(data, (tag, at, start, end) => {
    if (tag !== DATA.points) return out.raw(data, at, end)
    if (writePoint(out, kind, data.subarray(start, end), findings)) kept++
  })
  out.close(opened)
  return kept > 0
}

const isTemporality = (value: number): boolean =>
  value === TEMPORALITY.delta || value === TEMPORALITY.cumulative

function lastVarint(message: Uint8Array, wanted: number): number {
  let last = 0
  const reader = new WireReader(message, 0, message.length)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === wanted) last = reader.uint32()
    else reader.skip(tag)
  return last
}

function writePoint(out: WireWriter, kind: MetricKind, sent: Uint8Array, findings: Findings): boolean {
  const point = rewritten(kind, sent, findings)
  if (typeof point === 'string') {
    findings.reject(point)
    return false
  }
  cursor.read(kind, point, 0, point.length)
  const fault = pointFault(kind, point, cursor)
  if (fault !== undefined) {
    findings.reject(fault)
    return false
  }
  out.varint(DATA.points)
  out.blob(point)
  return true
}

const FIELDS = {
  gauge: NUMBER_POINT,
  sum: NUMBER_POINT,
  histogram: HISTOGRAM_POINT,
  exponential: EXPONENTIAL_POINT,
  summary: { ...SUMMARY_POINT, exemplars: -1 },
} as const

/** @returns the point, or why it cannot be kept */
function rewritten(kind: MetricKind, point: Uint8Array, findings: Findings): Uint8Array | string {
  const out = new WireWriter(point.length)
  const fields = FIELDS[kind]
  const joined = kind === 'histogram' ? JOINED_LISTS : kind === 'exponential' ? JOINED_BUCKETS : NONE
  let deep = false
  eachField(point, (tag, at, start, end) => {
    const value = point.subarray(start, end)
    if (tag === fields.attributes) deep ||= !writeAttribute(out, tag, value)
    else if (tag === fields.exemplars) deep ||= !writeExemplar(out, tag, value, findings)
    else if (!joined.has(tag)) out.raw(point, at, end)
  })
  if (deep) return TOO_DEEP
  if (kind === 'histogram')
    for (const list of [HISTOGRAM_POINT.bucketCounts, HISTOGRAM_POINT.bounds])
      writePacked(out, point, list, 1)
  if (kind === 'exponential')
    for (const tag of [EXPONENTIAL_POINT.positive, EXPONENTIAL_POINT.negative]) writeBuckets(out, point, tag)
  return out.finish()
}

const NONE: ReadonlySet<number> = new Set()
const JOINED_LISTS: ReadonlySet<number> = new Set(
  [HISTOGRAM_POINT.bucketCounts, HISTOGRAM_POINT.bounds].flatMap(tag => [tag, unpacked(tag, 1)]),
)
const JOINED_BUCKETS: ReadonlySet<number> = new Set([EXPONENTIAL_POINT.positive, EXPONENTIAL_POINT.negative])

/** A list of numbers, packed or not, in one packed field; nothing where it is empty. */
function writePacked(out: WireWriter, message: Uint8Array, list: number, wireType: 0 | 1): void {
  const before = out.length
  out.varint(list)
  const opened = out.open()
  const empty = out.length
  eachField(message, (tag, _at, start, end) => {
    if (tag === list || tag === unpacked(list, wireType)) out.raw(message, start, end)
  })
  if (out.length === empty) out.reset(before)
  else out.close(opened)
}

function writeBuckets(out: WireWriter, point: Uint8Array, tag: number): void {
  const buckets = mergedField(point, tag)
  if (buckets === undefined) return
  out.varint(tag)
  const opened = out.open()
  eachField(buckets, (field, at, _start, end) => {
    if (field !== BUCKETS.counts && field !== unpacked(BUCKETS.counts, 0)) out.raw(buckets, at, end)
  })
  writePacked(out, buckets, BUCKETS.counts, 0)
  out.close(opened)
}

/** @returns false where a value in it is nested too deep */
function writeExemplar(out: WireWriter, tag: number, exemplar: Uint8Array, findings: Findings): boolean {
  const { noValue, badIds } = exemplarFaults(exemplar, 0, exemplar.length)
  if (noValue) {
    findings.warn(EXEMPLAR_DROPPED)
    return true
  }
  if (badIds) findings.warn(EXEMPLAR_UNASSOCIATED)
  let kept = true
  out.varint(tag)
  const opened = out.open()
  eachField(exemplar, (field, at, start, end) => {
    if (field === EXEMPLAR.attributes) kept &&= writeAttribute(out, field, exemplar.subarray(start, end))
    else if (!(badIds && (field === EXEMPLAR.traceId || field === EXEMPLAR.spanId)))
      out.raw(exemplar, at, end)
  })
  out.close(opened)
  return kept
}
