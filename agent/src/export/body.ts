/** The body of an export: records that are already text, grouped by their scope. */
import type { SignalName } from '../otlp-settings.ts'
import type { Item } from './item.ts'

const NAMES = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
} as const

/** @param resource  `Resource` as OTLP/JSON */
export function requestBody(signal: SignalName, resource: string, items: readonly Item[]): string {
  const [resources, scopes, records] = NAMES[signal]
  const groups = Map.groupBy(items, item => item.scope)
  const scoped = [...groups].map(
    ([scope, group]) => `{"scope":${scope},"${records}":[${group.map(item => item.text).join(',')}]}`,
  )
  return `{"${resources}":[{"resource":${resource},"${scopes}":[${scoped.join(',')}]}]}`
}
