/** The overview as the stand-in for the collector answers it: figures of generated telemetry. */
import type {
  OverviewAnswer,
  OverviewRow,
  ServiceAnswer,
  TraceAnswer,
} from '../../collector/src/serve/api-types.ts'
import { operationsOf, servicesOf, WHOLE } from './fixture-answers.ts'
import { random } from './random.ts'

const POINTS = 60
const STEP_SECONDS = 60

export function overviewOf(traces: readonly TraceAnswer[]): OverviewAnswer {
  const end = BigInt(traces[0]?.startTimeUnixNano ?? 0)
  const rows = servicesOf(traces).map((service, i): OverviewRow => {
    const chance = random(i + 1)
    const along = (value: number | null): number[] =>
      Array.from({ length: POINTS }, () => (value ?? 0) * (0.6 + 0.8 * chance.next()))
    const { rate, errorRatio, p50Nano, p95Nano, p99Nano } = service
    const isWorse = (errorRatio ?? 0) > 0
    return {
      service: service.service,
      requestCount: service.entryCount,
      errorCount: service.errorCount,
      rate,
      errorRatio,
      p50Nano,
      p95Nano,
      p99Nano,
      before: { rate, errorRatio: isWorse ? 0.001 : errorRatio, p50Nano, p95Nano, p99Nano },
      change: { of: 'errors', amount: isWorse ? 4 - i / 10 : 0 },
      lines: {
        rate: along(rate),
        errorRatio: along(errorRatio),
        p50Nano: along(p50Nano),
        p95Nano: along(p95Nano).map((value, at) => (at % 13 === 5 ? null : value)),
        p99Nano: along(p99Nano),
      },
      lastDeploy:
        i % 3 === 0
          ? { version: `2.${i}.1-rc.20261130`, timeUnixNano: String(end - 5_400_000_000_000n) }
          : null,
    }
  })
  return {
    fromUnixNano: String(end - 3_600_000_000_000n),
    toUnixNano: String(end),
    stepSeconds: STEP_SECONDS,
    outOfTimeSpans: 0,
    countedUpToUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    uncountedRequests: traces.length === 0 ? 0 : 12,
    services: rows.toSorted((a, b) => b.change.amount - a.change.amount),
    ...WHOLE,
  }
}

/** A service by itself, with the lines that the overview has for it. */
export function serviceAnswerOf(traces: readonly TraceAnswer[], service: string): ServiceAnswer {
  const { services, ...answer } = overviewOf(traces)
  const row = services.find(each => each.service === service)
  if (row === undefined) return { ...answer, service, entry: null, operations: [], deploys: [] }
  const { before, change, lines, lastDeploy } = row
  return {
    ...answer,
    service,
    entry: row,
    operations: operationsOf(traces, service).map(({ count, ...operation }) => ({
      ...operation,
      requestCount: count,
      before,
      change,
      lines,
    })),
    deploys: lastDeploy === null ? [] : [lastDeploy],
  }
}
