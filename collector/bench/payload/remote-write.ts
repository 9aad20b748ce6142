/**
 * What a Prometheus sends that scrapes some hosts: seeded, 500 series a request, one sample each.
 *
 * Of ten series four are counters of whole numbers (a random step each time, of 0 to a few
 * thousands), two are constants, two are gauges of two decimals that wander, one is a bucket of a
 * histogram, and one a sum of seconds, a float of many digits. Every series has its metric's name,
 * instance, job and two more labels.
 */
import snappy from 'snappyjs'
import { Random } from './random.ts'
import { bodyOf, labelFields } from './write-body.ts'

export const SERIES_A_REQUEST = 500
const HOSTS = 10
export const ACTIVE_SERIES = SERIES_A_REQUEST * HOSTS
export const INTERVAL_MILLIS = 15_000

export interface WriteOptions {
  readonly samples: number
  readonly seed: number
  /** Unix milliseconds of the first sample. */
  readonly startMillis: number
}

type Kind = 'counter' | 'constant' | 'gauge' | 'bucket' | 'seconds'
const KINDS: readonly Kind[] = [
  'counter',
  'counter',
  'counter',
  'counter',
  'constant',
  'constant',
  'gauge',
  'gauge',
  'bucket',
  'seconds',
]

class BenchSeries {
  readonly labels: Uint8Array
  readonly #kind: Kind
  readonly #random: Random
  readonly #step: number
  #value: number

  constructor(host: number, index: number, seed: number) {
    this.#random = new Random(seed, host * SERIES_A_REQUEST + index)
    this.#kind = KINDS[index % KINDS.length]!
    this.#step = 10 ** this.#random.below(4)
    this.#value = this.#kind === 'gauge' ? 50 : this.#random.below(1_000_000)
    this.labels = labelFields([
      ['__name__', `${this.#kind}_${Math.floor(index / 50)}_total`],
      ['device', `dev${index % 50}`],
      ['instance', `host-${host}.example.com:9100`],
      ['job', 'node'],
      ['mode', index % 2 === 0 ? 'read' : 'write'],
    ])
  }

  next(): number {
    const random = this.#random
    if (this.#kind === 'counter' || this.#kind === 'bucket') this.#value += random.below(this.#step + 1)
    else if (this.#kind === 'gauge')
      this.#value = Math.round((this.#value + (random.below(200) - 100) / 100) * 100) / 100
    else if (this.#kind === 'seconds') this.#value += random.unit() * 10
    return this.#value
  }
}

/** Uncompressed bodies, in order of time. */
export function* writeBodies({ samples, seed, startMillis }: WriteOptions): Generator<Uint8Array> {
  const hosts = Array.from({ length: HOSTS }, (_, host) =>
    Array.from({ length: SERIES_A_REQUEST }, (_, index) => new BenchSeries(host, index, seed)),
  )
  for (let sent = 0, round = 0; sent < samples; round++)
    for (const [host, series] of hosts.entries()) {
      if (sent >= samples) return
      // Hosts are scraped at times of their own.
      yield bodyOf(series, startMillis + round * INTERVAL_MILLIS + host * 1_234)
      sent += series.length
    }
}

export const compressedBodies = function* (options: WriteOptions): Generator<Uint8Array> {
  for (const body of writeBodies(options)) yield snappy.compress(body)
}
