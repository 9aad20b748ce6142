/**
 * The 60 minutes of an hour as bytes: good, then bad of each, as varints. A quiet hour takes 120
 * bytes, a busy one about 200.
 */
import { HOUR, type HourCounts } from '../slo/history.ts'

export function encodeHour(counts: HourCounts): Buffer {
  const bytes: number[] = []
  for (let minute = 0; minute < HOUR; minute++) {
    varint(bytes, counts[minute]!)
    varint(bytes, counts[HOUR + minute]!)
  }
  return Buffer.from(bytes)
}

function varint(bytes: number[], value: number): void {
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
}

/** @throws RangeError where the bytes are not such an hour */
export function decodeHour(bytes: Uint8Array): HourCounts {
  const counts = new Float64Array(2 * HOUR)
  let at = 0
  for (let i = 0; i < 2 * HOUR; i++) {
    let value = 0
    let byte = 0x80
    for (let factor = 1; byte > 0x7f; factor *= 0x80) {
      if (at >= bytes.length) throw new RangeError('the counts of an hour end too early')
      byte = bytes[at++]!
      value += (byte & 0x7f) * factor
    }
    counts[i % 2 === 0 ? i >> 1 : HOUR + (i >> 1)] = value
  }
  if (at !== bytes.length) throw new RangeError('behind the counts of an hour stands something')
  return counts
}
