/**
 * One validating scan over an Export{Trace,Logs,Metrics}ServiceRequest.
 *
 * Where nothing is odd, the bytes are the canonical form already and nothing is copied. The loops
 * of spans, logs and attributes (`scan-*.ts`) are written for speed; these, over containers, are not.
 */
import type { OtlpSignal } from '../model/telemetry.ts'
import { WireReader } from '../wire/reader.ts'
import { REQUEST, RESOURCE, RESOURCE_GROUP, SCOPE, SCOPE_GROUP } from './fields.ts'
import { scanLog } from './scan-log.ts'
import { scanMetric } from './scan-metric.ts'
import { scanSpan } from './scan-span.ts'
import { ScanState } from './scan-state.ts'
import { scanAttribute } from './scan-values.ts'

/** Also counts the item, or the items in it. */
type ScanItem = (state: ScanState, start: number, end: number) => void

const SCAN_ITEM: Readonly<Record<OtlpSignal, ScanItem>> = {
  traces: scanSpan,
  logs: scanLog,
  metrics: scanMetric,
}

/**
 * @param budget records and containers that the request may hold
 * @throws WireError where the bytes are no such message, BudgetError where they hold too much
 */
export function scan(signal: OtlpSignal, bytes: Uint8Array, budget: number): ScanState {
  const state = new ScanState(bytes, budget)
  const scanItem = SCAN_ITEM[signal]
  eachMessage(state, 0, bytes.length, REQUEST.groups, (start, end) =>
    scanResourceGroup(state, start, end, scanItem),
  )
  return state
}

function scanResourceGroup(state: ScanState, start: number, end: number, scanItem: ScanItem): void {
  state.charge()
  const reader = new WireReader(state.bytes, start, end)
  let resources = 0
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === RESOURCE_GROUP.resource) {
      if (++resources > 1) state.odd = true
      const stop = reader.enter()
      scanAttributesOf(state, reader.position, stop, RESOURCE.attributes)
      reader.position = stop
    } else if (tag === RESOURCE_GROUP.scopeGroups) {
      const stop = reader.enter()
      scanScopeGroup(state, reader.position, stop, scanItem)
      reader.position = stop
    } else reader.skip(tag)
}

function scanScopeGroup(state: ScanState, start: number, end: number, scanItem: ScanItem): void {
  state.charge()
  const reader = new WireReader(state.bytes, start, end)
  let scopes = 0
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === SCOPE_GROUP.items) {
      const stop = reader.enter()
      state.charge()
      scanItem(state, reader.position, stop)
      reader.position = stop
    } else if (tag === SCOPE_GROUP.scope) {
      if (++scopes > 1) state.odd = true
      const stop = reader.enter()
      scanAttributesOf(state, reader.position, stop, SCOPE.attributes)
      reader.position = stop
    } else reader.skip(tag)
}

/** The attributes of a resource or scope, which are never looked up. */
function scanAttributesOf(state: ScanState, start: number, end: number, attributes: number): void {
  eachMessage(state, start, end, attributes, (from, to) => scanAttribute(state, from, to, false))
}

function eachMessage(
  state: ScanState,
  start: number,
  end: number,
  wanted: number,
  visit: (start: number, end: number) => void,
): void {
  const reader = new WireReader(state.bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === wanted) {
      const stop = reader.enter()
      visit(reader.position, stop)
      reader.position = stop
    } else reader.skip(tag)
}
