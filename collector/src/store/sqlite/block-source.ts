/**
 * All blocks that one snapshot sees, of partitions and of the journal.
 */
import { lookupHash } from '../../model/lookup-hash.ts'
import type { Partial } from '../api.ts'
import type { BlockCache, BlockHandle } from './block-handle.ts'
import { mayHold, openSlice, type LiveSlice } from './live-slice.ts'
import type { OpenPartition } from './open-partition.ts'
import type { BlockSource } from './scan.ts'

/** What a snapshot sees: it keeps the block lists as they are now. */
export function blockSource(
  partitions: readonly OpenPartition[],
  live: readonly LiveSlice[],
  cache: BlockCache,
  partial: Partial[],
  onRelease: () => void,
): BlockSource {
  const known = new Map(partitions.map(partition => [partition, partition.handles.length]))
  for (const partition of partitions) partition.use()
  let stored: BlockHandle[] | undefined
  const storedBlocks = (): BlockHandle[] =>
    (stored ??= partitions.flatMap(partition => partition.handles.slice(0, known.get(partition))))
  // A trace is asked for its spans, then for its logs: the indexes tell of both at once.
  let asked: { readonly id: string; readonly blocks: readonly BlockHandle[] } | undefined
  const storedOf = (bytes: Uint8Array): readonly BlockHandle[] => {
    const id = Buffer.from(bytes).toString('latin1')
    if (asked?.id === id) return asked.blocks
    const blocks = partitions.flatMap(partition =>
      partition.ofId(bytes).filter(block => block.meta.id < known.get(partition)!),
    )
    asked = { id, blocks }
    return blocks
  }
  const liveBlocks = live.map(slice => ({ slice, handle: liveHandle(slice, cache) }))
  return {
    partial,
    blocks: signal =>
      [...storedBlocks(), ...liveBlocks.map(({ handle }) => handle)].filter(block => block.signal === signal),
    blocksOf(signal, id) {
      const hash = lookupHash(id, 0, id.length)
      const found = storedOf(id)
      const alive = liveBlocks.filter(({ slice }) => slice.signal === signal && mayHold(slice, hash))
      return [...found.filter(block => block.signal === signal), ...alive.map(({ handle }) => handle)]
    },
    release() {
      for (const partition of known.keys()) partition.leave()
      onRelease()
    },
  }
}

function liveHandle(slice: LiveSlice, cache: BlockCache): BlockHandle {
  const { signal, rows, from, to } = slice
  return {
    identity: slice,
    where: 'journal',
    signal,
    rows,
    from,
    to,
    maxDuration: Infinity,
    services: undefined,
    facts: () => undefined,
    open: () => cache.get(slice, () => openSlice(slice)),
  }
}
