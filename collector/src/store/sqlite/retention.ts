/**
 * Which sealed partitions have to go: those older than the retention, and the oldest while all
 * together take more than the cap. The open partition and the journal count, and never go.
 */
import type { Millis, UnixMillis } from '../../model/time.ts'

export interface SealedPartition {
  readonly name: string
  readonly bytes: number
  /** When it was sealed: after the arrival of every record in it. */
  readonly sealedAt: UnixMillis
}

/**
 * @param sealed in order of their sequences, oldest first
 * @param otherBytes what the folder takes besides them
 */
export function expired(
  sealed: readonly SealedPartition[],
  otherBytes: number,
  now: UnixMillis,
  limits: { readonly retention: Millis; readonly maxBytes: number },
): string[] {
  let total = sealed.reduce((sum, partition) => sum + partition.bytes, otherBytes)
  return sealed
    .filter(({ bytes, sealedAt }) => {
      if (now - sealedAt <= limits.retention && total <= limits.maxBytes) return false
      total -= bytes
      return true
    })
    .map(partition => partition.name)
}
