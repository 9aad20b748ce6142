/**
 * Cuts what a head holds into chunks of groups. A series belongs to one group of its partition for
 * good: new ones are sorted by their labels and fill groups of their own, 64 each.
 */
import { labelBytes, labelsOf } from '../../decode/series/label-bytes.ts'
import type { MetricMetadata } from '../../decode/series/sink.ts'
import type { Labels } from '../../model/series.ts'
import { traceHash, traceOfExemplar } from './exemplar-trace.ts'
import { encodeGroupChunk, GROUP_SERIES } from './group-chunk.ts'
import { encodeGroupLabels, GroupLabels, labelHash } from './group-labels.ts'
import type { SeriesHead } from './head.ts'
import { encodeExemplars, encodeHistograms, type ExemplarItem, type HistogramItem } from './item-chunks.ts'
import { labelsKey, metricNameOf } from './part.ts'
import type { Piece } from './piece.ts'

export const CHUNK_KIND = { samples: 0, histograms: 1, exemplars: 2 } as const

export interface EncodedGroup {
  readonly id: number
  readonly size: number
  readonly firstName: string
  readonly lastName: string
  readonly labels: Uint8Array
  /** `labelHash` of every label of its series. */
  readonly hashes: readonly number[]
}

export interface EncodedSeriesChunk {
  readonly group: number
  readonly kind: number
  /** Unix milliseconds. */
  readonly from: number
  readonly to: number
  readonly items: number
  readonly data: Uint8Array
  /** Hashes of the traces that its exemplars belong to. */
  readonly traces: readonly number[]
}

export interface EncodedSeries {
  readonly groups: readonly EncodedGroup[]
  readonly chunks: readonly EncodedSeriesChunk[]
  readonly metadata: readonly MetricMetadata[]
}

/** A group's row for the labels of its series. */
export function encodeGroup(id: number, series: readonly Labels[]): EncodedGroup {
  const names = series.map(metricNameOf).sort()
  return {
    id,
    size: series.length,
    firstName: names[0] ?? '',
    lastName: names.at(-1) ?? '',
    labels: encodeGroupLabels(series),
    hashes: [...new Set(new Set(series.flat()).values().map(labelHash))],
  }
}

/** @param from,to times that it covers; exclusive at neither end */
export function encodeSamples(group: number, pieces: readonly (Piece | undefined)[]): EncodedSeriesChunk {
  let from = Infinity
  let to = -Infinity
  let items = 0
  for (const piece of pieces) {
    if (piece === undefined) continue
    from = Math.min(from, piece.times[0]!)
    to = Math.max(to, piece.times.at(-1)!)
    items += piece.times.length
  }
  return { group, kind: CHUNK_KIND.samples, from, to, items, data: encodeGroupChunk(pieces), traces: [] }
}

export class SeriesCutter {
  readonly head: SeriesHead
  /** By the head's number of a series: group * 64 + slot; -1 where it has none yet. */
  #places = new Int32Array(1024).fill(-1)
  #groups = 0

  constructor(head: SeriesHead) {
    this.head = head
  }

  /** Takes up groups that are stored already, in their order. */
  resume(groups: readonly Uint8Array[]): void {
    for (const chunk of groups) {
      const labels = new GroupLabels(chunk)
      for (let slot = 0; slot < labels.size; slot++) {
        const bytes = labelBytes(labels.labels(slot))
        this.#place(this.head.series(bytes, 0, bytes.length), this.#groups * GROUP_SERIES + slot)
      }
      this.#groups++
    }
  }

  /** Everything that the head holds; it is empty afterwards. */
  cut(): EncodedSeries {
    const { head } = this
    const groups = this.#newGroups()
    const chunks = [...this.#sampleChunks(), ...this.#itemChunks()]
    const { metadata } = head.view()
    head.clear()
    return { groups, chunks, metadata }
  }

  #place(series: number, place: number): void {
    if (series >= this.#places.length) {
      const grown = new Int32Array(Math.max(series + 1, this.#places.length * 2)).fill(-1)
      grown.set(this.#places)
      this.#places = grown
    }
    this.#places[series] = place
  }

  #placeOf(series: number): number {
    return this.#places[series] ?? -1
  }

  #newGroups(): EncodedGroup[] {
    const { labels } = this.head
    const fresh: { series: number; labels: Labels; key: string }[] = []
    for (let series = 0; series < labels.size; series++) {
      if (this.#placeOf(series) >= 0) continue
      const of = labelsOf(labels.pool, labels.start(series), labels.end(series))
      fresh.push({ series, labels: of, key: `${metricNameOf(of)}\u0000${labelsKey(of)}` })
    }
    fresh.sort((a, b) => (a.key < b.key ? -1 : 1))
    const groups: EncodedGroup[] = []
    for (let at = 0; at < fresh.length; at += GROUP_SERIES) {
      const members = fresh.slice(at, at + GROUP_SERIES)
      const id = this.#groups++
      members.forEach(({ series }, slot) => this.#place(series, id * GROUP_SERIES + slot))
      groups.push(
        encodeGroup(
          id,
          members.map(member => member.labels),
        ),
      )
    }
    return groups
  }

  *#sampleChunks(): Generator<EncodedSeriesChunk> {
    if (this.head.rows === 0) return
    const sorted = this.head.view().sorted()
    const byGroup = new Map<number, (Piece | undefined)[]>()
    for (let series = 0; series < this.head.labels.size; series++) {
      const piece = sorted.pieceOf(series)
      if (piece === undefined) continue
      const place = this.#placeOf(series)
      const group = Math.floor(place / GROUP_SERIES)
      const pieces = byGroup.get(group) ?? []
      pieces[place % GROUP_SERIES] = piece
      byGroup.set(group, pieces)
    }
    for (const [group, pieces] of byGroup) yield encodeSamples(group, Array.from(pieces))
  }

  *#itemChunks(): Generator<EncodedSeriesChunk> {
    const histograms = this.#byGroup(this.head.histograms)
    const exemplars = this.#byGroup(this.head.exemplars)
    for (const group of new Set([...histograms.keys(), ...exemplars.keys()])) {
      const slots: GroupItems[] = Array.from({ length: GROUP_SERIES }, () => ({
        histograms: [],
        exemplars: [],
      }))
      for (const { slot, ...item } of histograms.get(group) ?? []) slots[slot]!.histograms.push(item)
      for (const { slot, ...item } of exemplars.get(group) ?? []) slots[slot]!.exemplars.push(item)
      yield* encodeItems(group, slots)
    }
  }

  #byGroup<T extends { readonly series: number }>(
    items: readonly T[],
  ): Map<number, (T & { slot: number })[]> {
    const byGroup = new Map<number, (T & { slot: number })[]>()
    for (const item of items) {
      const place = this.#placeOf(item.series)
      const group = Math.floor(place / GROUP_SERIES)
      const members = byGroup.get(group) ?? []
      members.push({ ...item, slot: place % GROUP_SERIES })
      byGroup.set(group, members)
    }
    return byGroup
  }
}

/** What of a series is no float sample, in order of arrival. */
interface GroupItems {
  readonly histograms: HistogramItem[]
  readonly exemplars: ExemplarItem[]
}

/** Chunks of what is no float sample. @param series by slot */
export function encodeItems(group: number, series: readonly GroupItems[]): EncodedSeriesChunk[] {
  const histograms = series.flatMap((items, slot) => items.histograms.map(item => ({ ...item, slot })))
  const exemplars = series.flatMap((items, slot) => items.exemplars.map(item => ({ ...item, slot })))
  const chunks: EncodedSeriesChunk[] = []
  if (histograms.length > 0)
    chunks.push({
      ...extentOf(group, histograms),
      kind: CHUNK_KIND.histograms,
      data: encodeHistograms(histograms),
      traces: [],
    })
  if (exemplars.length > 0)
    chunks.push({
      ...extentOf(group, exemplars),
      kind: CHUNK_KIND.exemplars,
      data: encodeExemplars(exemplars),
      traces: tracesOf(exemplars),
    })
  return chunks
}

function tracesOf(exemplars: readonly ExemplarItem[]): number[] {
  const traces = exemplars.map(({ labels }) => traceOfExemplar(labelsOf(labels, 0, labels.length)))
  return [...new Set(traces)].filter(trace => trace !== undefined).map(traceHash)
}

function extentOf(
  group: number,
  items: readonly { readonly time: number }[],
): Pick<EncodedSeriesChunk, 'group' | 'from' | 'to' | 'items'> {
  const times = items.map(item => item.time)
  const reduce = (better: (a: number, b: number) => number): number => times.reduce(better, times[0]!)
  return {
    group,
    from: reduce((a, b) => Math.min(a, b)),
    to: reduce((a, b) => Math.max(a, b)),
    items: items.length,
  }
}
