/**
 * Room that is set aside while the disk has plenty, in a file that holds nothing of worth: it goes
 * when the disk is full, so that a start finds room for its logs, and retention for the copies of
 * what is pinned. It comes again when there is room.
 *
 * Its bytes are random: a file system that compresses would keep a file of zeros for nothing.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { sizeOf } from './folder.ts'

const PIECE_BYTES = 1024 * 1024

export class Reserve {
  readonly #path: string
  readonly #bytes: number

  /** @param bytes whole mebibytes */
  constructor(path: string, bytes: number) {
    this.#path = path
    this.#bytes = bytes
  }

  /** @param freeBytes of the disk: with less than the reserve it goes */
  give(freeBytes: number): void {
    if (freeBytes < this.#bytes) rmSync(this.#path, { force: true })
  }

  /** @param spareBytes of the disk, beyond what must stay free in any case */
  take(spareBytes: number): void {
    if (spareBytes < this.#bytes || sizeOf(this.#path) === this.#bytes) return
    try {
      this.#write()
    } catch {
      // Somebody else was quicker to take the room.
      rmSync(this.#path, { force: true })
    }
  }

  #write(): void {
    const piece = randomBytes(PIECE_BYTES)
    const file = openSync(this.#path, 'w', 0o600)
    try {
      for (let left = this.#bytes; left > 0; left -= PIECE_BYTES) writeFileSync(file, piece)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }
}
