/**
 * What the query jobs answer, in plain JSON: the types of the HTTP API that come out of the store.
 * `serve/api-types.ts` hands them on to the UI.
 *
 * Times named `…UnixNano` are decimal strings (they do not fit a double); lengths named `…Nano` are
 * numbers. Ids are lower-case hex.
 */
export type * from './common.ts'
export type * from './services.ts'
export type * from './traces.ts'
export type * from './logs.ts'
export type * from './tails.ts'
export type * from './correlations.ts'
export type * from './metrics.ts'
export type * from './attributes.ts'
export type * from './heat-map.ts'
export type * from './red.ts'
export type * from './senders.ts'
export type * from './slow-queries.ts'
export type * from './errors.ts'
