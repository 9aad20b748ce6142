/**
 * How a damaged partition shows, and how it differs from a disk that refuses or a defect of ours.
 *
 * A partition of a newer format is not damaged: it is told and left exactly as it is.
 */
import { ChunkDamaged } from '../columns/layout.ts'

/**
 * Formats of a partition. A file says the lowest one by which it can be read: 2 where its dictionary
 * has several sets, 3 where it has series.
 */
export const FORMAT = 1
export const FORMAT_WITH_SETS = 2
export const FORMAT_WITH_SERIES = 3
const NEWEST_FORMAT = FORMAT_WITH_SERIES

/** A file that is no partition of this collector's making. */
export class PartitionDamaged extends Error {
  override readonly name = 'PartitionDamaged'
}

/** A file of a format that this collector does not know. */
export class FormatUnknown extends Error {
  override readonly name = 'FormatUnknown'

  constructor(format: unknown) {
    super(
      `it has format ${String(format)} and this collector knows up to format ${NEWEST_FORMAT}; start the newer collector, or move the file away`,
    )
  }
}

/** @param format what a partition's `meta` says; @throws PartitionDamaged for what no version writes, FormatUnknown for a newer one */
export function checkFormat(format: unknown): void {
  if (format === undefined) throw new PartitionDamaged('it does not say of which format it is')
  if (!Number.isSafeInteger(format) || (format as number) < 1)
    throw new PartitionDamaged(`it says that it has format ${JSON.stringify(format)}`)
  if ((format as number) > NEWEST_FORMAT) throw new FormatUnknown(format)
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? ''

/** What a file that was changed behind our back shows as. SQLITE_ERROR: a table or column is not there. */
export function isDamage(error: unknown): boolean {
  if (error instanceof ChunkDamaged || error instanceof PartitionDamaged) return true
  const code = codeOf(error)
  return code === 'SQLITE_NOTADB' || code === 'SQLITE_ERROR' || code.startsWith('SQLITE_CORRUPT')
}

/** Damage, or a file that cannot be had at present: an answer goes on without it and says so. */
export function isUnreadable(error: unknown): boolean {
  return isDamage(error) || error instanceof FormatUnknown || codeOf(error).startsWith('SQLITE_')
}

/** @returns undefined where it is damaged; @throws what the disk or the system refuses: that is no loss */
export function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!isDamage(error) && codeOf(error) !== '') throw error
    return undefined
  }
}
