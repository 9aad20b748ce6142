/**
 * The answers of the API as zod schemas, for its OpenAPI description and for the test that holds
 * real answers to it. Each is typed by the interface the UI imports, so neither can drift.
 */
export { AttributeList, AttributeValue, ErrorAnswer, ResourceJson, ScopeJson } from './common.ts'
export * from './services.ts'
export * from './traces.ts'
export * from './logs.ts'
export * from './tails.ts'
export * from './correlations.ts'
export * from './metrics.ts'
export * from './attributes.ts'
export * from './status.ts'
export * from './heat-map.ts'
export * from './red.ts'
export * from './senders.ts'
export * from './errors.ts'
