/**
 * Every way in which Hodoscope refuses, in one table: the HTTP status, whether the sender may try
 * again, and what a person can do about it. Only the rim (`receive/`, `serve/`) turns a row into
 * an answer; nobody else picks a status.
 *
 * Retryable is exactly what OTLP/HTTP calls retryable (429, 502, 503, 504): a storage hiccup is
 * never a 500, because a 500 tells an exporter to drop its batch.
 * Source: opentelemetry-proto docs/specification.md, "Failures" and "OTLP/HTTP Response".
 */
export const ERRORS = {
  payload_malformed: {
    status: 400,
    retryable: false,
    hint: 'Check the exporter: the body does not decode as what its Content-Type says.',
  },
  query_malformed: { status: 400, retryable: false, hint: 'Mend the query at the given position.' },
  query_not_executable: {
    status: 422,
    retryable: false,
    hint: 'Mend the query: with the series that it finds it has no answer.',
  },
  parameter_invalid: { status: 400, retryable: false, hint: 'Mend the named parameter.' },
  cursor_invalid: { status: 400, retryable: false, hint: 'Start again without a cursor.' },
  host_forbidden: { status: 421, retryable: false, hint: 'Add this host name to http.allowedHosts.' },
  origin_forbidden: {
    status: 403,
    retryable: false,
    hint: 'Requests that change something must come from the UI itself.',
  },
  document_invalid: {
    status: 422,
    retryable: false,
    hint: 'Mend the named fields of the document.',
  },
  read_only: {
    status: 409,
    retryable: false,
    hint: 'It is set in a file; change it there.',
  },
  token_missing: {
    status: 401,
    retryable: false,
    hint: 'Send `Authorization: Bearer …`; `hodoscope token add` makes a token.',
  },
  token_refused: {
    status: 401,
    retryable: false,
    hint: 'Use another token; `hodoscope token list` tells which there are.',
  },
  scope_insufficient: {
    status: 403,
    retryable: false,
    hint: 'Use a token of another scope; `hodoscope token add` makes one.',
  },
  address_closed_out: { status: 429, retryable: true, hint: 'Wait a minute, and use a token that is known.' },
  name_taken: {
    status: 409,
    retryable: false,
    hint: 'Choose another name, or replace what has this one.',
  },
  alerts_busy: {
    status: 503,
    retryable: true,
    hint: 'The thread of alerts is starting; try again in a second.',
  },
  not_found: { status: 404, retryable: false, hint: 'See /api/openapi.json for the paths that exist.' },
  method_not_allowed: { status: 405, retryable: false, hint: 'Use the method that the Allow header names.' },
  payload_too_large: {
    status: 413,
    retryable: false,
    hint: 'Send smaller batches, or raise http.maxBodyBytes.',
  },
  media_type_unsupported: {
    status: 415,
    retryable: false,
    hint: 'Send application/x-protobuf or application/json, plain, gzip or zstd.',
  },
  pins_exhausted: { status: 409, retryable: false, hint: 'Unpin what nobody needs any more.' },
  query_cancelled: { status: 499, retryable: false, hint: 'The client went away.' },
  query_timeout: { status: 504, retryable: true, hint: 'Narrow the time range or the filter.' },
  query_too_large: {
    status: 422,
    retryable: false,
    hint: 'Narrow the time range or the filter, or ask for fewer at a time.',
  },
  queries_busy: {
    status: 429,
    retryable: true,
    hint: 'Too many queries are waiting; try again in a second.',
  },
  store_busy: { status: 503, retryable: true, hint: 'The journal is behind; try again in a second.' },
  disk_full: {
    status: 503,
    retryable: true,
    hint: 'Free disk space, or lower storage.maxBytes; queries still answer.',
  },
  disk_failed: {
    status: 503,
    retryable: true,
    hint: 'The disk refuses to be written; look at permissions, mounts and the system log. Queries still answer.',
  },
  shutting_down: { status: 503, retryable: true, hint: 'The collector is stopping.' },
  internal: {
    status: 500,
    retryable: false,
    hint: 'This is a defect of Hodoscope; please report it with the log line.',
  },
} as const satisfies Record<string, { status: number; retryable: boolean; hint: string }>

export type ErrorCode = keyof typeof ERRORS

export class HodoscopeError extends Error {
  readonly code: ErrorCode
  /** 0-based offset into the query text, where the fault has one. */
  readonly position: number | undefined

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; position?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'HodoscopeError'
    this.code = code
    this.position = options.position
  }

  get status(): number {
    return ERRORS[this.code].status
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable
  }

  get hint(): string {
    return ERRORS[this.code].hint
  }
}
