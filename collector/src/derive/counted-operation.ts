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

  readonly #counted: CountedOperation[]

  /** @param counted where it puts itself when the first of a commit comes */
  constructor(operation: Operation, counted: CountedOperation[]) {
    this.#operation = operation
    this.#counted = counted
  }

  at(status: StatusCode, minute: UnixMinute): Tally {
    const latest = this.#latest[status]
    if (latest !== undefined && latest.minute === minute) return latest
    return (this.#latest[status] = this.#tallies[status]!.get(minute) ?? this.#newTally(status, minute))
  }

  #newTally(status: StatusCode, minute: UnixMinute): Tally {
    if (this.size === 0) this.#counted.push(this)
    const tally = new Tally(minute)
    this.#tallies[status]!.set(minute, tally)
    return tally
  }

  /** Tallies. */
  get size(): number {
    return this.#tallies.reduce((sum, { size }) => sum + size, 0)
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

/** Before a tally takes a kilobyte: senders can make one of nearly every span. */
const FEW = 16

export class Tally {
  readonly minute: UnixMinute
  count = 0
  #sum = 0
  /** The bucket of each span while these are few; then how many lie in each bucket. */
  #few: number[] = []
  #buckets: Uint32Array | undefined

  constructor(minute: UnixMinute) {
    this.minute = minute
  }

  add(duration: Nanos): void {
    this.count++
    this.#sum += duration
    const bucket = bucketOf(duration)
    if (this.#buckets !== undefined) this.#buckets[bucket]!++
    else if (this.#few.push(bucket) > FEW) this.#spread()
  }

  #spread(): void {
    const buckets = (this.#buckets = new Uint32Array(BUCKETS))
    for (const bucket of this.#few) buckets[bucket]!++
    this.#few = []
  }

  cell(): Cell {
    return { sum: this.#sum, ...(this.#buckets === undefined ? runsOf(this.#few) : filled(this.#buckets)) }
  }
}

function filled(all: Uint32Array): Omit<Cell, 'sum'> {
  const buckets: number[] = []
  for (let bucket = 0; bucket < BUCKETS; bucket++) if (all[bucket] !== 0) buckets.push(bucket)
  return { buckets, counts: buckets.map(bucket => all[bucket]!) }
}

function runsOf(few: readonly number[]): Omit<Cell, 'sum'> {
  const buckets = [...new Set(few)].sort((a, b) => a - b)
  return { buckets, counts: buckets.map(bucket => few.filter(each => each === bucket).length) }
}
