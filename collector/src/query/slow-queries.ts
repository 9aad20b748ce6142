/** Remembers which questions took longest of late, for the status page. */
import type { Clock } from '../model/time.ts'
import type { SlowQuery } from './answers/index.ts'

export interface RunsQueries<Options> {
  run(job: string, params: unknown, options: Options): Promise<Uint8Array>
}

const KEPT_MILLIS = 3_600_000
const MOST = 20
const MOST_CHARACTERS = 500

/** Names of the parameters that say what was asked, the first that is there. */
const TELLING = ['q', 'query', 'traceId', 'id', 'service', 'key'] as const

export class SlowQueries<Options> implements RunsQueries<Options> {
  readonly #queries: RunsQueries<Options>
  readonly #clock: Clock
  #slowest: readonly SlowQuery[] = []

  constructor(queries: RunsQueries<Options>, clock: Clock) {
    this.#queries = queries
    this.#clock = clock
  }

  async run(job: string, params: unknown, options: Options): Promise<Uint8Array> {
    const begun = this.#clock.monotonic()
    const unixMillis = this.#clock.now()
    let answered = false
    try {
      const answer = await this.#queries.run(job, params, options)
      answered = true
      return answer
    } finally {
      const tookMillis = this.#clock.monotonic() - begun
      this.#remember({ job, asked: askedOf(params), unixMillis, tookMillis, answered })
    }
  }

  #remember(query: SlowQuery): void {
    const all = [...this.slowest(), query]
    this.#slowest = all.sort((a, b) => b.tookMillis - a.tookMillis).slice(0, MOST)
  }

  /** Of the last hour, the slowest first. */
  slowest(): readonly SlowQuery[] {
    const oldest = this.#clock.now() - KEPT_MILLIS
    return this.#slowest.filter(({ unixMillis }) => unixMillis >= oldest)
  }
}

function askedOf(params: unknown): string {
  const given = params as Record<string, unknown>
  const text = TELLING.map(name => given[name]).find(value => typeof value === 'string')
  return (text ?? '').slice(0, MOST_CHARACTERS)
}
