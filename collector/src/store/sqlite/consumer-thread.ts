/**
 * The consumer's thread: takes what the journal committed, cuts blocks by age, seals partitions and
 * removes those whose time is over.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { REQUEST_KINDS } from '../../model/telemetry.ts'
import { systemClock } from '../../model/time.ts'
import { bodiesOf, type Batch } from '../journal/batch.ts'
import { JournalReader, type JournalRecord } from '../journal/journal.ts'
import type { FromConsumer, ToConsumer } from '../journal/messages.ts'
import { diskSpace, keptBytes } from '../../durable/disk-space.ts'
import { failPoint } from '../../durable/fail-point.ts'
import { giveBack } from '../memory-of.ts'
import { SharedCells } from '../shared-cells.ts'
import type { OpenConsumer, Unfinished } from '../api.ts'
import { Closing } from './closing.ts'
import { BlockConsumer } from './consumer.ts'
import { Consumers } from './consumers.ts'
import type { ConsumerThreadData, FromConsumerThread, ToConsumerThread } from './consumer-messages.ts'
import { BackgroundCheck } from './background-check.ts'
import { isDamage, PartitionDamaged } from './damage.ts'
import { FaultyRecords, isOfTheDisk } from './faulty-records.ts'
import { DataFolder, removeDatabase, type PartitionFile } from './folder.ts'
import { Pins, refusalOf } from './pins.ts'
import { Reserve } from './reserve.ts'
import { Retention } from './retention.ts'
import { Salvager } from './salvager.ts'
import { SealedTimes } from './sealed-times.ts'

const TICK_MILLIS = 1_000
/** Partitions are read through at most this fast when there is reason to: 40 MB/s, less under load. */
const CHECK_EVERY_MILLIS = 100
const CHECK_BYTES = 4 * 1024 * 1024
const CHECK_BYTES_UNDER_LOAD = 256 * 1024
/** Sealing and merging work so long at a time, and wait so long where the journal wants its turn. */
const SEAL_MILLIS = 8
const SEAL_WAIT_MILLIS = 32
/** Damage that a query meets and a check does not find begins no other check for so long. */
const CHECK_AGAIN_MILLIS = 3_600_000
/** A record that cannot be put into a block is found by trying: twice for each. */
const MAX_TRIES_AT_STOP = 8
/** Records read at a time when the journal is ahead: one may be as large as the largest request. */
const READ_RECORDS = 1

const {
  folder: path,
  cells: memory,
  limits,
  series,
  journal: port,
  consumers: sources,
} = workerData as ConsumerThreadData
const main = parentPort!
const folder = new DataFolder(path)
const cells = new SharedCells(memory)
const openers = await Promise.all(
  sources.map(async ({ module, options }) => {
    const { default: open } = (await import(module)) as { default: OpenConsumer }
    return (from: number) => open(options, from)
  }),
)
const openConsumers = (): Consumers =>
  new Consumers(new BlockConsumer(folder, cells, systemClock, limits, series), openers)
let consumer = openConsumers()
const faulty = new FaultyRecords(folder)
const pins = new Pins(folder, systemClock)
let reader: JournalReader | undefined
/** Whether the disk took a write last time. What came meanwhile is read from the journal later. */
let stalled = false
/** Whether it was a record that stalled it, and not the disk. */
let upset = false
/** Sequences up to which somebody waits for blocks. */
let waiting: number[] = []
let closed = false
let tickedAt = systemClock.monotonic()
const ticking = setInterval(tick, TICK_MILLIS)
const retention = new Retention(systemClock, limits)
const reserve = new Reserve(folder.reservePath, limits.reserveBytes)
const sealedTimes = new SealedTimes()
const closing = new Closing(cells, systemClock, () => say({ closing: unfinished() }))
const check = new BackgroundCheck(folder, putAside)
const salvager = new Salvager(folder, cells)
const checking = setInterval(stepCheck, CHECK_EVERY_MILLIS)
/** Whether everything was read through since a process ended without saying so. */
let trusted = !folder.noteStart()
let damageMet = 0
let checkedAt = -Infinity
let takenAtCheck = 0
let sealingTimer: NodeJS.Timeout | undefined
let takenAtSealing = 0

const say = (message: FromConsumerThread): void => main.postMessage(message)

function tellJournal(taken: number): void {
  port.postMessage({ applied: consumer.applied, taken } satisfies FromConsumer)
}

port.on('message', ({ sequence, received, batch }: ToConsumer) => {
  if (closed) return
  unlessStalled(() => {
    if (batch === undefined || consumer.taken !== sequence - 1) catchUp(sequence)
    else faulty.take(consumer, { sequence, received, ...bodies(batch) })
  })
  tellJournal(batch?.buffer.length ?? 0)
  giveBack(batch?.buffer)
  unlessStalled(settle)
  goOnSealing()
  // Messages that wait are taken before a timer has its turn: behind, there would be no tick at all.
  if (!closed && systemClock.monotonic() - tickedAt >= TICK_MILLIS) tick()
})

const bodies = (batch: Batch): Omit<JournalRecord, 'sequence' | 'received'> => ({
  traces: bodiesOf(batch, 'traces'),
  logs: bodiesOf(batch, 'logs'),
  metrics: bodiesOf(batch, 'metrics'),
  samples: bodiesOf(batch, 'samples'),
})

main.on('message', (message: ToConsumerThread) => {
  unlessStalled(() => {
    if ('begin' in message) begin()
  })
  if ('begin' in message) say({ status: status() })
  if ('change' in message) changePins(message)
  if ('drain' in message) waiting.push(message.drain)
  if ('close' in message) {
    closing.sequence = message.close
    if (stalled) tryAgain()
    if (stalled) close()
  }
  unlessStalled(settle)
})

/** What an earlier process left in the journal comes first. */
function begin(): void {
  reader ??= new JournalReader(folder.journalPath)
  catchUp(Infinity)
  tellJournal(0)
  if (!trusted) check.begin()
}

/**
 * Runs work that writes. When the disk refuses, the open partition is damaged, or a record cannot be
 * put into a block, the thread does what a new process would do: it forgets what is in memory, and
 * once a second tries to go on from the committed position.
 */
function unlessStalled(work: () => void): void {
  if (stalled) return
  try {
    work()
  } catch (error) {
    upset = false
    if (error instanceof PartitionDamaged) {
      consumer.blocks.quarantineOpen(error.message)
      consumer.close()
    } else {
      upset = !isOfTheDisk(error)
      if (upset) faulty.search(consumer.taken + 1, error)
      consumer.close()
    }
    stalled = true
  }
}

function tryAgain(): void {
  stalled = false
  unlessStalled(() => {
    consumer = openConsumers()
    begin()
    settle()
  })
}

function catchUp(upTo: number): void {
  let records = reader?.after(consumer.taken, READ_RECORDS) ?? []
  while (records.length > 0 && consumer.taken < upTo && !cells.closeIsDue) {
    for (const record of records) {
      faulty.take(consumer, record)
      for (const kind of REQUEST_KINDS) giveBack(record[kind])
    }
    records = reader?.after(consumer.taken, READ_RECORDS) ?? []
  }
}

function stepCheck(): void {
  const idle = consumer.taken === takenAtCheck
  takenAtCheck = consumer.taken
  if (check.running) {
    check.step(idle ? CHECK_BYTES : CHECK_BYTES_UNDER_LOAD)
    trusted ||= !check.running
  } else if (idle) salvager.step(1)
}

/** A query that met damage says so; a check finds out where else there is some. */
function heedDamage(): void {
  const now = systemClock.monotonic()
  if (cells.damageMet === damageMet || now - checkedAt < CHECK_AGAIN_MILLIS) return
  damageMet = cells.damageMet
  checkedAt = now
  check.begin()
}

/** Quickly while nothing else is to do, and a fifth of the time while records come. */
function goOnSealing(): void {
  if (!consumer.blocks.sealer.busy || sealingTimer !== undefined || closed) return
  const wait = consumer.taken === takenAtSealing || consumer.blocks.sealer.behind ? 0 : SEAL_WAIT_MILLIS
  takenAtSealing = consumer.taken
  sealingTimer = setTimeout(() => {
    sealingTimer = undefined
    unlessStalled(() => consumer.blocks.sealer.step(SEAL_MILLIS))
    goOnSealing()
  }, wait)
}

function putAside(file: PartitionFile, reason: string): void {
  if (file.last === undefined) {
    consumer.blocks.quarantineOpen(reason)
    consumer.close()
    stalled = true
    return
  }
  consumer.blocks.sealer.letGo([file.name])
  folder.quarantine(file.name, reason)
  cells.partitionsChanged()
}

function settle(): void {
  const due = waiting.filter(sequence => sequence <= consumer.taken)
  if (due.length > 0) {
    consumer.flush()
    waiting = waiting.filter(sequence => sequence > consumer.taken)
    tellJournal(0)
    say({ status: status() })
    for (const sequence of due) say({ drained: sequence })
  }
  if (closing.isDue(consumer.taken)) close()
  else if (closing.isAsked) closing.goOn()
}

/** What the disk or the time does not let be sealed stays as it is: the journal and blocks hold everything. */
function close(): void {
  if (closed) return
  closed = true
  clearInterval(ticking)
  clearInterval(checking)
  clearTimeout(sealingTimer)
  check.stop()
  salvager.stop()
  finish(MAX_TRIES_AT_STOP)
  failPoint('close.sealed')
  const left = unfinished()
  if (!stalled) consumer.close()
  reader?.close()
  if (trusted && !stalled) folder.noteCleanEnd()
  tellJournal(0)
  say({ status: status() })
  pins.close()
  say({ closed: left })
  port.close()
  main.close()
}

/** @param tries for records that cannot be put into a block */
function finish(tries: number): void {
  if (!closing.goOn()) return
  unlessStalled(() => consumer.stop(closing.goOn))
  if (!stalled || !upset || tries === 0) return
  tryAgain()
  finish(tries - 1)
}

const unfinished = (): Unfinished => ({
  records: Math.max(0, closing.sequence - consumer.applied),
  partitions: consumer.blocks.sealer.unsealed,
})

function tick(): void {
  tickedAt = systemClock.monotonic()
  // Removing is what frees a full disk, so it comes first.
  removeExpired()
  if (stalled) tryAgain()
  if (stalled && closing.isAsked) return close()
  unlessStalled(() => consumer.tick())
  // Under load it gets a turn a second.
  if (!check.running) salvager.step(1)
  goOnSealing()
  heedDamage()
  tellJournal(0)
  say({ status: status() })
  unlessStalled(settle)
}

function changePins({ change, number }: Extract<ToConsumerThread, { change: unknown }>): void {
  try {
    const outcome = pins.change(change)
    // Whoever is told that it is so meets it in the next list.
    say({ status: status() })
    say({ changed: number, outcome })
  } catch (error) {
    say({ changed: number, outcome: refusalOf(error) })
  }
}

/** @returns false where the partition has to stay for now */
function keepWhatIsPinned(file: PartitionFile): boolean {
  try {
    pins.keep(file)
    return true
  } catch (error) {
    if (isDamage(error)) putAside(file, (error as Error).message)
    // A disk without room for the copy: other partitions go first.
    return false
  }
}

function removeUnpinned(): void {
  try {
    if (pins.removeUnpinned()) cells.partitionsChanged()
  } catch (error) {
    if (!isOfTheDisk(error)) throw error
    // The files are gone, and that they are is noted when the disk has room for it.
    cells.partitionsChanged()
  }
}

function removeExpired(): void {
  const space = diskSpace(folder.path)
  const spareBytes = space.freeBytes - keptBytes(space, limits.minFreeBytes)
  reserve.give(space.freeBytes)
  reserve.take(spareBytes)
  removeUnpinned()
  const sealed = sealedTimes.of(folder.partitions().filter(file => file.sealed))
  const sealedBytes = sealed.reduce((sum, partition) => sum + partition.bytes, 0)
  // What people keep on purpose is theirs to free: counted, it would drive out everything else.
  const aside = folder.quarantinedBytes() + pins.bytes() + consumer.blocks.sealer.unfinishedBytes
  const otherBytes = folder.bytes() - aside - sealedBytes
  const expired = new Set(retention.expired(sealed, { otherBytes, missingBytes: -spareBytes }))
  const gone = folder.partitions().filter(file => expired.has(file.name) && keepWhatIsPinned(file))
  consumer.blocks.sealer.letGo(gone.map(file => file.name))
  for (const { path } of gone) {
    failPoint('retention.unlink')
    removeDatabase(path)
    failPoint('retention.unlinked')
  }
  if (gone.length > 0) cells.partitionsChanged()
  if (!check.running && !consumer.blocks.sealer.busy) salvager.look(spareBytes)
  // Neighbours of what is being salvaged are not merged: between them it has its place.
  if (gone.length === 0 && !salvager.running && !stalled)
    consumer.blocks.sealer.plan(sealed, limits, spareBytes)
}

function status(): Extract<FromConsumerThread, { status: unknown }>['status'] {
  return {
    applied: consumer.applied,
    taken: consumer.taken,
    diskBytes: folder.bytes(),
    partitions: folder.partitions().length,
    pins: pins.list(),
    pinnedBytes: pins.bytes(),
    quarantined: folder.quarantined().map(({ name }) => name),
  }
}

say({ ready: { floor: consumer.floor, applied: consumer.applied } })
say({ status: status() })
