/**
 * Under which hashes a block is looked up: those of its trace ids and correlation values, each once,
 * ascending. Distinct by sorting: a set of numbers that are no small integers costs three times as much.
 */
import { lookupHash } from '../../model/lookup-hash.ts'
import { NumberSink } from '../../wire/bytes.ts'
import type { InternTable } from './intern.ts'

/** @param traceIds 16 bytes each */
export function lookupsOf(traceIds: InternTable, values: Iterable<Uint8Array>): Float64Array {
  const hashes = new NumberSink(Math.max(1, traceIds.size))
  for (let i = 0; i < traceIds.size; i++)
    hashes.push(lookupHash(traceIds.pool, traceIds.start(i), traceIds.end(i)))
  for (const value of values) hashes.push(lookupHash(value, 0, value.length))
  return distinct(hashes.view().sort())
}

/** @param sorted is written over */
function distinct(sorted: Float64Array): Float64Array {
  let count = 0
  for (let i = 0; i < sorted.length; i++)
    if (count === 0 || sorted[i] !== sorted[count - 1]) sorted[count++] = sorted[i]!
  return sorted.slice(0, count)
}
