/**
 * What was counted of every span as it came: rate, errors, durations.
 */
import type { Answered, SpanKindName } from './common.ts'

export interface RedFigures {
  /** Requests a second over the range, from the first request of any service on. */
  rate: number
  /** Requests with an error ÷ requests; null without requests. */
  errorRatio: number | null
  p50Nano: number | null
  p95Nano: number | null
  p99Nano: number | null
}

/** A value for each step. */
export interface RedLines {
  rate: number[]
  errorRatio: (number | null)[]
  p50Nano: (number | null)[]
  p95Nano: (number | null)[]
  p99Nano: (number | null)[]
}

export interface Change {
  of: 'errors' | 'duration' | 'rate'
  /** Better or worse alike; 0 where there is too little to tell, 1 is worth a look. */
  amount: number
}

export interface OverviewRow extends RedFigures {
  service: string
  /** Entry spans: server, consumer, root. */
  requestCount: number
  errorCount: number
  /** In as long a time right before the range. */
  before: RedFigures
  /** What changed most against before. */
  change: Change
  /** Along the range, a value for each step. */
  lines: RedLines
  /** The newest version that replaced another, at its first span; null where none did. */
  lastDeploy: { version: string; timeUnixNano: string } | null
}

/** What is said of counts. */
interface CountedRange {
  /** The range, widened to whole minutes, or whole hours where it is long. */
  fromUnixNano: string
  toUnixNano: string
  stepSeconds: number
  /** Requests to the collector whose spans came before anybody counted them, and do not count here. */
  uncountedRequests: number
  /** Spans that do not count here, for they start before counts are kept, or more than a day in the future. */
  outOfTimeSpans: number
  /** When the last request was received whose spans count here; null before the first. */
  countedUpToUnixNano: string | null
}

/** GET /api/overview?from=&to= ; those that changed most come first. */
export interface OverviewAnswer extends Answered, CountedRange {
  services: OverviewRow[]
}

export interface Measured extends RedFigures {
  requestCount: number
  errorCount: number
  before: RedFigures
  change: Change
}

export interface ServiceOperation extends Measured {
  name: string
  kind: SpanKindName
  lines: Pick<RedLines, 'rate' | 'errorRatio' | 'p95Nano'>
}

/** GET /api/services/{service}?from=&to= */
export interface ServiceAnswer extends Answered, CountedRange {
  service: string
  /** By the requests that enter it; null where none did, in the range or before. */
  entry: (Measured & { lines: RedLines }) | null
  /** Where requests enter comes first, then what is busiest. */
  operations: ServiceOperation[]
  /** All up to the end of the range, oldest first. */
  deploys: { version: string; timeUnixNano: string }[]
}

export interface GraphNodeRow extends RedFigures {
  /** By which edges name it. */
  id: string
  /** `other` stands for nodes beyond the bound, and for the other end of spans that could not be paired. */
  kind: 'service' | 'database' | 'queue' | 'external' | 'user' | 'other'
  name: string
  /** Of a service the requests that enter it, of all else the calls to it; of users the calls they make. */
  requestCount: number
  errorCount: number
}

export interface GraphEdgeRow extends RedFigures {
  /** Ids of nodes. */
  client: string
  server: string
  via: 'call' | 'message'
  callCount: number
  errorCount: number
}

/** GET /api/graph?from=&to=&service= ; the busiest come first. */
export interface GraphAnswer extends Answered {
  /** The range, widened to whole minutes, or whole hours where it is long. */
  fromUnixNano: string
  toUnixNano: string
  /** As in the overview. */
  uncountedRequests: number
  outOfTimeSpans: number
  countedUpToUnixNano: string | null
  nodes: GraphNodeRow[]
  edges: GraphEdgeRow[]
}
