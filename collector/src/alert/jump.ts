/** Tells a clock that was set from time that passed: the wall clock against the steady one. */
import { millis, type Clock, type Millis, type UnixMillis } from '../model/time.ts'

/** The wall clock may be set by so much without anybody calling it a jump. */
const JUMP = millis(5_000)

export class JumpMeter {
  readonly #clock: Clock
  #seen: { readonly wall: UnixMillis; readonly monotonic: Millis }

  constructor(clock: Clock) {
    this.#clock = clock
    this.#seen = { wall: clock.now(), monotonic: clock.monotonic() }
  }

  /** By how much the wall clock was set since it was last asked; 0 where it was not. */
  jumped(): Millis {
    const now = { wall: this.#clock.now(), monotonic: this.#clock.monotonic() }
    const drift = now.wall - this.#seen.wall - (now.monotonic - this.#seen.monotonic)
    this.#seen = now
    return millis(Math.abs(drift) > JUMP ? drift : 0)
  }
}
