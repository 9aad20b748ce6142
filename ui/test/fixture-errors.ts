/** Errors, deploys and what came with one, as the stand-in for the collector answers them. */
import type {
  BeforeAfter,
  DeployAnswer,
  DeploysAnswer,
  ErrorGroupAnswer,
  ErrorRow,
  ErrorsAnswer,
  Verdict,
} from '../../collector/src/serve/api-types.ts'
import { Refusal, WHOLE } from './fixture-answers.ts'
import { random } from './random.ts'
import type { Telemetry } from './telemetry.ts'

const HOUR_NANO = 3_600_000_000_000n
const POINTS = 24

const KINDS = [
  ['TypeError', "Cannot read properties of undefined (reading 'total')"],
  ['PaymentDeclinedError', 'payment declined for order ord_81: insufficient_funds'],
  ['TimeoutError', 'no answer within 2000 ms'],
  ['', 'connect ECONNREFUSED 10.0.3.17:5432'],
  ['500', ''],
  [
    'com.example.warehouse.internal.reservation.ReservationConflictException',
    'the reservation of 14 articles for a customer who has waited for a very long time was given to another one '.repeat(
      4,
    ),
  ],
  ['', ''],
  ['(other errors)', ''],
] as const

const STACK = `TypeError: Cannot read properties of undefined (reading 'total')
    at priceOf (/app/src/checkout/price.ts:41:20)
    at async checkout (/app/src/checkout/index.ts:88:13)
    at Layer.handle [as handle_request] (/app/node_modules/express/lib/router/layer.js:95:5)
    at next (/app/node_modules/express/lib/router/route.js:149:13)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`

/** undefined for a path that is none of these. */
export function errorAnswer(url: URL, telemetry: Telemetry): unknown {
  const [kind, name, version] = url.pathname.split('/').slice(2).map(decodeURIComponent)
  const end = (BigInt(telemetry.traces[0]?.startTimeUnixNano ?? 0) / HOUR_NANO + 1n) * HOUR_NANO
  if (kind === 'errors') return name === undefined ? listOf(telemetry, end) : groupOf(telemetry, name, end)
  if (kind !== 'deploys') return undefined
  if (version === undefined) return deploysOf(telemetry, name)
  if (telemetry.traces.length > 0) return deployOf(name!, version, end)
  throw new Refusal(404, 'not_found', `${name} has no deploy of a version ${version}.`, '')
}

function rowsOf({ traces }: Telemetry, end: bigint): ErrorRow[] {
  if (traces.length === 0) return []
  return KINDS.map(([type, message], i): ErrorRow => {
    const chance = random(i + 1)
    const line = Array.from(
      { length: POINTS },
      () => Math.floor(chance.next() * 200) * (chance.next() > 0.4 ? 1 : 0),
    )
    const count = line.at(-1)! + 1
    return {
      fingerprint: type === '(other errors)' ? 'other' : `${i}`.repeat(16),
      type,
      message,
      operation: i === 4 ? 'POST /checkout' : '',
      services: i === 3 ? ['checkout', 'payment', 'inventory'] : ['checkout'],
      versions: i === 6 ? [] : [`2.${i}.1`, '2.0.0-rc.20261130'],
      count,
      totalCount: count * 71,
      firstUnixNano: String(end - BigInt(i + 1) * 5n * HOUR_NANO),
      lastUnixNano: String(end - HOUR_NANO),
      isNew: i % 3 === 1,
      line,
    }
  }).toSorted((a, b) => b.count - a.count)
}

const listOf = (telemetry: Telemetry, end: bigint): ErrorsAnswer => ({
  fromUnixNano: String(end - HOUR_NANO),
  toUnixNano: String(end),
  line: { fromUnixNano: String(end - 24n * HOUR_NANO), stepSeconds: 3_600 },
  uncountedRequests: telemetry.traces.length === 0 ? 0 : 12,
  errors: rowsOf(telemetry, end),
  cursor: null,
  ...WHOLE,
})

function groupOf(telemetry: Telemetry, fingerprint: string, end: bigint): ErrorGroupAnswer {
  const row = rowsOf(telemetry, end).find(each => each.fingerprint === fingerprint)
  if (row === undefined)
    throw new Refusal(404, 'not_found', `There is no group of errors ${fingerprint}.`, '')
  const { type, message, count, totalCount, firstUnixNano, lastUnixNano } = row
  const told = { totalCount, firstUnixNano, lastUnixNano }
  return {
    fingerprint,
    type,
    message,
    stack: type === 'TypeError' ? STACK : '',
    groupedBy: {
      type,
      message,
      frames: ['priceOf checkout/price.ts', 'checkout checkout/index.ts'],
      operation: '',
    },
    fromUnixNano: String(end - HOUR_NANO),
    toUnixNano: String(end),
    count,
    ...told,
    line: { fromUnixNano: String(end - 24n * HOUR_NANO), stepSeconds: 3_600, counts: row.line },
    services: row.services.map(service => ({
      service,
      count,
      isNew: row.isNew,
      lastDeploy: { version: row.versions[0]!, timeUnixNano: String(end - 5n * HOUR_NANO) },
      versions: row.versions.map(version => ({ version, ...told })),
      ...told,
    })),
    samples: telemetry.traces.slice(0, 9).map(({ traceId, spans, startTimeUnixNano }) => ({
      service: 'checkout',
      traceId,
      spanId: spans[0]!.spanId,
      timeUnixNano: startTimeUnixNano,
    })),
    ...WHOLE,
  }
}

const deploysOf = ({ traces }: Telemetry, service = 'checkout'): DeploysAnswer => ({
  deploys: traces.slice(0, 1).map(({ startTimeUnixNano }) => ({
    service,
    version: '2.1.0',
    timeUnixNano: String(BigInt(startTimeUnixNano) - 1_200_000_000_000n),
  })),
  ...WHOLE,
})

function deployOf(service: string, version: string, end: bigint): DeployAnswer {
  const counted = (requestCount: number, errorCount: number, slower: number): BeforeAfter['before'] => ({
    requestCount,
    errorCount,
    rate: requestCount / 3_600,
    errorRatio: requestCount === 0 ? null : errorCount / requestCount,
    p50Nano: requestCount === 0 ? null : 12e6 * slower,
    p95Nano: requestCount === 0 ? null : 48e6 * slower,
    p99Nano: requestCount === 0 ? null : 140e6 * slower,
  })
  const compared = (errors: Verdict, duration: Verdict, requests = 3_600): BeforeAfter => ({
    before: counted(requests, 4, 1),
    after: counted(requests + 40, errors === 'worse' ? 210 : 4, duration === 'worse' ? 2.4 : 1),
    errors,
    duration,
  })
  return {
    service,
    version,
    timeUnixNano: String(end - 2n * HOUR_NANO),
    replaced: '2.0.0',
    windowSeconds: 3_600,
    beforeFromUnixNano: String(end - 3n * HOUR_NANO),
    afterFromUnixNano: String(end - 2n * HOUR_NANO),
    leastRequests: 30,
    whole: compared('worse', 'worse', 7_200),
    operations: [
      { name: 'POST /checkout', kind: 'server', ...compared('worse', 'worse') },
      { name: 'GET /cart/:id', kind: 'server', ...compared('same', 'better') },
      {
        name: `GET /articles/${'very-long-segment/'.repeat(8)}`,
        kind: 'server',
        ...compared('same', 'same'),
      },
      { name: 'SELECT orders', kind: 'client', ...compared('too_few', 'too_few', 12) },
      { name: 'never before', kind: 'internal', ...compared('too_few', 'too_few', 0) },
    ],
    newErrors: KINDS.slice(0, 3).map(([type, message], i) => ({
      fingerprint: `${i}`.repeat(16),
      type,
      message,
      operation: '',
      totalCount: 4_100 - i,
      firstUnixNano: String(end - HOUR_NANO),
    })),
    ...WHOLE,
  }
}
