/**
 * Which sealed partitions have to go: the oldest while all together take more than the cap or the
 * disk is full, and those older than the retention. The open partition and the journal count, and
 * never go.
 *
 * Space is a fact and is made at once. Age is what a clock says, and clocks jump: a partition goes by
 * age only after it has looked too old for an hour of monotonic time, and one a minute at most. So a
 * clock that is wrong for a while deletes nothing, and one that stays wrong is met by a person who
 * still has nearly everything.
 */
import type { Clock, Millis, UnixMillis } from '../../model/time.ts'

export interface SealedPartition {
  readonly name: string
  readonly bytes: number
  /** When it was sealed, after the arrival of every record in it; undefined where that is not known. */
  readonly sealedAt: UnixMillis | undefined
}

export interface Space {
  /** What the folder takes besides the sealed partitions. */
  readonly otherBytes: number
  /** What the disk has too little of: it is full where this is more than 0. */
  readonly missingBytes: number
}

export interface RetentionLimits {
  readonly retention: Millis
  readonly maxBytes: number
}

const OLD_FOR_MILLIS = 3_600_000
const ONE_BY_AGE_EVERY_MILLIS = 60_000
/** Readers let go of a removed file within this time; what it frees is seen after that. */
const FREED_AFTER_MILLIS = 5_000

export class Retention {
  readonly #clock: Clock
  readonly #limits: RetentionLimits
  /** Since when, in monotonic time, partitions have looked too old at every look. */
  readonly #oldSince = new Map<string, Millis>()
  #byAgeAt = -Infinity
  #relievedAt = -Infinity

  constructor(clock: Clock, limits: RetentionLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  /**
   * To be asked again and again, some times a minute at least.
   * @param sealed in order of their sequences, oldest first
   */
  expired(sealed: readonly SealedPartition[], space: Space): string[] {
    const gone = Math.max(this.#overCap(sealed, space), this.#missing(sealed, space))
    const byAge = this.#byAge(sealed)
    return sealed.filter(({ name }, i) => i < gone || name === byAge).map(({ name }) => name)
  }

  /** @returns how many of the oldest */
  #overCap(sealed: readonly SealedPartition[], { otherBytes }: Space): number {
    let total = sealed.reduce((sum, { bytes }) => sum + bytes, otherBytes)
    let count = 0
    while (count < sealed.length && total > this.#limits.maxBytes) total -= sealed[count++]!.bytes
    return count
  }

  #missing(sealed: readonly SealedPartition[], { missingBytes }: Space): number {
    let missing = missingBytes
    const now = this.#clock.monotonic()
    if (missing <= 0 || now - this.#relievedAt < FREED_AFTER_MILLIS) return 0
    let count = 0
    while (count < sealed.length && missing > 0) missing -= sealed[count++]!.bytes
    if (count > 0) this.#relievedAt = now
    return count
  }

  #byAge(sealed: readonly SealedPartition[]): string | undefined {
    const now = this.#clock.monotonic()
    const old = tooOld(sealed, this.#clock.now() - this.#limits.retention)
    for (const name of this.#oldSince.keys()) if (!old.has(name)) this.#oldSince.delete(name)
    for (const name of old) if (!this.#oldSince.has(name)) this.#oldSince.set(name, now)
    if (now - this.#byAgeAt < ONE_BY_AGE_EVERY_MILLIS) return undefined
    const name = [...old].find(candidate => now - this.#oldSince.get(candidate)! >= OLD_FOR_MILLIS)
    if (name !== undefined) this.#byAgeAt = now
    return name
  }
}

/**
 * Partitions sealed before the horizon, oldest first. One is sealed after those before it: a clock
 * that stood years back while it was sealed makes it no older than they are.
 */
function tooOld(sealed: readonly SealedPartition[], horizon: number): ReadonlySet<string> {
  const old = new Set<string>()
  let latest = -Infinity
  for (const { name, sealedAt } of sealed) {
    if (sealedAt === undefined) continue
    latest = Math.max(latest, sealedAt)
    if (latest >= horizon) break
    old.add(name)
  }
  return old
}
