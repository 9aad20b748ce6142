/**
 * Spans that stand for others, found by numbers of the block: of each of its groups the slowest row in
 * each place. Ids are read of those alone.
 */
import type { SpanKind, StatusCode } from '../../model/telemetry.ts'
import { nanos, unixNano } from '../../model/time.ts'
import type { ExemplarSpan, ExemplarSpansQuery } from '../api.ts'
import { ROLE } from '../columns/layout.ts'
import type { SpanBlock } from '../columns/span-block.ts'
import { ExemplarPlaces, ExemplarSpans, standsBefore } from '../shared/exemplar-spans.ts'
import { RangeSelector, type Scan } from './scan.ts'

export function exemplarSpans(scan: Scan, query: ExemplarSpansQuery): readonly ExemplarSpan[] {
  const places = new ExemplarPlaces(query)
  const found = new ExemplarSpans()
  const selector = new RangeSelector('traces', query.filter, query.range)
  scan.each(
    'traces',
    scan.candidates('traces', query.range, query.filter),
    block => {
      for (const [place, row] of slowestRows(block, selector.mask(block), places))
        found.offer(place, spanAt(block, row))
    },
    scan.blockTest('traces', query.filter),
  )
  return found.all()
}

const KINDS = 8
const STATUSES = 4
/** More than there are. */
const PLACES = 2 ** 20

/** @returns places, each once for each group, and the row that stands there */
function* slowestRows(
  block: SpanBlock,
  mask: Uint8Array,
  places: ExemplarPlaces,
): Generator<readonly [place: number, row: number]> {
  const names = block.strings(ROLE.name)
  const [kinds, statuses, resources] = [ROLE.kind, ROLE.status, ROLE.resource].map(role =>
    block.integers(role),
  )
  const { durations, times } = block
  const rows = new Map<number, Map<number, number>>()
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] === 0) continue
    const group = (names.indexOf(row) * KINDS + kinds![row]!) * STATUSES + statuses![row]!
    const place = places.at(times.at(row), nanos(Math.max(0, durations[row]!)))
    let ofGroup = rows.get(group)
    if (ofGroup === undefined) rows.set(group, (ofGroup = new Map()))
    const key = resources![row]! * PLACES + place
    const known = ofGroup.get(key)
    if (known === undefined || isBefore(block, row, known)) ofGroup.set(key, row)
  }
  for (const ofGroup of rows.values()) for (const [key, row] of ofGroup) yield [key % PLACES, row]
}

function isBefore(block: SpanBlock, row: number, known: number): boolean {
  const [a, b] = [Math.max(0, block.durations[row]!), Math.max(0, block.durations[known]!)]
  return a === b ? standsBefore(spanAt(block, row), spanAt(block, known)) : a > b
}

const spanAt = (block: SpanBlock, row: number): ExemplarSpan => ({
  service: block.service(row),
  name: block.text(ROLE.name, row),
  kind: block.integers(ROLE.kind)[row]! as SpanKind,
  status: block.integers(ROLE.status)[row]! as StatusCode,
  start: unixNano(block.times.at(row)),
  duration: nanos(Math.max(0, block.durations[row]!)),
  traceId: block.traceIdAt(block.traceIndex[row]!),
  spanId: block.spanId(row),
})
