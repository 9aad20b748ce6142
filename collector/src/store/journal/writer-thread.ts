/**
 * The journal's own thread: one commit at a time, and nothing else that could delay one.
 *
 * After each commit the batch itself goes on to the consumer, so that in the steady state nobody
 * reads the journal; when the consumer falls behind, only the sequence goes, and it reads.
 */
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { ErrorCode } from '../../model/errors.ts'
import { SharedCells } from '../shared-cells.ts'
import type { Batch } from './batch.ts'
import { Journal, type Commit } from './journal.ts'
import type { FromConsumer, FromJournal, JournalThreadData, ToConsumer, ToJournal } from './messages.ts'

/** Uncompressed bytes that may be under way to the consumer. */
const MAX_UNDER_WAY = 32 * 1024 * 1024
const FREE_SPACE_EVERY_MILLIS = 250
const REMOVE_AFTER_IDLE_MILLIS = 20

const { path, floor, cells, consumer, minFreeBytes } = workerData as JournalThreadData
const main = parentPort!
const hands = new SharedCells(cells)
const journal = new Journal(path, floor, Date.now())

let underWay = 0
let applied = 0
let freeBytes = Infinity
let freeLookedAt = -Infinity
let removal: NodeJS.Timeout | undefined

const say = (message: FromJournal): void => main.postMessage(message)

main.on('message', (message: ToJournal) => {
  if ('close' in message) close()
  else commit(message.commit)
})

consumer.on('message', (message: FromConsumer) => {
  applied = message.applied
  underWay -= message.taken
  removal ??= setTimeout(removeApplied, REMOVE_AFTER_IDLE_MILLIS)
})

function commit(batch: Batch): void {
  const now = Date.now()
  try {
    checkFreeSpace()
    if (!hands.anyHandUp) journal.removable(applied)
    const done = journal.commit(batch, now)
    if (done.stored.lengths.length > 0) passOn(done, BigInt(now) * 1_000_000n)
    say({ committed: { duplicates: done.duplicates, sequence: done.sequence, heldBytes: journal.heldBytes } })
  } catch (error) {
    say({ refused: refusal(error) })
  }
}

function passOn({ sequence, stored }: Commit, received: bigint): void {
  const size = stored.buffer.length
  const attach = underWay + size <= MAX_UNDER_WAY
  if (attach) underWay += size
  const message: ToConsumer = { sequence, received, batch: attach ? stored : undefined }
  consumer.postMessage(message, attach ? [stored.buffer.buffer] : [])
}

/** SQLite may still take small writes on a full disk, so the line is drawn before it is full. */
function checkFreeSpace(): void {
  const now = performance.now()
  if (now - freeLookedAt > FREE_SPACE_EVERY_MILLIS) {
    const { bavail, bsize } = statfsSync(dirname(path))
    freeBytes = bavail * bsize
    freeLookedAt = now
  }
  if (freeBytes < minFreeBytes) throw new DiskFull(`${freeBytes} bytes free, ${minFreeBytes} must stay free`)
}

class DiskFull extends Error {
  readonly code = 'SQLITE_FULL'
}

/** What SQLite refuses may go through later; anything else is a defect of ours. */
function refusal(error: unknown): { code: ErrorCode; message: string } {
  const { code, message } = error as { code?: string; message: string }
  if (code === 'SQLITE_FULL' || code?.startsWith('SQLITE_IOERR')) return { code: 'disk_full', message }
  return { code: code?.startsWith('SQLITE_') ? 'store_busy' : 'internal', message }
}

function removeApplied(): void {
  removal = undefined
  if (hands.anyHandUp) {
    removal = setTimeout(removeApplied, REMOVE_AFTER_IDLE_MILLIS)
    return
  }
  journal.removable(applied)
  try {
    journal.remove()
    say({ heldBytes: journal.heldBytes })
  } catch {
    // A full disk refuses even a deletion; the next commit that succeeds takes it along.
  }
}

function close(): void {
  clearTimeout(removal)
  journal.removable(applied)
  journal.close()
  consumer.close()
  say({ closed: true })
  main.close()
}

say({ ready: true })
