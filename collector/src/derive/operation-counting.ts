/**
 * Counts spans by service, operation, kind and status, and by the minute in which they start; and each
 * service by its entry spans. What starts before counts are kept, or far in the future, counts as out of
 * time: else a clock that is wrong makes stretches of all times.
 *
 * A name that holds an id makes an operation of every request. Beyond a number of operations that were
 * seen of a service within a day, new ones are counted as one that says so; services as well.
 */
import type { Resource, StatusCode } from '../model/telemetry.ts'
import { milliOfNano, minuteOf, type Nanos, type UnixMinute, type UnixNano } from '../model/time.ts'
import type { Cells } from '../red/cells.ts'
import { isOutOfTime } from '../red/keys.ts'
import type { Operation, SeenVersion } from '../red/table.ts'
import type { CountedOperation, Tally } from './counted-operation.ts'
import { CountedService, type Version } from './counted-service.ts'
import type { Collecting } from './derivation.ts'
import type { SpanView } from './span-view.ts'

export const OTHER_SERVICES = '(other services)'

const UNSET = 0
const ERROR = 2

export interface Limits {
  readonly operationsOfService: number
  readonly services: number
}
const LIMITS: Limits = { operationsOfService: 1_000, services: 2_000 }

/** Some 15 MB. */
const MOST_TALLIES = 50_000

export class OperationCounting implements Collecting {
  readonly #limits: Limits
  #services = new Map<string, CountedService>()
  #entered!: CountedService
  #version: Version | undefined
  /** Of the record at hand: what is counted where. */
  readonly #tallies: Tally[] = []
  readonly #durations: Nanos[] = []
  /** Of which something came since the last clear. */
  readonly #counted: CountedOperation[] = []
  #outOfTime = 0
  /** When the record at hand was received, in minutes since the epoch. */
  now = 0
  /** Since the last clear: all spans, of which there are not fewer than tallies, and those out of time. */
  #spans = 0
  #fullAt = MOST_TALLIES
  outOfTime = 0

  constructor(limits = LIMITS) {
    this.#limits = limits
  }

  begin(_sequence: number, received: UnixNano): void {
    this.now = minuteOf(milliOfNano(received))
  }

  enter(service: string, resource: Resource): boolean {
    this.#entered = this.#services.get(service) ?? this.#newService(service)
    this.#version = this.#entered.version(resource)
    return true
  }

  #newService(name: string): CountedService {
    if (this.#services.size >= this.#limits.services && name !== OTHER_SERVICES) {
      return this.#services.get(OTHER_SERVICES) ?? this.#newService(OTHER_SERVICES)
    }
    const service = new CountedService(name, this.#limits.operationsOfService, this.#counted)
    this.#services.set(name, service)
    return service
  }

  span(view: SpanView): void {
    const { minute, duration } = view
    if (isOutOfTime(minute, this.now)) return void this.#outOfTime++
    // A code that the protocol does not know says nothing.
    const status = view.statusCode > ERROR ? UNSET : view.statusCode
    if (this.#version !== undefined && minute <= this.#version.minute) noteFirst(this.#version, view)
    this.#count(this.#entered.operation(view), status, minute, duration)
    if (view.isEntry) this.#count(this.#entered.whole, status, minute, duration)
  }

  /** Stands apart until all of the record could be counted. */
  #count(counted: CountedOperation, status: StatusCode, minute: UnixMinute, duration: Nanos): void {
    this.#tallies.push(counted.at(status, minute))
    this.#durations.push(duration)
  }

  keep(): void {
    for (let i = 0; i < this.#tallies.length; i++) this.#tallies[i]!.add(this.#durations[i]!)
    this.#spans += this.#tallies.length
    this.outOfTime += this.#outOfTime
    this.takeBack()
  }

  takeBack(): void {
    this.#tallies.length = this.#durations.length = this.#outOfTime = 0
  }

  get isFull(): boolean {
    if (this.#spans < this.#fullAt) return false
    let tallies = 0
    for (const counted of this.#counted) tallies += counted.size
    this.#fullAt = this.#spans + MOST_TALLIES - tallies
    return tallies >= MOST_TALLIES
  }

  /** What was counted since it was last cleared. @param idOf asked once for each operation */
  cells(idOf: (operation: Operation) => number): Cells {
    const cells: Cells = new Map()
    for (const counted of this.#counted) counted.collect(cells, idOf)
    return cells
  }

  /** Those of which something came that is older than what was known. */
  get versions(): readonly Omit<SeenVersion, 'minute'>[] {
    return [...this.#services.values()].flatMap(service => service.newlySeen())
  }

  clear(): void {
    for (const counted of this.#counted) counted.clear()
    for (const service of this.#services.values()) service.clear()
    this.#counted.length = 0
    this.#spans = this.outOfTime = 0
    this.#fullAt = MOST_TALLIES
  }

  /** A day is over: other operations have their turn. Called when all is stored. */
  beginDay(): void {
    this.#services = new Map()
  }
}

/** Of the first minute of a version alone, the exact start is looked at. */
function noteFirst(version: Version, { startTimeUnixNano, minute }: SpanView): void {
  const start = milliOfNano(startTimeUnixNano)
  if (start >= version.first) return
  version.first = start
  version.minute = minute
}
