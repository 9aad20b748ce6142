/**
 * Derived counts as a consumer of the journal, on the thread that also makes blocks: every second,
 * what was counted is committed together with the position it reaches to.
 *
 * The file outlives the partitions. If it is damaged it is put aside and begun anew; what was stored
 * is then counted again from the store, as for a new objective.
 */
import { renameSync, rmSync } from 'node:fs'
import type { MessagePort } from 'node:worker_threads'
import { logsOf } from '../decode/logs.ts'
import { milliOfNano, minuteOf, systemClock, unixNano, type UnixMinute } from '../model/time.ts'
import { HOUR } from '../slo/history.ts'
import type { AcknowledgedRecord, OpenConsumer, RecordConsumer } from '../store/api.ts'
import { EventCounting } from './counting.ts'
import { DerivedFile } from './derived-file.ts'
import type { FromDerive, ToDerive } from './messages.ts'
import { OperationCounting } from './operation-counting.ts'
import { TraceScan } from './scan.ts'

export interface DeriveOptions {
  readonly path: string
  readonly port: MessagePort
}

/** 13 months. */
const KEPT_HOURS = 395 * 24
/** Records older than this say that counting is behind, and so does not observe the present. */
const BEHIND_MILLIS = 30_000

export class DerivedCounts implements RecordConsumer {
  readonly #file: DerivedFile
  readonly #path: string
  readonly #port: MessagePort
  readonly #counting = new EventCounting()
  readonly #operations = new OperationCounting()
  readonly #scan = new TraceScan([this.#operations, this.#counting])
  readonly #hear: (message: ToDerive) => void
  #closed = false
  #inbox: ToDerive[] = []
  #taken: number
  #gaps: [number, number][] = []
  #observed: UnixMinute | undefined
  #isBehind = false
  #forgotAt = 0
  applied: number

  constructor({ path, port }: DeriveOptions, from: number) {
    this.#path = path
    this.#port = port
    this.#file = openOrBeginAnew(path)
    const position = this.#file.position
    this.#taken = this.applied = position ?? from
    if (position === undefined) this.#begin(from)
    this.#counting.define(this.#file.indicators())
    this.#hear = message => this.#heard(message)
    port.on('message', this.#hear)
    this.#say({ opened: true })
  }

  /** Nothing was counted before: what is stored already is to be counted from the store. */
  #begin(from: number): void {
    const gaps: [number, number][] = from > 0 ? [[0, from]] : []
    this.#file.commit({
      position: from,
      deltas: new Map(),
      cells: () => new Map(),
      versions: [],
      observed: new Set(),
      gaps,
    })
  }

  #say(message: FromDerive): void {
    this.#port.postMessage(message)
  }

  get taken(): number {
    return this.#taken
  }

  take(record: AcknowledgedRecord): void {
    const { sequence, received, traces, logs } = record
    if (sequence <= this.#taken) return
    if (sequence > this.#taken + 1) this.#gaps.push([this.#taken, sequence - 1])
    this.#taken = sequence
    this.#counting.sequence = sequence
    this.#isBehind = systemClock.now() - milliOfNano(unixNano(received)) > BEHIND_MILLIS
    try {
      this.#count(traces, logs, received)
    } catch {
      // Its blocks are not at fault: what was counted of it goes, and the store is asked for it.
      this.#counting.takeBack()
      this.#operations.takeBack()
      this.#gaps.push([sequence - 1, sequence])
    }
  }

  #count(traces: Uint8Array | undefined, logs: Uint8Array | undefined, received: bigint): void {
    if (traces !== undefined && traces.length > 0) this.#scan.walk(traces)
    if (logs !== undefined && logs.length > 0 && this.#counting.countsLogs)
      for (const log of logsOf(logs, unixNano(received))) this.#counting.log(log)
    this.#counting.keep()
    this.#operations.keep()
  }

  commit(): void {
    this.#readInbox()
    this.#commitCounts()
  }

  #commitCounts(): void {
    const minute = minuteOf(systemClock.now())
    const observes = minute !== this.#observed && !this.#isBehind
    if (this.#taken === this.applied && !observes) return
    this.#orPutAside(() => {
      this.#file.commit({
        position: this.#taken,
        deltas: this.#counting.deltas,
        cells: idOf => this.#operations.cells(idOf),
        versions: this.#operations.versions,
        observed: new Set(observes ? [minute] : []),
        gaps: this.#gaps,
      })
      this.#counting.clear()
      this.#operations.clear()
      this.#forget(minute)
    })
    if (observes) this.#observed = minute
    if (this.#gaps.length > 0) this.#tell()
    this.#gaps = []
    this.applied = this.#taken
  }

  #forget(minute: UnixMinute): void {
    const oldest = Math.floor(minute / HOUR) - KEPT_HOURS
    if (this.#forgotAt === oldest) return
    if (Math.floor(this.#forgotAt / 24) !== Math.floor(oldest / 24)) this.#operations.beginDay()
    this.#forgotAt = oldest
    this.#file.forgetBefore(oldest, minute)
  }

  /** What fails now, as on a full disk, is tried again with the next commit, whose failure the store expects. */
  #heard(message: ToDerive): void {
    this.#inbox.push(message)
    try {
      this.#readInbox()
    } catch {
      // Kept in the inbox.
    }
  }

  #readInbox(): void {
    if (this.#inbox.length === 0) return
    const tells = this.#inbox.some(message => !('replace' in message))
    this.#orPutAside(() => {
      for (const message of this.#inbox) {
        if ('define' in message) this.#define(message.define)
        else if ('replace' in message) this.#file.replace(message.replace.indicator, message.replace.minutes)
        else this.#file.fill(message.fill.piece, message.fill.reached, message.fill.minutes)
      }
    })
    this.#inbox = []
    if (tells) this.#tell()
  }

  #define(wanted: ReadonlyMap<string, string>): void {
    // What came so far belongs to the indicators as they were.
    this.#commitCounts()
    this.#file.define(wanted, this.#taken, minuteOf(systemClock.now()))
    this.#counting.define(this.#file.indicators())
  }

  #tell(): void {
    this.#say({ indicators: this.#file.indicators(), missing: this.#file.missing() })
  }

  /** A damaged file is of no use to anybody: the next one that opens begins anew. */
  #orPutAside(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (isDamage(error)) {
        this.close()
        putAside(this.#path)
      }
      throw error
    }
  }

  settle(): void {
    this.#orPutAside(() => this.#file.fold())
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#port.off('message', this.#hear)
    this.#file.close()
  }
}

const isDamage = (error: unknown): boolean =>
  /^SQLITE_(CORRUPT|NOTADB)/.test((error as { code?: string }).code ?? '')

function openOrBeginAnew(path: string): DerivedFile {
  try {
    return new DerivedFile(path)
  } catch (error) {
    if (!isDamage(error)) throw error
    putAside(path)
    return new DerivedFile(path)
  }
}

function putAside(path: string): void {
  renameSync(path, `${path}.quarantine`)
  for (const beside of ['-wal', '-shm']) rmSync(path + beside, { force: true })
}

const openDerivedCounts: OpenConsumer = (options, from) => new DerivedCounts(options as DeriveOptions, from)
export default openDerivedCounts
