/** How fast a counter grows at present: over the last ten samples and the time they took. */
import type { Clock, Millis } from '../model/time.ts'

const WINDOW = 10

export interface Rate {
  sample(): void
  /** 0 until there are two samples at different times. */
  perSecond(): number
}

export function createRate(read: () => number, clock: Pick<Clock, 'monotonic'>): Rate {
  const samples: { readonly at: Millis; readonly count: number }[] = []
  const sample = () => {
    samples.push({ at: clock.monotonic(), count: read() })
    if (samples.length > WINDOW + 1) samples.shift()
  }
  sample()
  return {
    sample,
    perSecond: () => {
      const first = samples[0]!
      const last = samples.at(-1)!
      const seconds = (last.at - first.at) / 1_000
      return seconds > 0 ? (last.count - first.count) / seconds : 0
    },
  }
}
