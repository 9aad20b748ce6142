/**
 * The series of one partition, as one snapshot sees them: groups and chunks up to the numbers that
 * stood when it was taken. Labels of groups are kept for a while, since questions come back to them.
 */
import type { MetricMetadata } from '../../decode/series/sink.ts'
import { CHUNK_KIND } from '../series/cutter.ts'
import { traceHash, traceOfExemplar } from '../series/exemplar-trace.ts'
import { GroupChunk } from '../series/group-chunk.ts'
import { GroupLabels, labelHash } from '../series/group-labels.ts'
import { decodeExemplars, decodeHistograms } from '../series/item-chunks.ts'
import type { StoredGroups } from '../series/opened-groups.ts'
import { METRIC_NAME, type PartQuery, type SeriesPart } from '../series/part.ts'
import { ChunkDamaged, openChunk } from '../columns/layout.ts'
import { unlessDamaged } from './damage.ts'
import type { Sqlite } from '../../durable/sqlite-file.ts'
import type { Label } from '../../model/series.ts'
import { labelEntries, SERIES_SQL, storedMetadata } from './series-writer.ts'

/** Highest numbers that a snapshot sees. */
export interface SeriesBounds {
  readonly groups: number
  readonly chunks: number
}

/** What of a damaged file's series can still be read. */
export interface SalvagedSeries {
  /** Groups that cannot be read are left out; the others keep their numbers. */
  readonly stored: StoredGroups
  /** Samples. */
  readonly saved: number
  readonly lost: number
  /** Chunks of which not even the row can be read. */
  readonly unread: number
}

/** One page of a tree's inside holds the way to a few hundred rows. */
const MISSING_IN_A_ROW = 10_000

/** Groups whose labels are kept, in one partition: 16,384 series. */
const KEPT_GROUPS = 256

const exists = (db: Sqlite, table: string): boolean => db.prepare(SERIES_SQL.exists).pluck().get(table) !== 0

const prepare = (db: Sqlite) => ({
  bounds: db.prepare(SERIES_SQL.bounds),
  extent: db.prepare(SERIES_SQL.extent),
  groups: db.prepare(SERIES_SQL.groups).pluck(),
  group: db.prepare(SERIES_SQL.group).pluck(),
  groupNames: db.prepare(SERIES_SQL.groupNames),
  groupsOfLabel: exists(db, 'series_label') ? db.prepare(SERIES_SQL.groupsOfLabel).pluck() : undefined,
  groupOfChunk: db.prepare(SERIES_SQL.groupOfChunk).pluck(),
  anyChunkOf: db.prepare(SERIES_SQL.anyChunkOf).pluck(),
  chunksOf: db.prepare(SERIES_SQL.chunksOf).pluck(),
  allChunksOf: db.prepare(SERIES_SQL.allChunksOf),
  chunkRow: db.prepare(SERIES_SQL.chunkRow),
  chunk: db.prepare(SERIES_SQL.chunk).pluck(),
  chunksOfTrace: db.prepare(SERIES_SQL.chunksOfTrace).pluck(),
  metadata: db.prepare(exists(db, 'metric_attributes') ? SERIES_SQL.metadata : SERIES_SQL.metadataAlone),
})

export class SeriesReader {
  readonly #statements: ReturnType<typeof prepare> | undefined
  readonly #labels = new Map<number, GroupLabels>()

  constructor(db: Sqlite) {
    // A partition of the time before there were metrics has no such tables.
    if (exists(db, 'series_group')) this.#statements = prepare(db)
  }

  bounds(): SeriesBounds {
    return (this.#statements?.bounds.get() as SeriesBounds | undefined) ?? { groups: -1, chunks: 0 }
  }

  /** Everything, as it is stored. */
  stored(): StoredGroups {
    const statements = this.#statements
    if (statements === undefined) return { groups: [], chunks: () => [] }
    return {
      groups: statements.groups.all() as Uint8Array[],
      chunks: group => statements.allChunksOf.all(group) as { kind: number; data: Uint8Array }[],
    }
  }

  /** Of a damaged file: each row by its number, and of chunks those whose checksum fits. */
  salvaged(): SalvagedSeries {
    const statements = this.#statements
    const nothing = { stored: { groups: [], chunks: () => [] }, saved: 0, lost: 0, unread: 0 }
    return statements === undefined ? nothing : salvaged(statements)
  }

  metadata(): readonly MetricMetadata[] {
    return this.#statements === undefined ? [] : storedMetadata(this.#statements.metadata)
  }

  part(bounds: SeriesBounds): SeriesPart | undefined {
    return this.#statements === undefined || bounds.groups < 0 ? undefined : this.#part(bounds)
  }

  #part(bounds: SeriesBounds): SeriesPart {
    return {
      extent: () => {
        const { from, to } = this.#statements!.extent.get(bounds.chunks) as {
          from: number | null
          to: number | null
        }
        return from === null || to === null ? undefined : { from, to }
      },
      samples: (query, found) => {
        for (const { id, labels, slots } of this.#matching(query, bounds))
          for (const chunk of this.#chunks(id, CHUNK_KIND.samples, query, bounds)) {
            const opened = new GroupChunk(chunk)
            for (const slot of slots) {
              const piece = opened.piece(slot)
              if (piece !== undefined) found(labels.labels(slot), piece)
            }
          }
      },
      labels: (query, found) => {
        for (const { id, labels, slots } of this.#matching(query, bounds)) {
          const { from, to } = query
          if (this.#statements!.anyChunkOf.get(id, clamp(to), clamp(from), bounds.chunks) === 0) continue
          found(labels, slots)
        }
      },
      exemplars: (query, found) => {
        for (const { id, labels, slots } of this.#matching(query, bounds))
          for (const chunk of this.#chunks(id, CHUNK_KIND.exemplars, query, bounds)) {
            const items = decodeExemplars(chunk).filter(({ time }) => time >= query.from && time <= query.to)
            for (const slot of slots) {
              const of = items.filter(item => item.slot === slot)
              if (of.length > 0) found(labels.labels(slot), of)
            }
          }
      },
      exemplarsOfTrace: (traceId, cancel, found) => {
        const chunks = this.#statements!.chunksOfTrace.all(traceHash(traceId), bounds.chunks) as number[]
        for (const id of chunks) {
          cancel.check()
          for (const exemplar of decodeExemplars(this.#chunk(id)))
            if (traceOfExemplar(exemplar.labels) === traceId)
              found(this.#labelsOfChunk(id).labels(exemplar.slot), exemplar)
        }
      },
      histograms: (query, found) => {
        for (const { id, labels, slots } of this.#matching(query, bounds))
          for (const chunk of this.#chunks(id, CHUNK_KIND.histograms, query, bounds)) {
            const items = decodeHistograms(chunk).filter(({ time }) => time >= query.from && time <= query.to)
            for (const slot of slots) {
              const of = items.filter(item => item.slot === slot)
              if (of.length > 0) found(labels.labels(slot), of)
            }
          }
      },
      metadata: found => {
        for (const metadata of this.metadata()) found(metadata)
      },
    }
  }

  *#matching(
    query: PartQuery,
    bounds: SeriesBounds,
  ): Generator<{ id: number; labels: GroupLabels; slots: readonly number[] }> {
    for (const id of this.#candidates(query.labels, bounds.groups)) {
      query.cancel.check()
      const labels = this.#groupLabels(id)
      const slots = labels.matching(query.matchers)
      if (slots.length > 0) yield { id, labels, slots }
    }
  }

  /** Groups in which for each of the labels there may be a series that has it. */
  #candidates(labels: readonly Label[], last: number): Iterable<number> {
    const { groupsOfLabel } = this.#statements!
    if (groupsOfLabel === undefined) return this.#groupsAround(labels, last)
    if (labels.length === 0) return Array(last + 1).keys()
    const groups = labels.map(label => {
      const { from, to } = labelEntries(labelHash(label))
      return new Set(groupsOfLabel.all(from, to) as number[])
    })
    return [...groups[0]!].filter(id => id <= last && groups.every(of => of.has(id)))
  }

  /** In a partition without an index of labels: where the metric's name lies within those of the group. */
  #groupsAround(labels: readonly Label[], last: number): Iterable<number> {
    const name = labels.find(([label]) => label === METRIC_NAME)?.[1]
    if (name === undefined) return Array(last + 1).keys()
    const groups = this.#statements!.groupNames.all(last) as { id: number; first: string; last: string }[]
    return groups.flatMap(group => (group.first <= name && name <= group.last ? group.id : []))
  }

  #groupLabels(id: number): GroupLabels {
    const known = this.#labels.get(id)
    if (known !== undefined) return known
    const chunk = this.#statements!.group.get(id)
    if (!(chunk instanceof Uint8Array)) throw new ChunkDamaged(`group ${id} of the series is missing`)
    const labels = new GroupLabels(chunk)
    if (this.#labels.size >= KEPT_GROUPS) this.#labels.clear()
    this.#labels.set(id, labels)
    return labels
  }

  #labelsOfChunk(chunk: number): GroupLabels {
    const group = this.#statements!.groupOfChunk.get(chunk)
    if (group === undefined) throw new ChunkDamaged(`the group of chunk ${chunk} of the series is missing`)
    return this.#groupLabels(group as number)
  }

  *#chunks(
    group: number,
    kind: number,
    { from, to }: PartQuery,
    bounds: SeriesBounds,
  ): Generator<Uint8Array> {
    const ids = this.#statements!.chunksOf.all(group, kind, clamp(to), clamp(from), bounds.chunks) as number[]
    for (const id of ids) yield this.#chunk(id)
  }

  #chunk(id: number): Uint8Array {
    const chunk = this.#statements!.chunk.get(id)
    if (!(chunk instanceof Uint8Array)) throw new ChunkDamaged(`chunk ${id} of the series is missing`)
    return chunk
  }
}

interface ChunkRow {
  readonly series_group: number
  readonly kind: number
  readonly item_count: number
  readonly data: Uint8Array
}

function salvaged(statements: ReturnType<typeof prepare>): SalvagedSeries {
  const groups: Uint8Array[] = []
  for (const [id, labels] of rows(0, id => statements.group.get(id) as Uint8Array | undefined))
    if (unlessDamaged(() => new GroupLabels(labels)) !== undefined) groups[id] = labels
  const chunksOf = new Map<number, number[]>()
  let [saved, lost, read, last] = [0, 0, 0, 0]
  for (const [id, row] of rows(1, id => statements.chunkRow.get(id) as ChunkRow | undefined)) {
    read++
    last = id
    const isWhole = row.series_group in groups && unlessDamaged(() => openChunk(row.data)) !== undefined
    if (!isWhole) lost += row.item_count
    else {
      saved += row.item_count
      chunksOf.set(row.series_group, [...(chunksOf.get(row.series_group) ?? []), id])
    }
  }
  const chunks = (group: number): ChunkRow[] =>
    (chunksOf.get(group) ?? []).map(id => statements.chunkRow.get(id) as ChunkRow)
  return { stored: { groups, chunks }, saved, lost, unread: last - read }
}

/** Rows by number, from the first until so many are missing that none can be behind. */
function* rows<Row>(first: number, rowAt: (id: number) => Row | undefined): Generator<[number, Row]> {
  for (let id = first, missing = 0; missing < MISSING_IN_A_ROW; id++) {
    const row = unlessDamaged(() => rowAt(id))
    missing = row === undefined ? missing + 1 : 0
    if (row !== undefined) yield [id, row]
  }
}

/** Bounds of a query as SQLite takes them. */
const clamp = (time: number): bigint =>
  time >= 9e15 ? 9_000_000_000_000_000n : time <= -9e15 ? -9_000_000_000_000_000n : BigInt(Math.floor(time))
