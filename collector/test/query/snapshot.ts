/** Snapshots of stores that hold what a test says. */
import { MemoryStore } from '../../src/store/memory/store.ts'
import type { Snapshot } from '../../src/store/api.ts'
import { requestOf, type Batch } from '../conformance/request.ts'

export async function snapshotOf(...batches: readonly Batch[]): Promise<Snapshot> {
  const store = new MemoryStore()
  for (const batch of batches) await store.append(requestOf(batch))
  return store.reader().snapshot()
}
