/**
 * What the agent costs the service it is in, beside nothing and beside the stock auto-instrumentation.
 *
 * Not by records: a run is so many requests to each of three variants of each service. Fewer records make it smaller.
 */
import { compare, type Scale } from '../../../agent/bench/compare.ts'
import { startPostgres } from '../../../agent/bench/postgres.ts'
import type { Case } from '../harness/case.ts'

const FULL_RECORDS = 1_000_000
const FULL: Scale = { rounds: 5, requests: 15_000, warmUp: 4000, seconds: 10 }
const SMALL: Scale = { rounds: 1, requests: 2000, warmUp: 500, seconds: 2 }

export default {
  about: `${FULL.rounds} interleaved rounds: no agent, the agent, stock; ${FULL.requests.toLocaleString('en')} requests each after a warm-up; CPU is that of the service process, medians of differences within a round`,
  async run({ records }) {
    const postgres = await startPostgres()
    if (!postgres) console.error('no PostgreSQL here: the service with a query is left out')
    try {
      return await compare(records >= FULL_RECORDS ? FULL : SMALL, postgres?.connectionString)
    } finally {
      await postgres?.stop()
    }
  },
} satisfies Case
