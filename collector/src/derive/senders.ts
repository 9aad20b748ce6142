/** Who sends, seen by the resources of what comes: no span of them is looked at. */
import type { Resource } from '../model/telemetry.ts'
import { milliOfNano, minuteOf, type UnixMinute, type UnixNano } from '../model/time.ts'
import { senderOf } from '../senders/of-resource.ts'
import { SenderTable, type Sender } from '../senders/table.ts'
import type { Collecting, Derivation } from './derivation.ts'
import type { DerivedFile } from './derived-file.ts'

/** A sender, and the minute of which it is stored that it sent. */
interface Sighting {
  readonly sender: Sender
  minute: UnixMinute
}

/** A store that is told of so many at once is told before the next commit. */
const MOST_AT_ONCE = 10_000

export class SenderSightings implements Collecting {
  #known = new WeakMap<Resource, Sighting>()
  readonly #record = new Set<Sighting>()
  readonly #seen = new Set<Sighting>()
  #minute: UnixMinute | undefined

  begin(_sequence: number, received: UnixNano): void {
    this.#minute = minuteOf(milliOfNano(received))
  }

  enter(service: string, resource: Resource): boolean {
    const known = this.#known.get(resource)
    if (known !== undefined && known.minute === this.#minute) return false
    const sighting = { sender: known?.sender ?? senderOf(service, resource), minute: this.#minute! }
    this.#known.set(resource, sighting)
    this.#record.add(sighting)
    return false
  }

  span(): void {}

  keep(): void {
    for (const sighting of this.#record) this.#seen.add(sighting)
    this.#record.clear()
  }

  takeBack(): void {
    this.#record.clear()
    this.#known = new WeakMap()
  }

  get seen(): ReadonlySet<Readonly<Sighting>> {
    return this.#seen
  }

  get isFull(): boolean {
    return this.#seen.size >= MOST_AT_ONCE
  }

  clear(): void {
    this.#seen.clear()
  }
}

export class Senders implements Derivation {
  readonly name = 'senders'
  readonly collecting = new SenderSightings()
  readonly #table: SenderTable

  constructor(file: DerivedFile) {
    this.#table = new SenderTable(file.db)
  }

  store(): void {
    for (const { sender, minute } of this.collecting.seen) this.#table.see(sender, minute)
  }

  /** Who sent before is no longer of interest. */
  lack(): void {}

  forget(now: UnixMinute): void {
    this.#table.forget(now)
  }
}
