/**
 * How many series one metric may have: a label with an id in it makes a new series for each request,
 * and every one of them costs memory in each thread and room in each partition.
 *
 * The door counts the distinct series of each metric within an hour, by a hash of their bytes, and
 * leaves out the samples of those beyond the limit; how many is told to the sender. Series that are
 * there already go on. The count begins anew each hour and with each process.
 */
import type { CanonicalRequest } from '../model/canonical.ts'
import type { Decoded } from '../decode/request.ts'
import { withoutPoints } from '../decode/leave-out-points.ts'
import { withoutSeries, type Admits } from '../decode/write/leave-out-series.ts'
import type { Clock, Millis } from '../model/time.ts'
import { SeriesHashes, seriesHash } from './series-hashes.ts'

const WINDOW_MILLIS = 3_600_000

export class SeriesLimit {
  readonly #most: number
  readonly #clock: Clock
  #since: Millis
  readonly #series = new SeriesHashes()
  readonly #counts = new Map<string, number>()

  /** @param most series of one metric within an hour */
  constructor(most: number, clock: Clock) {
    this.#most = most
    this.#clock = clock
    this.#since = clock.monotonic()
  }

  /** The request without the samples of series that are too many. */
  apply(decoded: Decoded): Decoded {
    const { request } = decoded
    if (request === undefined || (request.signal !== 'samples' && request.signal !== 'metrics'))
      return decoded
    this.#beginAnew()
    const refused = new Set<string>()
    const admits: Admits = (metric, bytes, start, end) => {
      const hash = seriesHash(bytes, start, end)
      if (this.#series.has(hash)) return true
      const name = metric()
      const admitted = this.#admitsNew(name, hash)
      if (!admitted) refused.add(name)
      return admitted
    }
    const { body, left } =
      request.signal === 'samples' ? withoutSeries(request.body, admits) : withoutPoints(request.body, admits)
    if (left === 0) return decoded
    return {
      request: limited(request, body, left),
      rejected: decoded.rejected + left,
      message: [decoded.message, this.#sentence(request.signal, left, refused)].filter(Boolean).join(' '),
    }
  }

  #beginAnew(): void {
    const now = this.#clock.monotonic()
    if (now - this.#since < WINDOW_MILLIS) return
    this.#since = now
    this.#series.clear()
    this.#counts.clear()
  }

  #admitsNew(metric: string, hash: number): boolean {
    const count = this.#counts.get(metric) ?? 0
    if (count >= this.#most) return false
    this.#series.add(hash)
    this.#counts.set(metric, count + 1)
    return true
  }

  #sentence(signal: 'samples' | 'metrics', left: number, refused: ReadonlySet<string>): string {
    const noun = signal === 'samples' ? 'samples' : 'data points'
    const names = [...refused].slice(0, 3).map(name => JSON.stringify(name.slice(0, 100)))
    const more = refused.size > 3 ? ` and ${refused.size - 3} more` : ''
    return `${left} ${noun} rejected: ${names.join(', ')}${more} have more than ${this.#most} series; see /api/cardinality.`
  }
}

function limited(request: CanonicalRequest, body: Uint8Array, left: number): CanonicalRequest | undefined {
  const items = request.items - left
  return items === 0 && body.length === 0 ? undefined : { ...request, body, items }
}
