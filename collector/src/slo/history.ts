/**
 * Counts by minute, summed over any window: whole hours are held as sums, and the minutes of the two
 * hours in which a window begins and ends are looked up.
 *
 *   window            |--------------------------------|
 *   hours       |.....|######|######|######|######|....|.|
 *                 minutes      sums of hours      minutes
 *
 * 30 days of an objective are 720 pairs of numbers in memory; all its minutes would be 43,200.
 */
import type { UnixMinute } from '../model/time.ts'
import type { Tally } from './burn.ts'

export const HOUR = 60

/** Good events of the hour's 60 minutes, then its bad ones. Not to be changed once given. */
export type HourCounts = Float64Array

/** Hours whose minutes are kept: every window that is asked for has two. */
const KEPT_HOURS = 32

export type LoadHour = (hour: number) => HourCounts | undefined

export class CountHistory {
  readonly #load: LoadHour
  /** Minutes of hours lately asked for, oldest question first; undefined where the hour has no events. */
  readonly #minutes = new Map<number, HourCounts | undefined>()
  /** The hour at place 0 of the sums. */
  #base = 0
  #good: Float64Array = new Float64Array(0)
  #bad: Float64Array = new Float64Array(0)

  /** @param load the minutes of an hour that was `set` before */
  constructor(load: LoadHour) {
    this.#load = load
  }

  /** What an hour counts now, whatever it counted before. */
  set(hour: number, counts: HourCounts): void {
    const at = this.#place(hour)
    let [good, bad] = [0, 0]
    for (let minute = 0; minute < HOUR; minute++) {
      good += counts[minute]!
      bad += counts[HOUR + minute]!
    }
    this.#good[at] = good
    this.#bad[at] = bad
    if (this.#minutes.has(hour)) this.#minutes.set(hour, counts)
  }

  #place(hour: number): number {
    const held = this.#good.length
    if (held === 0) this.#base = hour
    const at = hour - this.#base
    if (at >= 0 && at < held) return at
    const base = Math.min(this.#base, hour)
    const needed = Math.max(this.#base + held, hour + 1) - base
    // Time goes on: room for the hours to come.
    const size = at < 0 ? needed : needed + 24
    this.#good = moved(this.#good, this.#base - base, size)
    this.#bad = moved(this.#bad, this.#base - base, size)
    this.#base = base
    return hour - base
  }

  /** Lets go of the hours before. */
  forgetBefore(hour: number): void {
    const gone = Math.min(hour - this.#base, this.#good.length)
    if (gone <= 0) return
    this.#good = this.#good.slice(gone)
    this.#bad = this.#bad.slice(gone)
    this.#base += gone
    for (const kept of this.#minutes.keys()) if (kept < hour) this.#minutes.delete(kept)
  }

  /** @param to exclusive */
  sum(from: UnixMinute, to: UnixMinute): Tally {
    if (to <= from) return { good: 0, bad: 0 }
    const first = Math.floor(from / HOUR)
    const last = Math.floor((to - 1) / HOUR)
    if (first === last) return this.#part(first, from - first * HOUR, to - first * HOUR)
    const head = this.#part(first, from - first * HOUR, HOUR)
    const tail = this.#part(last, 0, to - last * HOUR)
    let good = head.good + tail.good
    let bad = head.bad + tail.bad
    const end = Math.min(last - this.#base, this.#good.length)
    for (let at = Math.max(0, first + 1 - this.#base); at < end; at++) {
      good += this.#good[at]!
      bad += this.#bad[at]!
    }
    return { good, bad }
  }

  #part(hour: number, from: number, to: number): Tally {
    const counts = this.minutes(hour)
    let [good, bad] = [0, 0]
    if (counts === undefined) return { good, bad }
    for (let minute = from; minute < to; minute++) {
      good += counts[minute]!
      bad += counts[HOUR + minute]!
    }
    return { good, bad }
  }

  /** The minutes of an hour; undefined where it has no events. */
  minutes(hour: number): HourCounts | undefined {
    const at = hour - this.#base
    const isKnown = at >= 0 && at < this.#good.length
    if (!isKnown || (this.#good[at] === 0 && this.#bad[at] === 0)) return undefined
    const known = this.#minutes.get(hour)
    const counts = known ?? this.#load(hour)
    this.#minutes.delete(hour)
    this.#minutes.set(hour, counts)
    if (this.#minutes.size > KEPT_HOURS) this.#minutes.delete(this.#minutes.keys().next().value!)
    return counts
  }
}

function moved(old: Float64Array, by: number, size: number): Float64Array {
  const grown = new Float64Array(size)
  grown.set(old, by)
  return grown
}
