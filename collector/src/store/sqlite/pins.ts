/**
 * The pins at work, in the consumer's thread: what people pin and unpin, what is copied before a
 * partition goes, and what of it goes when its pin is taken away.
 */
import { HodoscopeError, type ErrorCode } from '../../model/errors.ts'
import type { Clock } from '../../model/time.ts'
import { MOST_PINS, type Pin } from '../api.ts'
import type { PinChange } from './consumer-messages.ts'
import { removeDatabase, sizeOf, type DataFolder, type PartitionFile } from './folder.ts'
import { keepPinned } from './keep-pinned.ts'
import { PinTable } from './pin-table.ts'

export class Pins {
  readonly #folder: DataFolder
  readonly #clock: Clock
  readonly #table: PinTable

  /** @throws Error for a catalogue that cannot be used */
  constructor(folder: DataFolder, clock: Clock) {
    this.#folder = folder
    this.#clock = clock
    this.#table = new PinTable(folder.cataloguePath)
    for (const { traceId } of folder.pins()) this.#table.adopt(traceId, clock.now())
  }

  list(): Pin[] {
    return this.#table.pins()
  }

  /** Bytes of what is kept for pins alone. */
  bytes(): number {
    return this.#folder.pins().reduce((sum, { path }) => sum + sizeOf(path), 0)
  }

  /** @returns whether the trace was pinned before @throws HodoscopeError pins_exhausted; what SQLite throws */
  change(change: PinChange): boolean {
    if ('unpin' in change) return this.#table.unpin(change.unpin)
    const pins = this.list()
    const known = pins.some(pin => pin.traceId === change.pin)
    if (!known && pins.length >= MOST_PINS)
      throw new HodoscopeError('pins_exhausted', `${MOST_PINS} traces are pinned, and no more can be`)
    this.#table.pin(change.pin, change.note, this.#clock.now())
    return known
  }

  /** @returns whether any file went */
  removeUnpinned(): boolean {
    const removed = new Set(this.#table.removed())
    if (removed.size === 0) return false
    const files = this.#folder.pins().filter(({ traceId }) => removed.has(traceId))
    for (const { path } of files) removeDatabase(path)
    for (const traceId of removed) this.#table.forget(traceId)
    return files.length > 0
  }

  /** To be called before a partition is removed. @throws as `keepPinned` */
  keep(file: PartitionFile): void {
    const traceIds = this.list().map(pin => pin.traceId)
    keepPinned(this.#folder, file, traceIds, this.#clock.now())
  }

  close(): void {
    this.#table.close()
  }
}

/** Why a change was refused, in a form that crosses threads. */
export function refusalOf(error: unknown): { code: ErrorCode; message: string } {
  if (error instanceof HodoscopeError) return { code: error.code, message: error.message }
  const { code = '', message } = error as { code?: string; message: string }
  if (code === 'SQLITE_FULL') return { code: 'disk_full', message: 'the disk is full' }
  return { code: code.startsWith('SQLITE_') ? 'disk_failed' : 'internal', message }
}
