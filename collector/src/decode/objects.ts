/**
 * Canonical bytes to the objects of `model/telemetry.ts` and back, in one place for the store and
 * the API. Byte ranges are [start, end) of one message without its length; invalid UTF-8 becomes
 * U+FFFD; ids are lower-case hex.
 */
export { resourceOf, scopeOf } from './containers.ts'
export { encodeLogs, encodeSpans } from './encode.ts'
export { logOf, logsOf } from './logs.ts'
export { otlpJsonOf } from './otlp-json.ts'
export { spanEventOf, spanLinkOf, spanOf, spansOf, statusOf } from './spans.ts'
export { anyValueOf, attributesOf, keyValueOf } from './values.ts'
