/**
 * An operation as it is counted until it is stored: a tally for each status and minute. Nearly all
 * spans of a commit start in one minute, so the latest is at hand.
 */
import { BUCKETS, bucketOf } from '../model/duration-buckets.ts'
import type { StatusCode } from '../model/telemetry.ts'
import type { Nanos, UnixMinute } from '../model/time.ts'
import type { Cell, Cells } from '../red/cells.ts'
import { cameKey, seriesOf } from '../red/keys.ts'
import type { Operation } from '../red/table.ts'

export class CountedOperation {
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

export class Tally {
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
