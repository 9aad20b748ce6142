/**
 * What the HTTP API answers, as types: the UI imports these, and the OpenAPI description is held
 * against them. Times named `…UnixNano` are decimal strings (they do not fit a double); lengths
 * named `…Nano` are numbers. Ids are lower-case hex.
 */

import type { SlowQuery } from '../query/answers/index.ts'

export type * from '../query/answers/index.ts'

export interface ErrorAnswer {
  error: { code: string; message: string; hint: string; position?: number }
}

/** GET /api/pins, and the answer to POST /api/pins and DELETE /api/pins/{traceId}; the one pinned last comes first. */
export interface PinsAnswer {
  pins: { traceId: string; note: string; pinnedUnixMillis: number }[]
}

/** GET /api/session, and the answer to POST and DELETE */
export interface SessionAnswer {
  /** Whether a token is asked for here at all. */
  asks: boolean
  /** What the session, or the token that came, is good for; null without one that may read. */
  scope: 'ingest' | 'viewer' | 'editor' | 'admin' | null
}

/** Requests, and the items in them; received = stored + rejected + refused. */
export interface IngestCounts {
  requests: number
  /** Clients that left in mid-body. */
  abortedRequests: number
  /** Of bodies, as they were sent. */
  bytes: number
  receivedItems: number
  storedItems: number
  /** Told to the sender as impossible to store. */
  rejectedItems: number
  /** The sender may try again. */
  refusedItems: number
}

/** GET /api/status */
export interface StatusAnswer {
  version: string
  startedUnixMillis: number
  dataFolder: string
  ingest: {
    acceptedSpans: number
    acceptedLogs: number
    rejectedItems: number
    refusedRequests: number
    duplicateRequests: number
    spansPerSecond: number
    logsPerSecond: number
    /** Since the start; `samples` are those of Prometheus remote-write. */
    kinds: { [kind in 'traces' | 'logs' | 'metrics' | 'samples']: IngestCounts }
    /** Why requests were answered with an error, most frequent first. */
    refusals: { kind: string; code: string; requests: number; hint: string }[]
  }
  /** The slowest of the last hour first. */
  slowestQueries: SlowQuery[]
  store: {
    diskBytes: number
    maxBytes: number
    /** How long telemetry is kept, unless the disk is full before. */
    retentionMillis: number
    journalBytes: number
    backlogRecords: number
    partitions: number
    pinnedTraces: number
    /** Bytes of what is kept for pins alone; a part of `diskBytes`. */
    pinnedBytes: number
    quarantined: string[]
    refusing: string | null
  }
  signals: {
    [signal in 'traces' | 'logs']: { records: number; fromUnixNano: string | null; toUnixNano: string | null }
  } & {
    /** Of samples, which are not counted. */
    metrics: { fromUnixNano: string | null; toUnixNano: string | null }
  }
  alerts: {
    /** `unused`: nobody wants any. `stalled`: nothing was evaluated for 30 s. `down`: started again after a defect. */
    state: 'unused' | 'starting' | 'running' | 'stalled' | 'down'
    restarts: number
  }
  /** The shell line that instruments a service against this collector. */
  instrument: string
}
