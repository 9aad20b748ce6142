/**
 * Spans grouped by service, name, kind and entry, with counts and a sketch of their durations.
 */
import { DurationSketch } from '../../model/duration-sketch.ts'
import type { SpanKind } from '../../model/telemetry.ts'
import type { Nanos } from '../../model/time.ts'
import type { SpanStats } from '../api.ts'

export interface SpanStatsRow {
  readonly service: string
  readonly name: string
  readonly kind: SpanKind
  readonly entry: boolean
  readonly error: boolean
  readonly duration: Nanos
}

export class SpanStatsTable {
  readonly #rows = new Map<string, SpanStats & { count: number; errors: number }>()

  add(span: SpanStatsRow): void {
    const row = this.group(span)
    row.count++
    if (span.error) row.errors++
    row.durations.add(span.duration)
  }

  rows(): readonly SpanStats[] {
    return [...this.#rows.values()]
  }

  /** The row of a group, to count into: a backend that knows its groups by number looks each up once. */
  group({
    service,
    name,
    kind,
    entry,
  }: Omit<SpanStatsRow, 'error' | 'duration'>): SpanStats & { count: number; errors: number } {
    const key = JSON.stringify([service, name, kind, entry])
    let row = this.#rows.get(key)
    if (row === undefined) {
      row = { service, name, kind, entry, count: 0, errors: 0, durations: new DurationSketch() }
      this.#rows.set(key, row)
    }
    return row
  }
}
