/** Groups of stored series, decoded one after the other; the ones used last are kept. */
import { labelBytes } from '../../decode/series/label-bytes.ts'
import { CHUNK_KIND } from './cutter.ts'
import { GroupChunk } from './group-chunk.ts'
import { decodeExemplars, decodeHistograms, type ExemplarItem, type HistogramItem } from './item-chunks.ts'
import type { Piece } from './piece.ts'

/** The series of one partition as they are stored. */
export interface StoredGroups {
  /** Labels of each group, by its number. */
  readonly groups: readonly Uint8Array[]
  /** In order of arrival. */
  chunks(group: number): readonly { readonly kind: number; readonly data: Uint8Array }[]
}

/** Everything of one series in one partition, in order of arrival. */
export interface SeriesContent {
  readonly pieces: Piece[]
  readonly histograms: HistogramItem[]
  readonly exemplars: ExemplarItem[]
}

const KEPT_GROUPS = 32

export class OpenedGroups {
  readonly #sources: readonly StoredGroups[]
  readonly #opened = new Map<string, SeriesContent[]>()

  constructor(sources: readonly StoredGroups[]) {
    this.#sources = sources
  }

  /** @throws ChunkDamaged */
  content(source: number, group: number, slot: number): SeriesContent {
    const key = `${source}-${group}`
    const opened = this.#opened.get(key) ?? open(this.#sources[source]!, group)
    this.#opened.delete(key)
    this.#opened.set(key, opened)
    if (this.#opened.size > KEPT_GROUPS) this.#opened.delete(this.#opened.keys().next().value!)
    return (opened[slot] ??= nothing())
  }
}

const nothing = (): SeriesContent => ({ pieces: [], histograms: [], exemplars: [] })

function open(source: StoredGroups, group: number): SeriesContent[] {
  const series: SeriesContent[] = []
  const of = (slot: number): SeriesContent => (series[slot] ??= nothing())
  for (const { kind, data } of source.chunks(group))
    if (kind === CHUNK_KIND.samples) {
      const chunk = new GroupChunk(data)
      for (const slot of chunk.slots) of(slot).pieces.push(chunk.piece(slot)!)
    } else if (kind === CHUNK_KIND.histograms)
      for (const item of decodeHistograms(data)) of(item.slot).histograms.push(item)
    else
      for (const { labels, ...item } of decodeExemplars(data))
        of(item.slot).exemplars.push({ ...item, labels: labelBytes(labels) })
  return series
}
