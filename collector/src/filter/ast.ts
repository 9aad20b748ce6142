/**
 * The one filter tree: every front end (the search box now, Jaeger parameters or TraceQL later)
 * parses into it, and each backend evaluates it.
 *
 * Meaning, for one record:
 * - A field may have several values (an attribute that stands on the span and on its resource, an
 *   attribute of several events, a key that stands twice). A comparison holds when it holds for at
 *   least one of them. `exists` holds when the key stands there, even with an unset value.
 * - An intrinsic that is the empty text, and a body that is unset, is absent.
 * - `!=` does not exist: it is `not` of `=`, and so holds where the field is absent.
 * - A literal is text as typed. It equals a string that is the same text, a number (int or double)
 *   of the same numeric value, and a boolean written `true` or `false`. Ordering compares numbers;
 *   a string takes part when all of it is a decimal number. Integers are compared exactly.
 * - `wildcard` matches the whole text of a value; `*` stands for any run of characters.
 * - `contains` and `text` ignore case (`String.prototype.toLowerCase` on both sides).
 * - `regex` is unanchored and evaluated in linear time.
 * - The text of a value: a string is itself; int, double and boolean their JSON text; bytes are
 *   base64; arrays and lists their JSON text; an unset value has none.
 */
export type Filter =
  | { readonly op: 'all' }
  | { readonly op: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly op: 'not'; readonly of: Filter }
  | { readonly op: 'exists'; readonly field: Field }
  | { readonly op: Comparison; readonly field: Field; readonly value: Literal }
  | { readonly op: 'wildcard' | 'contains' | 'regex'; readonly field: Field; readonly pattern: string }
  | { readonly op: 'text'; readonly text: string }

export type Comparison = '=' | '<' | '<=' | '>' | '>='

/** What was typed, and what it is as a number: nanoseconds for a duration literal such as `300ms`. */
export interface Literal {
  readonly text: string
  /** NaN when the text is no number. */
  readonly number: number
}

/**
 * What is compared.
 * - intrinsics: properties every record of a signal has;
 * - `any`: a key looked up on the record itself, its events, its scope and its resource;
 * - the others: a key in that one place only.
 */
export type Field =
  | { readonly in: 'intrinsic'; readonly name: Intrinsic }
  | { readonly in: 'any' | 'span' | 'log' | 'event' | 'link' | 'scope' | 'resource'; readonly key: string }

/**
 * Spans: service, name, kind (internal, server, client, producer, consumer, unspecified),
 * status (unset, ok, error), statusMessage, duration (ns), root (true, false), traceId, spanId,
 * parentId, scope (its name), event (its name).
 * Logs: service, severity (trace, debug, info, warn, error, fatal, unspecified; a number equals the
 * severity number; ordering compares severity numbers, and a class by name stands for all its
 * numbers: `> warn` begins at error), body, event (its name), traceId, spanId, scope.
 * An intrinsic that the other signal alone has never matches.
 */
export type Intrinsic =
  | 'service'
  | 'name'
  | 'kind'
  | 'status'
  | 'statusMessage'
  | 'duration'
  | 'root'
  | 'traceId'
  | 'spanId'
  | 'parentId'
  | 'scope'
  | 'event'
  | 'severity'
  | 'body'

export const MATCH_ALL: Filter = { op: 'all' }

/**
 * `text` (bare words) looks into, for spans: the name, the service, the status message, and the text
 * of string attributes of the span and its events; for logs: the text of the body, the event name,
 * the service, and the text of string attributes of the record.
 */
export const TEXT_FIELDS = {
  traces: ['name', 'service', 'statusMessage', 'span attributes', 'event attributes'],
  logs: ['body', 'event', 'service', 'log attributes'],
} as const
