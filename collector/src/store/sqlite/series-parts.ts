/** The series of partitions, as parts of one snapshot: what cannot be read is told, and the rest answers. */
import type { Partial } from '../api.ts'
import type { SeriesPart } from '../series/part.ts'
import { isUnreadable } from './damage.ts'
import type { OpenPartition } from './open-partition.ts'

/** @param partial where to tell what could not be read */
export function partitionParts(partitions: readonly OpenPartition[], partial: Partial[]): SeriesPart[] {
  return partitions.flatMap(({ name, reader }) => {
    const part = reader.series.part(reader.seriesBounds)
    return part === undefined ? [] : [guarded(part, name, partial)]
  })
}

function guarded(part: SeriesPart, what: string, partial: Partial[]): SeriesPart {
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!isUnreadable(error)) throw error
      const reason = `series: ${(error as Error).message}`
      if (!partial.some(known => known.what === what && known.reason === reason))
        partial.push({ what, reason })
      return undefined
    }
  }
  return {
    extent: () => attempt(() => part.extent()),
    samples: (query, found) => attempt(() => part.samples(query, found)),
    labels: (query, found) => attempt(() => part.labels(query, found)),
    exemplars: (query, found) => attempt(() => part.exemplars(query, found)),
    exemplarsOfTrace: (traceId, cancel, found) =>
      attempt(() => part.exemplarsOfTrace(traceId, cancel, found)),
    histograms: (query, found) => attempt(() => part.histograms(query, found)),
    metadata: found => attempt(() => part.metadata(found)),
  }
}
