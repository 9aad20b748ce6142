/**
 * What cells are known by. A *series* is an operation with a status. As it came, a cell is known by
 * its series and minute; stored, it lies in a *stretch* of slices and is known by series and slice.
 */
import type { StatusCode } from '../model/telemetry.ts'

const STATUSES = 3
export const seriesOf = (operation: number, status: StatusCode): number => operation * STATUSES + status
export const operationOf = (series: number): number => Math.floor(series / STATUSES)
export const statusOf = (series: number): StatusCode => (series % STATUSES) as StatusCode

/** Minutes since the epoch that a key has room for: more than OTLP's 2^64 nanoseconds are. */
export const MINUTES = 2 ** 29
export const cameKey = (series: number, minute: number): number => series * MINUTES + minute

/** Room for the slices of a stretch. */
export const SLICES = 64
export const storedKey = (series: number, slice: number): number => series * SLICES + slice

/** How finely time is cut: minutes for what is recent, hours for what is kept. */
export interface Grain {
  /** Minutes a slice. */
  readonly minutes: number
  /** Slices a stretch; at most `SLICES`. */
  readonly slices: number
  /** How long its stretches are kept, in minutes. */
  readonly kept: number
}

export const BY_MINUTE: Grain = { minutes: 1, slices: 60, kept: 15 * 1_440 }
/** 13 months. */
export const KEPT_MINUTES = 395 * 1_440
export const BY_HOUR: Grain = { minutes: 60, slices: 24, kept: KEPT_MINUTES }
export const GRAINS = [BY_MINUTE, BY_HOUR] as const

/** How far a sender's clock may be ahead of ours. */
const AHEAD_MINUTES = 1_440

/** What starts before counts are kept, or far in the future, is not counted. @param now minutes since the epoch */
export const isOutOfTime = (minute: number, now: number): boolean =>
  minute < now - KEPT_MINUTES || minute > now + AHEAD_MINUTES

export const stretchOf = ({ minutes, slices }: Grain, minute: number): number =>
  Math.floor(minute / (minutes * slices))

export const sliceOf = ({ minutes, slices }: Grain, minute: number): number =>
  Math.floor(minute / minutes) % slices

/** The first minute of a slice. */
export const minuteOf = ({ minutes, slices }: Grain, stretch: number, slice: number): number =>
  (stretch * slices + slice) * minutes

/** The service itself, by its entry spans. */
export const WHOLE = -1
