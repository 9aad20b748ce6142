/**
 * When a refused sender may come again: in whole seconds, short, and not all at once.
 *
 * The exporter of OpenTelemetry JS drops its batch when it is told to wait longer than what is left
 * of its ten seconds; with three it has three tries at least.
 * Source: opentelemetry-js experimental/packages/otlp-exporter-base/src/retrying-transport.ts.
 */
const MOST_SECONDS = 3

/** @param random in [0, 1) @returns the value of a `Retry-After` header */
export const retryAfter = (random: () => number = Math.random): string =>
  String(1 + Math.floor(random() * MOST_SECONDS))
