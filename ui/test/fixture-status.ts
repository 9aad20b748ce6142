/** What the stand-in for the collector tells of itself and of its senders. */
import type { IngestCounts, SenderRow, SlowQuery, StatusAnswer } from '../../collector/src/serve/api-types.ts'

const counts = (requests: number, items: number, bad = 0): IngestCounts => ({
  requests,
  abortedRequests: bad,
  bytes: items * 61,
  receivedItems: items,
  storedItems: items - 3 * bad,
  rejectedItems: bad,
  refusedItems: 2 * bad,
})

/** @param share 0 where nothing came yet */
export const ingestOf = (share: 0 | 1): Pick<StatusAnswer['ingest'], 'kinds' | 'refusals'> => ({
  kinds: {
    traces: counts(87_213 * share, 44_712_400 * share, 12 * share),
    logs: counts(21_900 * share, 11_203_112 * share),
    metrics: counts(3_600 * share, 1_450_020 * share),
    samples: counts(0, 0),
  },
  refusals:
    share === 0
      ? []
      : [
          {
            kind: 'traces',
            code: 'payload_malformed',
            requests: 12,
            hint: 'Check the exporter: the body does not decode as what its Content-Type says.',
          },
        ],
})

export const SLOWEST: readonly SlowQuery[] = [
  ['rangeQuery', 'sum by (service) (rate(http_server_request_duration_seconds_count[5m]))', 1_840, true],
  ['logs', 'body:"card declined" OR exception.type=PaymentError', 912, true],
  ['traces', 'duration>2s service:payment', 30_000, false],
  ['trace', '0af7651916cd43dd8448eb211c80319c', 41, true],
]
  .map(([job, asked, tookMillis, answered], i) => ({
    job: job as string,
    asked: asked as string,
    unixMillis: Date.now() - i * 61_000,
    tookMillis: tookMillis as number,
    answered: answered as boolean,
  }))
  .toSorted((a, b) => b.tookMillis - a.tookMillis)

export const sendersOf = (services: readonly string[]): SenderRow[] =>
  services.map((service, i) => ({
    service,
    instance: i % 3 === 2 ? '' : `${service}-7d9f8b6c4-x${i}k2`,
    version: i % 3 === 2 ? null : `2.${i}.1`,
    host: `node-${i}`,
    pid: 4_711 + i,
    runtime: i % 3 === 2 ? null : 'nodejs 24.3.0',
    sdk: 'opentelemetry nodejs 2.1.0',
    distro: i % 3 === 0 ? 'hodoscope 0.1.0' : null,
    firstUnixNano: String(BigInt(Date.now() - 3_000_000) * 1_000_000n),
    lastUnixNano: String(BigInt(Date.now() - 30_000) * 1_000_000n),
  }))
