/**
 * Time as OTLP carries it: nanoseconds since the Unix epoch.
 *
 * The unit is part of the type, so that a millisecond is never added to a nanosecond: the
 * compiler is the one that checks. The conversions here are the only place where a factor of
 * a million is written. Hot loops carry the same instants as pairs of 32-bit halves and meet
 * this module at their rim.
 *
 * Source: opentelemetry-proto, trace.proto, `fixed64 start_time_unix_nano`.
 */

declare const unit: unique symbol

/** An instant: nanoseconds since 1970-01-01T00:00:00Z, 0 ≤ t < 2^64. */
export type UnixNano = bigint & { readonly [unit]: 'UnixNano' }
/** An instant: milliseconds since 1970-01-01T00:00:00Z; may carry a fraction. */
export type UnixMillis = number & { readonly [unit]: 'UnixMillis' }
/** A length of time in nanoseconds; exact up to 2^53 (104 days). */
export type Nanos = number & { readonly [unit]: 'Nanos' }
/** A length of time in milliseconds. */
export type Millis = number & { readonly [unit]: 'Millis' }

/** A minute, counted since the epoch: the grain of derived counts. */
export type UnixMinute = number & { readonly [unit]: 'UnixMinute' }

export const NANOS_PER_MILLI = 1_000_000n

export const unixNano = (value: bigint): UnixNano => value as UnixNano
export const unixMillis = (value: number): UnixMillis => value as UnixMillis
export const nanos = (value: number): Nanos => value as Nanos
export const unixMinute = (value: number): UnixMinute => value as UnixMinute
export const millis = (value: number): Millis => value as Millis

/** The first nanosecond of a millisecond; fractions of a millisecond are kept to the nanosecond. */
export const nanoOfMillis = (at: UnixMillis): UnixNano => {
  const whole = Math.floor(at)
  return unixNano(BigInt(whole) * NANOS_PER_MILLI + BigInt(Math.round((at - whole) * 1e6)))
}

/** The millisecond in which an instant lies. */
export const milliOfNano = (at: UnixNano): UnixMillis => unixMillis(Number(at / NANOS_PER_MILLI))

export const MILLIS_PER_MINUTE = 60_000

/** The minute in which an instant lies. */
export const minuteOf = (at: UnixMillis): UnixMinute => unixMinute(Math.floor(at / MILLIS_PER_MINUTE))

/** The first millisecond of a minute. */
export const millisOfMinute = (minute: UnixMinute): UnixMillis => unixMillis(minute * MILLIS_PER_MINUTE)

/** Length from one instant to another; 0 when the second lies before the first (a clock that jumped). */
export const between = (start: UnixNano, end: UnixNano): Nanos => nanos(end > start ? Number(end - start) : 0)

/** What time it is. Passed in wherever time matters, so that tests set it. */
export interface Clock {
  /** Wall clock: what a person calls the time. May jump. */
  now(): UnixMillis
  /** Monotonic: for timers, ages and rotation. Never jumps. */
  monotonic(): Millis
}

export const systemClock: Clock = {
  now: () => unixMillis(Date.now()),
  monotonic: () => millis(performance.now()),
}
