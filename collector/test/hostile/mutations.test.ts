/**
 * Hostile input: 200,000 mutations for each decoder and for the search language. An input that
 * broke something becomes a file in `found/`, which is tried first from then on.
 *
 * HODOSCOPE_MUTATIONS sets another number, SEED repeats a run.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import type { Encoding } from '../../src/decode/request.ts'
import { HodoscopeError } from '../../src/model/errors.ts'
import type { Signal } from '../../src/model/telemetry.ts'
import { formatFilter } from '../../src/query/search/format.ts'
import { parseSearch } from '../../src/query/search/parse.ts'
import { ByteBudget } from '../../src/receive/byte-budget.ts'
import { inflate } from '../../src/receive/inflate.ts'
import { JSON_TEXT, PROTOBUF, SEARCHES } from './golden.ts'
import { mutated, spliced } from './mutate.ts'
import { Broken, decodesWell, ThroughColumns } from './oracles.ts'

const MUTATIONS = Number(process.env['HODOSCOPE_MUTATIONS'] ?? 200_000)
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const TIMEOUT_MILLIS = 180_000
const SLOW_MILLIS = 100
const FOUND = new URL('found/', import.meta.url)

const decoders: readonly [Signal, Encoding][] = [
  ['traces', 'protobuf'],
  ['logs', 'protobuf'],
  ['traces', 'json'],
  ['logs', 'json'],
]

/** Runs what must be quick; what was slow once has two more tries, for a busy machine is no fault of the input. */
function quickly<T>(work: () => T): T {
  for (let tries = 1; ; tries++) {
    const began = performance.now()
    const result = work()
    if (performance.now() - began <= SLOW_MILLIS) return result
    if (tries === 3) throw new Broken(`took more than ${SLOW_MILLIS} ms, three times`)
  }
}

function attempt(
  input: Uint8Array | string,
  run: () => boolean,
  tally: { accepted: number; refused: number },
) {
  try {
    tally[quickly(run) ? 'accepted' : 'refused']++
  } catch (cause) {
    const shown = typeof input === 'string' ? JSON.stringify(input) : Buffer.from(input).toString('hex')
    throw new Error(`SEED=${SEED}: ${(cause as Error).message}: ${shown}`, { cause })
  }
}

describe(`hostile input (SEED=${SEED}, ${MUTATIONS} each)`, () => {
  it.each(decoders)(
    '%s as %s: a typed refusal, or canonical and the same through the columns',
    (signal, encoding) => {
      const random = new Random(SEED)
      const golden = (encoding === 'json' ? JSON_TEXT : PROTOBUF)[signal]
      const columns = new ThroughColumns(signal)
      const tally = { accepted: 0, refused: 0 }
      for (let i = 0; i < MUTATIONS; i++) {
        const input = i < golden.length ? golden[i]! : mutated(random.pick(golden), random)
        attempt(
          input,
          () => {
            const body = decodesWell(signal, encoding, input)
            if (body !== undefined) columns.add(body)
            return body !== undefined
          },
          tally,
        )
      }
      columns.check()
      console.log(`${signal} as ${encoding}: ${JSON.stringify(tally)}`)
      // Both ways are walked: a mutator that breaks everything, or nothing, tests nothing.
      expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(MUTATIONS / 100)
    },
    TIMEOUT_MILLIS,
  )

  it(
    'compressed bodies: a typed refusal, or bytes that are charged to the budget',
    async () => {
      const random = new Random(SEED)
      const plain = PROTOBUF.traces[1]!
      const golden = { gzip: gzipSync(plain), zstd: zstdCompressSync(plain) }
      const tally = { accepted: 0, refused: 0 }
      for (let i = 0; i < MUTATIONS; i++) {
        const encoding = i % 2 === 0 ? 'gzip' : 'zstd'
        const input = mutated(golden[encoding], random)
        const budget = new ByteBudget(1 << 20)
        const outcome = await inflate(input, encoding, 1 << 16, budget.open()).catch(
          (error: unknown) => error,
        )
        const refused = outcome instanceof HodoscopeError
        if (!refused && (!(outcome instanceof Uint8Array) || outcome.length !== budget.used))
          throw new Error(`SEED=${SEED}, ${encoding} ${Buffer.from(input).toString('hex')}`, {
            cause: outcome,
          })
        tally[refused ? 'refused' : 'accepted']++
      }
      console.log(`compressed bodies: ${JSON.stringify(tally)}`)
      expect(tally.refused).toBeGreaterThan(MUTATIONS / 100)
    },
    TIMEOUT_MILLIS,
  )

  it(
    'searches: a refusal with its position, or a tree that is printed and read as itself',
    () => {
      const random = new Random(SEED)
      const tally = { accepted: 0, refused: 0 }
      for (let i = 0; i < MUTATIONS; i++) {
        const whole = random.pick(SEARCHES)
        const text =
          random.below(2) === 0
            ? spliced(whole, random.pick(SEARCHES), random)
            : Buffer.from(mutated(Buffer.from(whole), random)).toString()
        attempt(text, () => parsesWell(text), tally)
      }
      console.log(`searches: ${JSON.stringify(tally)}`)
      expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(MUTATIONS / 100)
    },
    TIMEOUT_MILLIS,
  )
})

function parsesWell(text: string): boolean {
  try {
    const filter = parseSearch(text)
    if (!isDeepStrictEqual(parseSearch(formatFilter(filter)), filter))
      throw new Broken(`is printed as ${formatFilter(filter)}, which is read as something else`)
    return true
  } catch (error) {
    if (!(error instanceof HodoscopeError) || error.code !== 'query_malformed') throw error
    const { position } = error
    if (position === undefined || position < 0 || position > text.length)
      throw new Broken(`its fault is said to stand at ${position}`)
    return false
  }
}

/** `found/<signal>-<encoding>-<what it broke>`, the input as it came. */
it.each(readdirSync(FOUND))('%s, which broke something once', name => {
  const [signal, encoding] = name.split('-') as [Signal, Encoding]
  const columns = new ThroughColumns(signal)
  const body = decodesWell(signal, encoding, new Uint8Array(readFileSync(new URL(name, FOUND))))
  if (body !== undefined) columns.add(body)
  columns.check()
})
