/**
 * The series of one partition, as one snapshot sees them: groups and chunks up to the numbers that
 * stood when it was taken. Labels of groups are kept for a while, since questions come back to them.
 */
import type { MetricMetadata } from '../../decode/series/sink.ts'
import { CHUNK_KIND } from '../series/cutter.ts'
import { traceHash, traceOfExemplar } from '../series/exemplar-trace.ts'
import { GroupChunk } from '../series/group-chunk.ts'
import { GroupLabels } from '../series/group-labels.ts'
import { decodeExemplars, decodeHistograms } from '../series/item-chunks.ts'
import type { StoredGroups } from '../series/opened-groups.ts'
import type { PartQuery, SeriesPart } from '../series/part.ts'
import { ChunkDamaged } from '../columns/layout.ts'
import type { Sqlite } from '../../durable/sqlite-file.ts'
import { SERIES_SQL } from './series-writer.ts'

/** Highest numbers that a snapshot sees. */
export interface SeriesBounds {
  readonly groups: number
  readonly chunks: number
}

/** Groups whose labels are kept, in one partition: 16,384 series. */
const KEPT_GROUPS = 256

const prepare = (db: Sqlite) => ({
  bounds: db.prepare(SERIES_SQL.bounds),
  groups: db.prepare(SERIES_SQL.groups),
  groupsOfName: db.prepare(SERIES_SQL.groupsOfName),
  groupOfChunk: db.prepare(SERIES_SQL.groupOfChunk),
  anyChunkOf: db.prepare(SERIES_SQL.anyChunkOf).pluck(),
  chunksOf: db.prepare(SERIES_SQL.chunksOf).pluck(),
  allChunksOf: db.prepare(SERIES_SQL.allChunksOf),
  chunk: db.prepare(SERIES_SQL.chunk).pluck(),
  chunksOfTrace: db.prepare(SERIES_SQL.chunksOfTrace).pluck(),
  metadata: db.prepare(SERIES_SQL.metadata),
})

export class SeriesReader {
  readonly #statements: ReturnType<typeof prepare> | undefined
  readonly #labels = new Map<number, GroupLabels>()

  constructor(db: Sqlite) {
    // A partition of the time before there were metrics has no such tables.
    if (db.prepare(SERIES_SQL.exists).pluck().get() === 0) return
    this.#statements = prepare(db)
  }

  bounds(): SeriesBounds {
    return (this.#statements?.bounds.get() as SeriesBounds | undefined) ?? { groups: -1, chunks: 0 }
  }

  /** Everything, as it is stored. */
  stored(): StoredGroups {
    const statements = this.#statements
    if (statements === undefined) return { groups: [], chunks: () => [] }
    const rows = statements.groups.all(Number.MAX_SAFE_INTEGER) as { labels: Uint8Array }[]
    return {
      groups: rows.map(({ labels }) => labels),
      chunks: group => statements.allChunksOf.all(group) as { kind: number; data: Uint8Array }[],
    }
  }

  metadata(): readonly MetricMetadata[] {
    return (this.#statements?.metadata.all() ?? []) as MetricMetadata[]
  }

  part(bounds: SeriesBounds): SeriesPart | undefined {
    return this.#statements === undefined || bounds.groups < 0 ? undefined : this.#part(bounds)
  }

  #part(bounds: SeriesBounds): SeriesPart {
    return {
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
          for (const slot of slots) found(labels.labels(slot))
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
    const { groups, groupsOfName } = this.#statements!
    const rows = (
      query.name === undefined
        ? groups.all(bounds.groups)
        : groupsOfName.all({ last: bounds.groups, name: query.name })
    ) as { id: number; labels: Uint8Array }[]
    for (const row of rows) {
      query.cancel.check()
      const labels = this.#groupLabels(row.id, row.labels)
      const slots = labels.matching(query.matchers)
      if (slots.length > 0) yield { id: row.id, labels, slots }
    }
  }

  #groupLabels(id: number, chunk: Uint8Array): GroupLabels {
    const known = this.#labels.get(id)
    if (known !== undefined) return known
    const labels = new GroupLabels(chunk)
    if (this.#labels.size >= KEPT_GROUPS) this.#labels.clear()
    this.#labels.set(id, labels)
    return labels
  }

  #labelsOfChunk(chunk: number): GroupLabels {
    const group = this.#statements!.groupOfChunk.get(chunk) as { id: number; labels: Uint8Array } | undefined
    if (group === undefined) throw new ChunkDamaged(`the group of chunk ${chunk} of the series is missing`)
    return this.#groupLabels(group.id, group.labels)
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

/** Bounds of a query as SQLite takes them. */
const clamp = (time: number): bigint =>
  time >= 9e15 ? 9_000_000_000_000_000n : time <= -9e15 ? -9_000_000_000_000_000n : BigInt(Math.floor(time))
