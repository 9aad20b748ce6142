/**
 * The journal's own thread: one commit at a time, and nothing else that could delay one.
 *
 * After a disk error the file is closed, and opened anew for the next commit. Of a failed fsync the
 * system forgets which pages it did not write, so what SQLite holds of the file is not trusted:
 * opening reads it again. A record that was refused may stand in it all the same; sent again it is
 * known by its digest, and stored once.
 *
 * Once a second it looks whether it could commit, for a sender that was turned away to somebody else
 * does not come back to find out: a full disk is known before a request meets it, and that writes
 * succeed again is found by a commit that stores nothing.
 *
 * After each commit the batch itself goes on to the consumer, so that in the steady state nobody
 * reads the journal; when the consumer falls behind, only the sequence goes, and it reads.
 */
import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { diskSpace, keptBytes } from '../../durable/disk-space.ts'
import { giveBack } from '../memory-of.ts'
import { SharedCells } from '../shared-cells.ts'
import type { Batch } from './batch.ts'
import { Journal, type Commit } from './journal.ts'
import { openSound } from './sound-journal.ts'
import type {
  FromConsumer,
  FromJournal,
  JournalThreadData,
  KnownSequences,
  Refusal,
  ToConsumer,
  ToJournal,
} from './messages.ts'

/** Uncompressed bytes that may be under way to the consumer. */
const MAX_UNDER_WAY = 32 * 1024 * 1024
const FREE_SPACE_EVERY_MILLIS = 250
const REMOVE_AFTER_IDLE_MILLIS = 20
const LOOK_EVERY_MILLIS = 1_000

const { path, cells, consumer, minFreeBytes } = workerData as JournalThreadData
const main = parentPort!
const hands = new SharedCells(cells)
let floor = 0
const openJournal = (): Journal => new Journal(path, floor, Date.now())
/** undefined after a disk error, until the file could be opened again. */
let journal: Journal | undefined

let underWay = 0
let applied = 0
let missingBytes = 0
let freeLookedAt = -Infinity
/** What was told last. */
let refusing: Refusal | undefined
let looking: NodeJS.Timeout | undefined
let removal: NodeJS.Timeout | undefined

const say = (message: FromJournal): void => main.postMessage(message)

main.on('message', (message: ToJournal) => {
  if ('open' in message) open(message.open)
  else if ('close' in message) close()
  else commit(message.commit)
})

function open(known: KnownSequences): void {
  floor = known.floor
  journal = openSound(path, known.applied, openJournal)
  say({ ready: true })
  looking = setInterval(look, LOOK_EVERY_MILLIS)
}

consumer.on('message', (message: FromConsumer) => {
  applied = message.applied
  underWay -= message.taken
  removal ??= setTimeout(removeApplied, REMOVE_AFTER_IDLE_MILLIS)
})

function commit(batch: Batch): void {
  const now = Date.now()
  try {
    checkFreeSpace()
    journal ??= openJournal()
    if (!hands.anyHandUp) journal.removable(applied)
    const done = journal.commit(batch, now)
    if (done.stored.columns.lengths.length > 0) passOn(done, BigInt(now) * 1_000_000n)
    refusing = undefined
    say({ committed: { duplicates: done.duplicates, sequence: done.sequence, heldBytes: journal.heldBytes } })
  } catch (error) {
    if (isDiskError(error)) letGo()
    refusing = refusal(error)
    say({ refused: refusing })
  }
}

function look(): void {
  const before = refusing
  try {
    checkFreeSpace()
    if (refusing !== undefined) (journal ??= openJournal()).touch()
    refusing = undefined
  } catch (error) {
    if (isDiskError(error)) letGo()
    refusing = refusal(error)
  }
  if (refusing?.code !== before?.code) say({ looked: refusing })
}

const isDiskError = (error: unknown): boolean =>
  (error as { code?: string }).code?.startsWith('SQLITE_IOERR') === true

function letGo(): void {
  try {
    journal?.abandon()
  } finally {
    journal = undefined
  }
}

function passOn({ sequence, stored }: Commit, received: bigint): void {
  const size = stored.buffer.length
  const attach = underWay + size <= MAX_UNDER_WAY
  if (attach) underWay += size
  else giveBack(stored.buffer)
  const message: ToConsumer = { sequence, received, batch: attach ? stored : undefined }
  consumer.postMessage(message, attach ? [stored.buffer.buffer] : [])
}

/** SQLite may still take small writes on a full disk, so the line is drawn before it is full. */
function checkFreeSpace(): void {
  const now = performance.now()
  if (now - freeLookedAt > FREE_SPACE_EVERY_MILLIS) {
    const space = diskSpace(dirname(path))
    missingBytes = keptBytes(space, minFreeBytes) - space.freeBytes
    freeLookedAt = now
  }
  if (missingBytes > 0) throw new DiskFull(`${missingBytes} bytes too few are free on the disk`)
}

class DiskFull extends Error {
  readonly code = 'SQLITE_FULL'
}

const DISK_CODES = /^SQLITE_(IOERR|CANTOPEN|READONLY|PERM|CORRUPT|NOTADB)/

/** All of it is retryable: what the disk or a defect refuses now must not be thrown away by its sender. */
function refusal(error: unknown): Refusal {
  const { code = '', message } = error as { code?: string; message: string }
  if (code === 'SQLITE_FULL') return { code: 'disk_full', message }
  return { code: DISK_CODES.test(code) ? 'disk_failed' : 'store_busy', message: `the journal: ${message}` }
}

function removeApplied(): void {
  removal = undefined
  if (hands.anyHandUp) {
    removal = setTimeout(removeApplied, REMOVE_AFTER_IDLE_MILLIS)
    return
  }
  if (journal === undefined) return
  journal.removable(applied)
  try {
    journal.remove()
    say({ heldBytes: journal.heldBytes })
  } catch (error) {
    // A full disk refuses even a deletion; the next commit that succeeds takes it along.
    if (isDiskError(error)) letGo()
  }
}

function close(): void {
  clearTimeout(removal)
  clearInterval(looking)
  try {
    journal?.removable(applied)
    // Giving back pages takes as long as the journal is large, which is what the time was too short for.
    if (hands.closeIsDue) journal?.abandon()
    else journal?.close()
  } catch {
    // What was acknowledged is in the file already; to tidy it up is for the next process.
    letGo()
  }
  consumer.close()
  say({ closed: true })
  main.close()
}
