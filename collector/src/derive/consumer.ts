/**
 * What is derived, as a consumer of the journal, on the thread that also makes blocks: every second,
 * what was collected is committed together with the position it reaches to.
 *
 * The file outlives the partitions. If it is damaged it is put aside and begun anew; what was stored
 * is then counted again from the store, as for a new objective.
 */
import { renameSync, rmSync } from 'node:fs'
import type { MessagePort } from 'node:worker_threads'
import { logsOf } from '../decode/logs.ts'
import {
  milliOfNano,
  minuteOf,
  systemClock,
  unixNano,
  type UnixMinute,
  type UnixNano,
} from '../model/time.ts'
import type { AcknowledgedRecord, OpenConsumer, RecordConsumer } from '../store/api.ts'
import type { Derivation } from './derivation.ts'
import { DerivedFile } from './derived-file.ts'
import { Errors } from './errors.ts'
import { Edges } from './edges.ts'
import { Indicators } from './indicators.ts'
import type { FromDerive, ToDerive } from './messages.ts'
import { Operations } from './operations.ts'
import { TraceScan } from './scan.ts'
import { Senders } from './senders.ts'

export interface DeriveOptions {
  readonly path: string
  readonly port: MessagePort
}

/** Records older than this say that counting is behind, and so does not observe the present. */
const BEHIND_MILLIS = 30_000
const MINUTES_AN_HOUR = 60

export class DerivedCounts implements RecordConsumer {
  readonly #file: DerivedFile
  readonly #path: string
  readonly #port: MessagePort
  readonly #indicators: Indicators
  readonly #derivations: readonly Derivation[]
  readonly #scan: TraceScan
  readonly #hear: (message: ToDerive) => void
  #closed = false
  #inbox: ToDerive[] = []
  #taken: number
  #gaps: [number, number][] = []
  #observed: UnixMinute | undefined
  /** When the last record was; and whether that was long ago when it came. */
  #received: UnixNano | undefined
  #isBehind = false
  #forgotAt: UnixMinute | undefined
  applied: number

  constructor({ path, port }: DeriveOptions, from: number) {
    this.#path = path
    this.#port = port
    this.#file = openOrBeginAnew(path)
    this.#indicators = new Indicators(this.#file)
    this.#derivations = [
      new Operations(this.#file),
      new Edges(this.#file),
      new Errors(this.#file),
      this.#indicators,
      new Senders(this.#file),
    ]
    this.#scan = new TraceScan(this.#derivations.map(({ collecting }) => collecting))
    this.#file.hold(this.#derivations)
    const { position } = this.#file
    this.#taken = this.applied = position ?? from
    if (position === undefined) this.#begin(from)
    this.#hear = message => this.#heard(message)
    port.on('message', this.#hear)
    this.#say({ opened: true })
  }

  /** Nothing was derived before: what is stored already is to be asked of the store. */
  #begin(from: number): void {
    this.#file.commit({
      position: from,
      received: undefined,
      gaps: from > 0 ? [[0, from]] : [],
      observed: undefined,
    })
  }

  #say(message: FromDerive): void {
    this.#port.postMessage(message)
  }

  get taken(): number {
    return this.#taken
  }

  take(record: AcknowledgedRecord): void {
    const { sequence } = record
    if (sequence <= this.#taken) return
    if (sequence > this.#taken + 1) this.#gaps.push([this.#taken, sequence - 1])
    this.#taken = sequence
    this.#received = unixNano(record.received)
    this.#isBehind = systemClock.now() - milliOfNano(this.#received) > BEHIND_MILLIS
    try {
      this.#collect(record)
    } catch {
      // Its blocks are not at fault: what was counted of it goes, and the store is asked for it.
      for (const { collecting } of this.#derivations) collecting.takeBack()
      this.#gaps.push([sequence - 1, sequence])
    }
    if (this.#derivations.some(({ collecting }) => collecting.isFull === true)) this.#makeRoom()
  }

  /** What fails now, as on a full disk, is tried again with the next commit. */
  #makeRoom(): void {
    try {
      this.#commitCounts()
    } catch {
      // The journal takes nothing more in then, so that what is collected does not grow either.
    }
  }

  #collect({ sequence, received, traces, logs }: AcknowledgedRecord): void {
    for (const { collecting } of this.#derivations) collecting.begin?.(sequence, unixNano(received))
    if (traces !== undefined && traces.length > 0) this.#scan.walk(traces)
    if (logs !== undefined && logs.length > 0) this.#collectLogs(logs, unixNano(received))
    for (const { collecting } of this.#derivations) collecting.keep()
  }

  #collectLogs(logs: Uint8Array, received: UnixNano): void {
    for (const { collecting } of this.#derivations) collecting.logBody?.(logs, received)
    const wanting = this.#derivations.filter(({ collecting }) => collecting.wantsLogs === true)
    if (wanting.length === 0) return
    for (const log of logsOf(logs, received)) for (const { collecting } of wanting) collecting.log?.(log)
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
      const observed = observes ? minute : undefined
      const [position, gaps, received] = [this.#taken, this.#gaps, this.#received]
      this.#file.commit({ position, received, gaps, observed })
    })
    this.#isStored(observes ? minute : this.#observed)
    this.#orPutAside(() => {
      this.#file.fold(false)
      this.#forget(minute)
    })
  }

  #isStored(observed: UnixMinute | undefined): void {
    for (const { collecting } of this.#derivations) collecting.clear()
    this.#observed = observed
    this.applied = this.#taken
    if (this.#gaps.length > 0) this.#tell()
    this.#gaps = []
  }

  #forget(minute: UnixMinute): void {
    if (this.#forgotAt !== undefined && minute - this.#forgotAt < MINUTES_AN_HOUR) return
    this.#forgotAt = minute
    this.#file.forget(minute)
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
      for (const message of this.#inbox)
        if ('define' in message) this.#define(message.define)
        else this.#indicators.hear(message)
    })
    this.#inbox = []
    if (tells) this.#tell()
  }

  #define(wanted: ReadonlyMap<string, string>): void {
    // What came so far belongs to the indicators as they were.
    this.#commitCounts()
    this.#indicators.define(wanted, this.#taken, minuteOf(systemClock.now()))
  }

  #tell(): void {
    this.#say({ indicators: this.#indicators.rows, missing: this.#indicators.missing })
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
    this.#orPutAside(() => this.#file.fold(true))
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
