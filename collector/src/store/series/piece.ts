/** A run of samples of one series, and how runs become one. */

export interface Piece {
  /** Unix milliseconds, strictly ascending. */
  readonly times: Float64Array
  readonly values: Float64Array
  /** Since when each sample counts; undefined where none tells. */
  readonly starts: Float64Array | undefined
  /** 1 where the sample is a stale marker; undefined where none is. */
  readonly stale: Uint8Array | undefined
}

/** The first sample at or after a time. */
export function lowerBound(times: Float64Array, time: number): number {
  let low = 0
  for (let high = times.length; low < high;) {
    const middle = (low + high) >> 1
    if (times[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}

/** The samples in [from, to]; the piece itself where that is all of it. */
export function within(piece: Piece, from: number, to: number): Piece {
  const { times } = piece
  const last = times.length - 1
  if (last < 0 || (times[0]! >= from && times[last]! <= to)) return piece
  let end = lowerBound(times, to)
  if (times[end] === to) end++
  return sliced(piece, lowerBound(times, from), end)
}

const sliced = (piece: Piece, from: number, to: number): Piece => ({
  times: piece.times.subarray(from, to),
  values: piece.values.subarray(from, to),
  starts: piece.starts?.subarray(from, to),
  stale: piece.stale?.subarray(from, to),
})

/** @param pieces in order of arrival: of equal times the one of the later piece counts */
export function joinPieces(pieces: readonly Piece[]): Piece {
  const filled = pieces.filter(piece => piece.times.length > 0)
  if (filled.length === 1) return filled[0]!
  const joined = concatenated(filled)
  for (let i = 1; i < joined.times.length; i++)
    if (!(joined.times[i]! > joined.times[i - 1]!)) return ordered(joined)
  return joined
}

function concatenated(pieces: readonly Piece[]): Piece {
  const length = pieces.reduce((sum, piece) => sum + piece.times.length, 0)
  const times = new Float64Array(length)
  const values = new Float64Array(length)
  const starts = pieces.some(piece => piece.starts !== undefined) ? new Float64Array(length) : undefined
  const stale = pieces.some(piece => piece.stale !== undefined) ? new Uint8Array(length) : undefined
  let at = 0
  for (const piece of pieces) {
    times.set(piece.times, at)
    values.set(piece.values, at)
    if (piece.starts !== undefined) starts!.set(piece.starts, at)
    if (piece.stale !== undefined) stale!.set(piece.stale, at)
    at += piece.times.length
  }
  return { times, values, starts, stale }
}

/** By time; of equal times the last one stays. */
export function ordered(piece: Piece): Piece {
  const { times } = piece
  const order = Int32Array.from(times.keys()).sort((a, b) => times[a]! - times[b]! || a - b)
  const kept = order.filter((row, i) => i === order.length - 1 || times[row] !== times[order[i + 1]!])
  const take = <T extends Float64Array | Uint8Array>(from: T, into: T): T => {
    for (let i = 0; i < kept.length; i++) into[i] = from[kept[i]!]!
    return into
  }
  return {
    times: take(times, new Float64Array(kept.length)),
    values: take(piece.values, new Float64Array(kept.length)),
    starts: piece.starts && take(piece.starts, new Float64Array(kept.length)),
    stale: piece.stale && take(piece.stale, new Uint8Array(kept.length)),
  }
}
