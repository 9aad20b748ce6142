/**
 * An hour of 5,000 counters and of 500 histograms of 10 buckets, scraped every 15 s, and the five
 * minutes before it: what a range query over the hour reads. By remote-write, 500 series a request.
 */
import snappy from 'snappyjs'
import { Random } from './random.ts'
import { bodyOf, labelFields } from './write-body.ts'

export const INTERVAL_MILLIS = 15_000
export const ROUNDS = (3_600_000 + 300_000) / INTERVAL_MILLIS
const JOBS = 10
const INSTANCES = 50
const SERIES_A_REQUEST = 500
const BOUNDS = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf']

class Counter {
  readonly labels: Uint8Array
  readonly #random: Random
  readonly #step: number
  readonly #below: Counter | undefined
  #value: number
  #gain = 0

  /** @param below the next lower bucket of a histogram: buckets are cumulative */
  constructor(labels: readonly (readonly [string, string])[], random: Random, step: number, below?: Counter) {
    this.labels = labelFields(labels)
    this.#random = random
    this.#step = step
    this.#below = below
    this.#value = random.below(1_000_000) + (below === undefined ? 0 : below.#value)
  }

  /** Asked of lower buckets first. */
  next(): number {
    this.#gain = 1 + this.#random.below(this.#step) + (this.#below === undefined ? 0 : this.#below.#gain)
    return (this.#value += this.#gain)
  }
}

/** In order of time. No sample lies on a whole second, where windows end: Prometheus 2 has it in two of them. */
export function* hourBodies(seed: number, startMillis: number): Generator<Uint8Array> {
  const all = allSeries(seed)
  for (let round = 0; round <= ROUNDS; round++)
    for (let first = 0; first < all.length; first += SERIES_A_REQUEST) {
      const time = startMillis + round * INTERVAL_MILLIS + first + 137
      yield snappy.compress(bodyOf(all.slice(first, first + SERIES_A_REQUEST), time))
    }
}

function allSeries(seed: number): Counter[] {
  const counters: Counter[] = []
  const buckets: Counter[] = []
  for (let job = 0; job < JOBS; job++)
    for (let instance = 0; instance < INSTANCES; instance++) {
      const place = [
        ['instance', `host-${instance}:9100`],
        ['job', `job-${job}`],
      ] as const
      const random = new Random(seed, job * INSTANCES + instance)
      let below: Counter | undefined
      for (let n = 0; n < 10; n++) {
        counters.push(
          new Counter([['__name__', 'requests_total'], ...place, ['path', `/path/${n}`]], random, 100),
        )
        const le = ['le', BOUNDS[n]!] as const
        below = new Counter(
          [['__name__', 'latency_seconds_bucket'], ...place, le],
          random,
          10 * (n + 1),
          below,
        )
        buckets.push(below)
      }
    }
  return [...counters, ...buckets]
}
