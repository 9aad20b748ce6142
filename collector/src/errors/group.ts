/** A group of errors: what is counted of it in one service, and how what was counted twice adds up. */
import type { ToldError } from './fingerprint.ts'

/** A trace in which an error of the group was told. */
export interface Sample {
  readonly traceId: string
  readonly spanId: string
  /** When the span starts, or the line was written; nanoseconds. */
  readonly time: bigint
}

/** The first ones and the newest, each of another trace. */
export interface Samples {
  readonly first: readonly Sample[]
  readonly newest: readonly Sample[]
}

export interface VersionCount {
  readonly version: string
  /** Minutes since the epoch. */
  first: number
  last: number
  count: number
}

/** What came of a group in one service. */
export interface GroupCount {
  readonly service: string
  readonly fingerprint: string
  /** The first that came; of a group that is stored already, that one stays. */
  readonly told: ToldError
  readonly hours: Map<number, number>
  readonly versions: Map<string, VersionCount>
  first: number
  last: number
  total: number
  readonly samples: SampleSet
}

export const HOUR_MINUTES = 60
export const FIRST_SAMPLES = 2
export const NEWEST_SAMPLES = 8
/** Of a group in a service. */
export const MOST_VERSIONS = 200

export const newGroup = (service: string, fingerprint: string, told: ToldError): GroupCount => ({
  service,
  fingerprint,
  told,
  hours: new Map(),
  versions: new Map(),
  first: Infinity,
  last: -Infinity,
  total: 0,
  samples: new SampleSet(),
})

/** @param version '' where it tells none */
export function countError(group: GroupCount, minute: number, version: string, sample: Sample): void {
  const hour = Math.floor(minute / HOUR_MINUTES)
  group.total++
  group.first = Math.min(group.first, minute)
  group.last = Math.max(group.last, minute)
  group.hours.set(hour, (group.hours.get(hour) ?? 0) + 1)
  if (version !== '') countVersion(group.versions, minute, version)
  if (sample.traceId !== '') group.samples.add(sample)
}

function countVersion(versions: Map<string, VersionCount>, minute: number, version: string): void {
  const known = versions.get(version)
  if (known !== undefined) {
    known.first = Math.min(known.first, minute)
    known.last = Math.max(known.last, minute)
    known.count++
  } else if (versions.size < MOST_VERSIONS)
    versions.set(version, { version, first: minute, last: minute, count: 1 })
}

/** Of an error that comes in thousands few are kept: they are chosen many at a time. */
const AT_A_TIME = 64

export class SampleSet {
  #kept: Samples = { first: [], newest: [] }
  #came: Sample[] = []

  add(sample: Sample): void {
    if (this.#came.push(sample) >= AT_A_TIME) this.#choose()
  }

  get kept(): Samples {
    this.#choose()
    return this.#kept
  }

  #choose(): void {
    this.#kept = mergeSamples(this.#kept, { first: this.#came, newest: this.#came })
    this.#came = []
  }
}

/** The same in whatever order they are merged. */
export const mergeSamples = (a: Samples, b: Samples): Samples => ({
  first: distinct([...a.first, ...b.first].sort(byTime)).slice(0, FIRST_SAMPLES),
  newest: distinct([...a.newest, ...b.newest].sort((x, y) => byTime(y, x))).slice(0, NEWEST_SAMPLES),
})

function byTime(a: Sample, b: Sample): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1
  const [x, y] = [a.traceId + a.spanId, b.traceId + b.spanId]
  return x < y ? -1 : x > y ? 1 : 0
}

function distinct(samples: readonly Sample[]): Sample[] {
  const seen = new Set<string>()
  return samples.filter(({ traceId }) => !seen.has(traceId) && seen.add(traceId))
}

type Stored = [time: string, traceId: string, spanId: string]

const stored = ({ time, traceId, spanId }: Sample): Stored => [String(time), traceId, spanId]
const restored = ([time, traceId, spanId]: Stored): Sample => ({ time: BigInt(time), traceId, spanId })

export const encodeSamples = ({ first, newest }: Samples): string =>
  JSON.stringify([first.map(stored), newest.map(stored)])

export function decodeSamples(text: string): Samples {
  const [first, newest] = JSON.parse(text) as [Stored[], Stored[]]
  return { first: first.map(restored), newest: newest.map(restored) }
}
