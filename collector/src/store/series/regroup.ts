/**
 * Series of one or several partitions, grouped anew: sorted by their labels, 64 to a group, and each
 * group's samples in chunks of about an hour's worth. What arrived later counts, as ever.
 *
 * Goes group by group, so that it takes the memory of some groups however many there are.
 */
import type { Labels } from '../../model/series.ts'
import { encodeGroup, encodeItems, encodeSamples, type EncodedSeries } from './cutter.ts'
import { GROUP_SERIES } from './group-chunk.ts'
import { GroupLabels } from './group-labels.ts'
import { OpenedGroups, type SeriesContent, type StoredGroups } from './opened-groups.ts'
import { labelsKey, metricNameOf } from './part.ts'
import { lowerBound, pieceJoiner, type Piece } from './piece.ts'

/** Samples of a series in one chunk: fewer, and each costs a call of its own; more, and a question reads too much. */
const CHUNK_SAMPLES = 256

interface Member {
  readonly key: string
  readonly labels: Labels
  readonly places: { readonly source: number; readonly group: number; readonly slot: number }[]
}

/** @param sources in order of arrival @throws ChunkDamaged */
export function* regroup(sources: readonly StoredGroups[]): Generator<EncodedSeries> {
  const members = sortedMembers(sources)
  const opened = new OpenedGroups(sources)
  const join = pieceJoiner()
  for (let at = 0, id = 0; at < members.length; at += GROUP_SERIES, id++) {
    const some = members.slice(at, at + GROUP_SERIES)
    const contents = some.map(({ places }) =>
      merged(places.map(({ source, group, slot }) => opened.content(source, group, slot))),
    )
    const pieces = contents.map(content => (content.pieces.length === 0 ? undefined : join(content.pieces)))
    yield {
      groups: [
        encodeGroup(
          id,
          some.map(({ labels }) => labels),
        ),
      ],
      chunks: [...windows(pieces).map(window => encodeSamples(id, window)), ...encodeItems(id, contents)],
      metadata: [],
    }
  }
}

function sortedMembers(sources: readonly StoredGroups[]): Member[] {
  const byKey = new Map<string, Member>()
  sources.forEach(({ groups }, source) =>
    groups.forEach((chunk, group) => {
      const labels = new GroupLabels(chunk)
      for (let slot = 0; slot < labels.size; slot++) {
        const of = labels.labels(slot)
        const key = `${metricNameOf(of)}\u0000${labelsKey(of)}`
        const known = byKey.get(key)
        if (known !== undefined) known.places.push({ source, group, slot })
        else byKey.set(key, { key, labels: of, places: [{ source, group, slot }] })
      }
    }),
  )
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

const merged = (contents: readonly SeriesContent[]): SeriesContent =>
  contents.length === 1
    ? contents[0]!
    : {
        pieces: contents.flatMap(({ pieces }) => pieces),
        histograms: contents.flatMap(({ histograms }) => histograms),
        exemplars: contents.flatMap(({ exemplars }) => exemplars),
      }

/** Cuts all series at the same times, so that the longest has `CHUNK_SAMPLES` in each window. */
function windows(pieces: readonly (Piece | undefined)[]): (Piece | undefined)[][] {
  const longest = pieces.reduce<Piece | undefined>(
    (best, piece) => (best === undefined || (piece?.times.length ?? 0) > best.times.length ? piece : best),
    undefined,
  )
  if (longest === undefined) return []
  const count = Math.max(1, Math.round(longest.times.length / CHUNK_SAMPLES))
  const cuts = Array.from({ length: count - 1 }, (_, i) => longest.times[(i + 1) * CHUNK_SAMPLES]!)
  const bounds = [-Infinity, ...cuts, Infinity]
  return bounds
    .slice(1)
    .map((end, i) => pieces.map(piece => piece && between(piece, bounds[i]!, end)))
    .filter(window => window.some(piece => piece !== undefined))
}

/** The samples in [from, to); undefined where there is none. */
function between(piece: Piece, from: number, to: number): Piece | undefined {
  const start = lowerBound(piece.times, from)
  const end = lowerBound(piece.times, to)
  if (start === end) return undefined
  return {
    times: piece.times.subarray(start, end),
    values: piece.values.subarray(start, end),
    starts: piece.starts?.subarray(start, end),
    stale: piece.stale?.subarray(start, end),
  }
}
