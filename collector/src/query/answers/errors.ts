/**
 * Errors in groups, and what came with a deploy.
 */
import type { Answered, SpanKindName } from './common.ts'
import type { RedFigures } from './red.ts'

export type ErrorOrder = 'busiest' | 'newest' | 'latest'

interface ErrorTimes {
  /** Since it is kept. */
  totalCount: number
  /** To the minute. */
  firstUnixNano: string
  lastUnixNano: string
}

export interface ErrorRow extends ErrorTimes {
  fingerprint: string
  /** `(other errors)` where a service had too many groups for one more. */
  type: string
  /** The first that came. */
  message: string
  /** By which it is grouped where no stack was told; '' else. */
  operation: string
  /** Where it came last stands first. */
  services: string[]
  /** The few that had it last. */
  versions: string[]
  /** In the range. */
  count: number
  /** First seen after the last deploy of one of its services. */
  isNew: boolean
  /** Along the range, a value for each step of the answer's line. */
  line: number[]
}

/** GET /api/errors?from=&to=&service=&new=&order=&limit=&cursor= */
export interface ErrorsAnswer extends Answered {
  /** The range, widened to whole hours. */
  fromUnixNano: string
  toUnixNano: string
  /** It ends with the range, and shows at least a day. */
  line: { fromUnixNano: string; stepSeconds: number }
  /** Requests to the collector whose errors are not in groups. */
  uncountedRequests: number
  errors: ErrorRow[]
  cursor: string | null
}

export interface ErrorInService extends ErrorTimes {
  service: string
  count: number
  isNew: boolean
  lastDeploy: { version: string; timeUnixNano: string } | null
  /** Seen last first. */
  versions: ({ version: string } & ErrorTimes)[]
}

/** It may be older than what is stored of traces. */
export interface ErrorSample {
  service: string
  traceId: string
  spanId: string
  timeUnixNano: string
}

/** GET /api/errors/{fingerprint}?from=&to= */
export interface ErrorGroupAnswer extends Answered, ErrorTimes {
  fingerprint: string
  type: string
  message: string
  stack: string
  /** What is the same of all: the message without what varies, the topmost frames, else the operation. */
  groupedBy: { type: string; message: string; frames: string[]; operation: string }
  fromUnixNano: string
  toUnixNano: string
  count: number
  line: { fromUnixNano: string; stepSeconds: number; counts: number[] }
  services: ErrorInService[]
  /** The newest and the first, newest first. */
  samples: ErrorSample[]
}

/** `too_few` below `leastRequests` on either side; `same` where no difference is certain and large enough. */
export type Verdict = 'better' | 'worse' | 'same' | 'too_few'

export interface Counted extends RedFigures {
  requestCount: number
  errorCount: number
}

export interface BeforeAfter {
  before: Counted
  after: Counted
  /** By the test of two proportions, at 0.1 %. */
  errors: Verdict
  /** By Kolmogorov and Smirnov's test, at 0.1 %, where p95 or p50 moved by a fifth. */
  duration: Verdict
}

export interface DeployedOperation extends BeforeAfter {
  name: string
  kind: SpanKindName
}

export interface NewError {
  fingerprint: string
  type: string
  message: string
  operation: string
  totalCount: number
  firstUnixNano: string
}

/** GET /api/deploys/{service}/{version} */
export interface DeployAnswer extends Answered {
  service: string
  version: string
  /** The minute in which its first span starts. */
  timeUnixNano: string
  replaced: string
  /** Length of each window; requests of all versions count in both. */
  windowSeconds: number
  beforeFromUnixNano: string
  afterFromUnixNano: string
  leastRequests: number
  /** By the requests that enter the service. */
  whole: BeforeAfter
  operations: DeployedOperation[]
  /** First seen between this deploy and the next. */
  newErrors: NewError[]
}
