/**
 * Counts spans by service, operation, kind and status, and by the minute in which they start; and each
 * service by its entry spans.
 *
 * A name that holds an id makes an operation of every request. Beyond a number of operations that were
 * seen of a service within a day, new ones are counted as one that says so; services as well.
 */

import { BUCKETS, bucketOf } from '../model/duration-buckets.ts'
import type { StatusCode } from '../model/telemetry.ts'
import type { Nanos, UnixMinute } from '../model/time.ts'
import type { Cell, Cells } from '../red/cells.ts'
import { cameKey, seriesOf, WHOLE } from '../red/keys.ts'
import type { Operation } from '../red/table.ts'
import type { SpanDerivation } from './scan.ts'
import type { SpanView } from './span-view.ts'

export const OTHER_OPERATIONS = '(other operations)'
export const OTHER_SERVICES = '(other services)'

const UNSET = 0
const ERROR = 2

export interface Limits {
  readonly operationsOfService: number
  readonly services: number
}
const LIMITS: Limits = { operationsOfService: 1_000, services: 2_000 }

export class OperationCounting implements SpanDerivation {
  readonly #limits: Limits
  #services = new Map<string, Service>()
  #entered!: Service
  /** Of the record at hand: what is counted where. */
  readonly #tallies: Tally[] = []
  readonly #durations: Nanos[] = []
  #touched = new Set<Counted>()

  constructor(limits = LIMITS) {
    this.#limits = limits
  }

  enter(service: string): boolean {
    this.#entered = this.#services.get(service) ?? this.#newService(service)
    return true
  }

  #newService(name: string): Service {
    if (this.#services.size >= this.#limits.services && name !== OTHER_SERVICES) {
      return this.#services.get(OTHER_SERVICES) ?? this.#newService(OTHER_SERVICES)
    }
    const service = new Service(name, this.#limits.operationsOfService)
    this.#services.set(name, service)
    return service
  }

  span(view: SpanView): void {
    const { minute, duration } = view
    // A code that the protocol does not know says nothing.
    const status = view.statusCode > ERROR ? UNSET : view.statusCode
    this.#count(this.#entered.operation(view), status, minute, duration)
    if (view.isEntry) this.#count(this.#entered.whole, status, minute, duration)
  }

  /** Stands apart until all of the record could be counted. */
  #count(counted: Counted, status: StatusCode, minute: UnixMinute, duration: Nanos): void {
    this.#touched.add(counted)
    this.#tallies.push(counted.at(status, minute))
    this.#durations.push(duration)
  }

  /** The record at hand is counted. */
  keep(): void {
    for (let i = 0; i < this.#tallies.length; i++) this.#tallies[i]!.add(this.#durations[i]!)
    this.takeBack()
  }

  /** The record at hand could not be counted. */
  takeBack(): void {
    this.#tallies.length = this.#durations.length = 0
  }

  /** What was counted since it was last cleared. @param idOf asked once for each operation */
  cells(idOf: (operation: Operation) => number): Cells {
    const cells: Cells = new Map()
    for (const counted of this.#touched) counted.collect(cells, idOf)
    return cells
  }

  /** What was counted is on stable storage. */
  clear(): void {
    for (const counted of this.#touched) counted.clear()
    this.#touched.clear()
  }

  /** A day is over: other operations have their turn. Called when all is stored. */
  beginDay(): void {
    this.#services = new Map()
  }
}

class Service {
  readonly whole: Counted
  readonly #name: string
  readonly #limit: number
  readonly #operations = new Map<string, Counted[]>()

  constructor(name: string, limit: number) {
    this.#name = name
    this.#limit = limit
    this.whole = new Counted({ service: name, name: '', kind: WHOLE })
  }

  operation(view: SpanView): Counted {
    const key = view.nameKey
    const kinds = this.#operations.get(key)
    return kinds?.[view.kind] ?? this.#newOperation(key, view)
  }

  #newOperation(key: string, { name, kind }: SpanView): Counted {
    if (this.#operations.size >= this.#limit && !this.#operations.has(key) && name !== OTHER_OPERATIONS)
      return this.#other(kind)
    const kinds = this.#operations.get(key) ?? []
    this.#operations.set(key, kinds)
    return (kinds[kind] = new Counted({ service: this.#name, name, kind }))
  }

  #other(kind: number): Counted {
    const kinds = this.#operations.get(OTHER_OPERATIONS) ?? []
    this.#operations.set(OTHER_OPERATIONS, kinds)
    return (kinds[kind] ??= new Counted({ service: this.#name, name: OTHER_OPERATIONS, kind }))
  }
}

/** One operation; nearly all spans of a commit start in one minute. */
class Counted {
  readonly #operation: Operation
  #id: number | undefined
  readonly #tallies: Map<UnixMinute, Tally>[] = [new Map(), new Map(), new Map()]
  readonly #latest: (Tally | undefined)[] = [undefined, undefined, undefined]

  constructor(operation: Operation) {
    this.#operation = operation
  }

  at(status: StatusCode, minute: UnixMinute): Tally {
    const latest = this.#latest[status]
    if (latest !== undefined && latest.minute === minute) return latest
    let tally = this.#tallies[status]!.get(minute)
    if (tally === undefined) this.#tallies[status]!.set(minute, (tally = new Tally(minute)))
    return (this.#latest[status] = tally)
  }

  collect(cells: Cells, idOf: (operation: Operation) => number): void {
    const id = (this.#id ??= idOf(this.#operation))
    for (const [status, tallies] of this.#tallies.entries())
      for (const [minute, tally] of tallies)
        if (tally.count > 0) cells.set(cameKey(seriesOf(id, status as StatusCode), minute), tally.cell())
  }

  clear(): void {
    for (const tallies of this.#tallies) tallies.clear()
    this.#latest.fill(undefined)
  }
}

class Tally {
  readonly minute: UnixMinute
  count = 0
  #sum = 0
  readonly #buckets = new Uint32Array(BUCKETS)

  constructor(minute: UnixMinute) {
    this.minute = minute
  }

  add(duration: Nanos): void {
    this.count++
    this.#sum += duration
    this.#buckets[bucketOf(duration)]!++
  }

  cell(): Cell {
    const buckets: number[] = []
    for (let bucket = 0; bucket < BUCKETS; bucket++) if (this.#buckets[bucket] !== 0) buckets.push(bucket)
    return { sum: this.#sum, buckets, counts: buckets.map(bucket => this.#buckets[bucket]!) }
  }
}
