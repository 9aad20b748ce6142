/**
 * How a series that is stored looks to a query.
 *
 * - A series of deltas is summed up, from the first sample that was asked for: so `rate` and
 *   `increase` are exact, whatever the range, while the number itself counts from the beginning of
 *   the selection. Where that first delta tells since when it counts, a 0 stands there.
 * - Where a counter tells that it began anew, and its value does not show it, a 0 stands where it
 *   began: a reset is seen as a fall.
 */
import type { Labels, Series } from '../../model/series.ts'
import type { Piece } from './piece.ts'

/** @param piece the samples in range @param from where the range begins, Unix milliseconds */
export function presented(labels: Labels, piece: Piece, from: number): Series {
  if (labels[0]?.[0] === '')
    return { labels: labels.slice(1), ...withZeros(summedUp(piece), firstOf(piece, from)) }
  return { labels, ...withZeros(piece, hiddenResets(piece)) }
}

function summedUp(piece: Piece): Piece {
  const values = new Float64Array(piece.values.length)
  let sum = 0
  for (let i = 0; i < values.length; i++) values[i] = piece.stale?.[i] === 1 ? NaN : (sum += piece.values[i]!)
  return { ...piece, values }
}

interface Zero {
  /** Index of the sample before which it stands. */
  readonly before: number
  readonly time: number
}

function firstOf({ times, starts }: Piece, from: number): Zero[] {
  const start = starts?.[0] ?? 0
  return times.length > 0 && start > 0 && start >= from && start < times[0]!
    ? [{ before: 0, time: start }]
    : []
}

function hiddenResets({ times, values, starts, stale }: Piece): Zero[] {
  if (starts === undefined) return []
  const zeros: Zero[] = []
  let before = -1
  for (let i = 0; i < times.length; i++) {
    if (stale?.[i] === 1) continue
    const began = starts[i]!
    if (
      before >= 0 &&
      starts[before]! > 0 &&
      began > starts[before]! &&
      values[i]! >= values[before]! &&
      began <= times[i]!
    ) {
      const time = Math.max(began, times[i - 1]! + 1)
      if (time < times[i]!) zeros.push({ before: i, time })
    }
    before = i
  }
  return zeros
}

function withZeros(piece: Piece, zeros: readonly Zero[]): Pick<Series, 'times' | 'values' | 'stale'> {
  if (zeros.length === 0) return { times: piece.times, values: piece.values, stale: piece.stale }
  const length = piece.times.length + zeros.length
  const times = new Float64Array(length)
  const values = new Float64Array(length)
  const stale = piece.stale && new Uint8Array(length)
  let from = 0
  zeros.forEach(({ before, time }, shift) => {
    times.set(piece.times.subarray(from, before), from + shift)
    values.set(piece.values.subarray(from, before), from + shift)
    stale?.set(piece.stale!.subarray(from, before), from + shift)
    times[before + shift] = time
    from = before
  })
  times.set(piece.times.subarray(from), from + zeros.length)
  values.set(piece.values.subarray(from), from + zeros.length)
  stale?.set(piece.stale!.subarray(from), from + zeros.length)
  return { times, values, stale }
}
