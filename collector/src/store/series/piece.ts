/** A run of samples of one series, and how runs become one. */

export interface Piece {
  /** Unix milliseconds, strictly ascending. */
  readonly times: Float64Array
  readonly values: Float64Array
  /** Since when each sample counts, as a `SeriesSink` takes it; undefined where none tells. */
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

/**
 * Cuts pieces to the samples in [from, to]. Series that were scraped together share their times, and
 * what is cut of them shares them too.
 */
export function rangeCut(from: number, to: number): (piece: Piece) => Piece {
  let of: Float64Array | undefined
  let times: Float64Array = new Float64Array(0)
  let start = 0
  let end = 0
  return piece => {
    if (piece.times !== of) {
      of = piece.times
      start = lowerBound(of, from)
      end = lowerBound(of, to)
      if (of[end] === to) end++
      times = of.subarray(start, end)
    }
    if (times.length === piece.times.length) return piece
    return {
      times,
      values: piece.values.subarray(start, end),
      starts: piece.starts?.subarray(start, end),
      stale: piece.stale?.subarray(start, end),
    }
  }
}

/**
 * Joins the pieces of one series, in order of arrival: of equal times the one of the later piece counts.
 * Series whose pieces share their times share the joined ones.
 */
export function pieceJoiner(): (pieces: readonly Piece[]) => Piece {
  let of: readonly Piece[] = []
  let times: Float64Array = new Float64Array(0)
  return pieces => {
    const filled = pieces.filter(piece => piece.times.length > 0)
    if (filled.length === 1) return filled[0]!
    const same = filled.length === of.length && filled.every((piece, i) => piece.times === of[i]!.times)
    if (!same) {
      times = joinedTimes(filled)
      if (!isAscending(times)) return ordered(concatenated(filled, times))
      of = filled
    }
    return concatenated(filled, times)
  }
}

export const joinPieces = (pieces: readonly Piece[]): Piece => pieceJoiner()(pieces)

function joinedTimes(pieces: readonly Piece[]): Float64Array {
  const times = new Float64Array(pieces.reduce((sum, piece) => sum + piece.times.length, 0))
  let at = 0
  for (const piece of pieces) {
    times.set(piece.times, at)
    at += piece.times.length
  }
  return times
}

function isAscending(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (!(times[i]! > times[i - 1]!)) return false
  return true
}

function concatenated(pieces: readonly Piece[], times: Float64Array): Piece {
  const { length } = times
  const values = new Float64Array(length)
  const starts = pieces.some(piece => piece.starts !== undefined) ? new Float64Array(length) : undefined
  const stale = pieces.some(piece => piece.stale !== undefined) ? new Uint8Array(length) : undefined
  let at = 0
  for (const piece of pieces) {
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
