/**
 * All blocks that one snapshot sees, of partitions and of the journal.
 */
import { lookupHash } from '../../model/lookup-hash.ts'
import type { Partial } from '../api.ts'
import type { BlockCache, BlockHandle } from './block-handle.ts'
import { openLive, type LiveBlock } from './live-tail.ts'
import type { OpenPartition } from './open-partition.ts'
import type { BlockSource } from './scan.ts'

/** What a snapshot sees: it keeps the block lists as they are now. */
export function blockSource(
  partitions: readonly OpenPartition[],
  live: readonly LiveBlock[],
  cache: BlockCache,
  partial: Partial[],
  onRelease: () => void,
): BlockSource {
  const known = new Map(partitions.map(partition => [partition, partition.handles.length]))
  for (const partition of partitions) partition.use()
  let stored: BlockHandle[] | undefined
  const storedBlocks = (): BlockHandle[] =>
    (stored ??= partitions.flatMap(partition => partition.handles.slice(0, known.get(partition))))
  const liveHandles = live.map(block => ({
    handle: liveHandle(block, cache),
    lookups: block.encoded.lookups,
  }))
  return {
    partial,
    blocks: signal =>
      [...storedBlocks(), ...liveHandles.map(entry => entry.handle)].filter(block => block.signal === signal),
    blocksOf(signal, id) {
      const hash = lookupHash(id, 0, id.length)
      const found: BlockHandle[] = partitions.flatMap(partition =>
        partition.ofId(id).filter(block => block.meta.id < known.get(partition)!),
      )
      const alive = liveHandles.filter(entry => hasHash(entry.lookups, hash)).map(entry => entry.handle)
      return [...found, ...alive].filter(block => block.signal === signal)
    },
    release() {
      for (const partition of known.keys()) partition.leave()
      onRelease()
    },
  }
}

function liveHandle(block: LiveBlock, cache: BlockCache): BlockHandle {
  const { signal, rows, from, to, maxDuration, resources } = block.encoded
  const services = new Set(resources.map(id => block.dictionary.service(id)))
  return {
    identity: block,
    where: 'journal',
    signal,
    rows: rows - block.firstRow,
    from,
    to,
    maxDuration,
    services,
    resources,
    dictionary: block.dictionary,
    // To build it takes longer than to read the block.
    filter: () => undefined,
    open: () => cache.get(block, () => openLive(block)),
  }
}

function hasHash(sorted: Float64Array, hash: number): boolean {
  let low = 0
  for (let high = sorted.length; low < high;) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < hash) low = middle + 1
    else high = middle
  }
  return sorted[low] === hash
}
