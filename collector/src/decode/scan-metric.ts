/**
 * The scan over one metric and its data points: structure, and whether anything must be rejected or
 * rewritten. An item of a metrics request is a data point.
 */
import { WireReader } from '../wire/reader.ts'
import { exemplarFaults, pointFault } from './judge-point.ts'
import {
  DATA,
  EXEMPLAR,
  hasTemporality,
  kindOfTag,
  METRIC,
  TEMPORALITY,
  type MetricKind,
} from './metric-fields.ts'
import { bucketsOf, PointCursor } from './point-cursor.ts'
import type { ScanState } from './scan-state.ts'
import { scanAttribute } from './scan-values.ts'

const point = new PointCursor()

export function scanMetric(state: ScanState, start: number, end: number): void {
  const reader = new WireReader(state.bytes, start, end)
  let named = false
  let data = 0
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    const kind = kindOfTag(tag)
    if (kind === undefined && tag !== METRIC.name && tag !== METRIC.metadata) {
      reader.skip(tag)
      continue
    }
    const stop = reader.enter()
    if (tag === METRIC.name) named = stop > reader.position
    else if (tag === METRIC.metadata) scanAttribute(state, reader.position, stop, false)
    else if (++data > 1) state.odd = true
    if (kind !== undefined) scanData(state, kind, reader.position, stop)
    reader.position = stop
  }
  if (!named) state.odd = true
}

function scanData(state: ScanState, kind: MetricKind, start: number, end: number): void {
  const reader = new WireReader(state.bytes, start, end)
  let temporality = 0
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === DATA.points) {
      const stop = reader.enter()
      scanPoint(state, kind, reader.position, stop)
      reader.position = stop
    } else if (tag === DATA.temporality) temporality = reader.uint32()
    else reader.skip(tag)
  if (hasTemporality(kind) && temporality !== TEMPORALITY.delta && temporality !== TEMPORALITY.cumulative)
    state.odd = true
}

function scanPoint(state: ScanState, kind: MetricKind, start: number, end: number): void {
  const { bytes } = state
  state.charge()
  state.items++
  point.read(kind, bytes, start, end)
  for (let i = 0; i < point.attributes.count; i++)
    scanAttribute(state, point.attributes.start(i), point.attributes.end(i), false)
  for (let i = 0; i < point.exemplars.count; i++)
    scanExemplar(state, point.exemplars.start(i), point.exemplars.end(i))
  for (let i = 0; i < point.quantiles.count; i++) state.charge()
  if (kind === 'exponential') scanBuckets(state)
  if (point.scattered || pointFault(kind, bytes, point) !== undefined) state.odd = true
  else state.time(point.time)
}

function scanBuckets(state: ScanState): void {
  const positive = bucketsOf(state.bytes, point.positiveStart, point.positiveEnd)
  const negative = bucketsOf(state.bytes, point.negativeStart, point.negativeEnd)
  if (positive.scattered || negative.scattered) state.odd = true
}

function scanExemplar(state: ScanState, start: number, end: number): void {
  state.charge()
  const { noValue, badIds } = exemplarFaults(state.bytes, start, end)
  if (noValue || badIds) state.odd = true
  const reader = new WireReader(state.bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === EXEMPLAR.attributes) {
      const stop = reader.enter()
      scanAttribute(state, reader.position, stop, false)
      reader.position = stop
    } else reader.skip(tag)
}
