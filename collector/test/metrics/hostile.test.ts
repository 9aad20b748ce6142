/**
 * Hostile input for the decoders of metrics: OTLP as protobuf and as JSON, and remote-write, plain and
 * through snappy. Whatever arrives, the outcome is a typed refusal, or a canonical request that the
 * walk behind the decoder takes.
 *
 * HODOSCOPE_MUTATIONS sets another number, SEED repeats a run. An input that broke something becomes
 * a file in `hostile/found/`, or a test of what it broke.
 */
import snappy from 'snappyjs'
import { expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { decodeRequest, type Decoded } from '../../src/decode/request.ts'
import { OtlpWalk } from '../../src/decode/series/otlp-walk.ts'
import { walkWrite } from '../../src/decode/series/write-walk.ts'
import { decodeWrite } from '../../src/decode/write/request.ts'
import { HodoscopeError } from '../../src/model/errors.ts'
import { unixMillis } from '../../src/model/time.ts'
import { ByteBudget } from '../../src/receive/byte-budget.ts'
import { unsnap } from '../../src/receive/snappy.ts'
import { SeriesHead } from '../../src/store/series/head.ts'
import { mutated } from '../hostile/mutate.ts'
import {
  exemplar,
  exponential,
  exponentialPoint,
  gauge,
  histogram,
  histogramPoint,
  metricsRequest,
  numberPoint,
  sum,
  summary,
  summaryPoint,
} from './otlp.ts'
import { metadata, writeRequest } from './write.ts'

const MUTATIONS = Number(process.env['HODOSCOPE_MUTATIONS'] ?? 200_000)
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const T = 1_700_000_000_000
const REFUSALS: readonly string[] = ['payload_malformed', 'payload_too_large', 'media_type_unsupported']

const exemplars = [exemplar({ time: T, value: 1, traceId: '01'.repeat(16), spanId: '02'.repeat(8) })]
const protobuf = [
  metricsRequest([
    gauge('g', [numberPoint({ time: T, value: 1.5, attributes: { ['__proto__']: 'x' }, exemplars })], 's'),
    sum('s', [numberPoint({ time: T, start: T - 1, value: -3n })], { delta: true }),
  ]),
  metricsRequest([
    histogram('h', [
      histogramPoint({ time: T, count: 3, sum: 1, min: 0, max: 1, buckets: [1, 2], bounds: [1], exemplars }),
    ]),
    summary('q', [summaryPoint({ time: T, count: 1, sum: 1, quantiles: [[0.5, 1]] })]),
    exponential('e', [
      exponentialPoint({ time: T, count: 3, scale: 1, positive: { offset: -1, counts: [1, 2] } }),
    ]),
  ]),
]
const json = [
  {
    name: 'g',
    unit: 's',
    gauge: { dataPoints: [{ timeUnixNano: `${T}000000`, asDouble: 'NaN', flags: 0 }] },
  },
  {
    name: 'h',
    histogram: {
      aggregationTemporality: 2,
      dataPoints: [
        { timeUnixNano: `${T}000000`, count: '3', sum: 1, bucketCounts: ['1', 2], explicitBounds: [1] },
      ],
    },
  },
].map(metric => Buffer.from(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] })))
const written = [
  writeRequest({
    labels: { __name__: 'up', a: 'b' },
    samples: [
      [T, 1],
      [T + 1, NaN],
    ],
    exemplars: [{ labels: { trace_id: '01'.repeat(16) }, time: T, value: 1 }],
  }),
  Buffer.concat([
    writeRequest({ labels: { __name__: 'x' }, samples: [[T, 1]] }),
    metadata(1, 'x', 'help', 'By'),
  ]),
]

const decodeWritten = (input: Uint8Array): Decoded => decodeWrite(input, unixMillis(T))
const walkOtlp = (body: Uint8Array, head: SeriesHead): void =>
  new OtlpWalk(head, { resourceLabels: ['*'] }).walk(body)

interface Decoder {
  readonly name: string
  readonly golden: readonly Uint8Array[]
  readonly decode: (input: Uint8Array) => Decoded
  /** Of what is canonical already. */
  readonly again: (body: Uint8Array) => Decoded
  readonly walk: (body: Uint8Array, head: SeriesHead) => void
}

const fromProtobuf = (input: Uint8Array): Decoded => decodeRequest('metrics', 'protobuf', input)
const DECODERS: readonly Decoder[] = [
  { name: 'OTLP protobuf', golden: protobuf, decode: fromProtobuf, again: fromProtobuf, walk: walkOtlp },
  {
    name: 'OTLP JSON',
    golden: json,
    decode: input => decodeRequest('metrics', 'json', input),
    again: fromProtobuf,
    walk: walkOtlp,
  },
  { name: 'remote-write', golden: written, decode: decodeWritten, again: decodeWritten, walk: walkWrite },
  {
    name: 'remote-write through snappy',
    golden: written.map(body => snappy.compress(new Uint8Array(body))),
    decode: input => decodeWritten(unsnap(input, 1 << 20, new ByteBudget(1 << 20).open())),
    again: decodeWritten,
    walk: walkWrite,
  },
]

/** @throws where what was accepted is not canonical, or the walk fails */
function attempt({ decode, again, walk }: Decoder, input: Uint8Array): 'accepted' | 'refused' {
  let decoded: Decoded
  try {
    decoded = decode(input)
  } catch (error) {
    if (error instanceof HodoscopeError && REFUSALS.includes(error.code)) return 'refused'
    throw error
  }
  const { request } = decoded
  if (request === undefined) return 'accepted'
  const repeated = again(request.body)
  if (repeated.rejected !== 0 || repeated.message !== '' || repeated.request?.items !== request.items)
    throw new Error(`what was accepted is not canonical: ${repeated.message}`)
  walk(request.body, new SeriesHead())
  return 'accepted'
}

/** Most of the time of a refusal goes into a stack that nobody reads. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Error.stackTraceLimit = limit
  }
}

it.each(DECODERS)(
  `$name: ${MUTATIONS} mutations are refused by name, or canonical (SEED=${SEED})`,
  decoder => {
    const random = new Random(SEED)
    const tally = { accepted: 0, refused: 0 }
    for (const golden of decoder.golden) expect(attempt(decoder, new Uint8Array(golden))).toBe('accepted')
    for (let i = 0; i < MUTATIONS; i++) {
      const input = mutated(random.pick(decoder.golden), random)
      try {
        tally[withoutStacks(() => attempt(decoder, input))]++
      } catch (cause) {
        throw new Error(`SEED=${SEED}, mutation ${i}: ${Buffer.from(input).toString('hex')}`, { cause })
      }
    }
    console.log(`${decoder.name}: ${JSON.stringify(tally)}`)
    // Both ways are walked: a mutator that breaks everything, or nothing, tests nothing.
    expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(MUTATIONS / 200)
  },
  600_000,
)
