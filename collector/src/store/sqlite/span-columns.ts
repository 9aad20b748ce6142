/**
 * Spans of one trace as columns, 46 bytes a span: collected block by block, brought into order, and
 * thinned out, without an object for any of them.
 */
import { copySpanId, type SpanIds } from '../../model/span-ids.ts'
import type { Places } from '../api.ts'
import { ROLE } from '../columns/layout.ts'
import { ERROR, type SpanBlock } from '../columns/span-block.ts'

const MAX_KIND = 255

export class SpanColumns {
  readonly size: number
  readonly spanIds: SpanIds
  readonly parentIds: SpanIds
  /** Unix nanoseconds. */
  readonly instants: BigUint64Array
  readonly ends: BigUint64Array
  readonly kinds: Uint8Array
  readonly errors: Uint8Array
  /** Index among the names of services. */
  readonly services: Uint32Array
  /** Where the span lies: index among the blocks of the trace, row. */
  readonly blockOf: Uint32Array
  readonly rowOf: Uint32Array

  constructor(size: number) {
    this.size = size
    this.spanIds = new Uint32Array(2 * size)
    this.parentIds = new Uint32Array(2 * size)
    this.instants = new BigUint64Array(size)
    this.ends = new BigUint64Array(size)
    this.kinds = new Uint8Array(size)
    this.errors = new Uint8Array(size)
    this.services = new Uint32Array(size)
    this.blockOf = new Uint32Array(size)
    this.rowOf = new Uint32Array(size)
  }

  /** @param rows of one trace, ascending */
  static ofBlock(
    block: SpanBlock,
    index: number,
    rows: readonly number[],
    serviceOf: (name: string) => number,
  ): SpanColumns {
    const columns = new SpanColumns(rows.length)
    const { spanIds } = block
    const [kinds, statuses] = [block.integers(ROLE.kind), block.integers(ROLE.status)]
    for (const [i, row] of rows.entries()) {
      copySpanId(columns.spanIds, i, spanIds, row * 8)
      columns.instants[i] = block.times.at(row)
      columns.ends[i] = block.endAt(row)
      columns.kinds[i] = Math.min(kinds[row]!, MAX_KIND)
      columns.errors[i] = statuses[row] === ERROR ? 1 : 0
      columns.services[i] = serviceOf(block.service(row))
      columns.blockOf[i] = index
      columns.rowOf[i] = row
    }
    block.copyParentIds(columns.parentIds, rows)
    return columns
  }

  /** The spans at these places, in this order. */
  picked(places: Places): SpanColumns {
    const to = new SpanColumns(places.length)
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!
      to.spanIds[2 * i] = this.spanIds[2 * place]!
      to.spanIds[2 * i + 1] = this.spanIds[2 * place + 1]!
      to.parentIds[2 * i] = this.parentIds[2 * place]!
      to.parentIds[2 * i + 1] = this.parentIds[2 * place + 1]!
      to.instants[i] = this.instants[place]!
      to.ends[i] = this.ends[place]!
      to.kinds[i] = this.kinds[place]!
      to.errors[i] = this.errors[place]!
      to.services[i] = this.services[place]!
      to.blockOf[i] = this.blockOf[place]!
      to.rowOf[i] = this.rowOf[place]!
    }
    return to
  }

  static joined(parts: readonly SpanColumns[]): SpanColumns {
    if (parts.length === 1) return parts[0]!
    const to = new SpanColumns(parts.reduce((sum, part) => sum + part.size, 0))
    let at = 0
    for (const part of parts) {
      to.spanIds.set(part.spanIds, 2 * at)
      to.parentIds.set(part.parentIds, 2 * at)
      to.instants.set(part.instants, at)
      to.ends.set(part.ends, at)
      to.kinds.set(part.kinds, at)
      to.errors.set(part.errors, at)
      to.services.set(part.services, at)
      to.blockOf.set(part.blockOf, at)
      to.rowOf.set(part.rowOf, at)
      at += part.size
    }
    return to
  }
}
