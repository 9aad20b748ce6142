/**
 * Bodies by a receiver's own template. `{{ .status }}`, `{{ .groupLabels.slo }}` and the like are
 * paths into the webhook message; `{{ json .alerts }}` is what is there as JSON. A value within
 * quotes of a JSON template is escaped as one, so that no label can break out of its text.
 */
import { webhookBody, type Notification } from './payload.ts'

const PLACE = /\{\{\s*(json\s+)?\.([\w.]*)\s*\}\}/g

export function fillTemplate(template: string, notification: Notification): string {
  const message: unknown = JSON.parse(webhookBody(notification))
  return template.replaceAll(PLACE, (_, json: string | undefined, path: string) => {
    const value = valueAt(message, path)
    if (json !== undefined) return JSON.stringify(value ?? null)
    const text =
      typeof value === 'string' || typeof value === 'number'
        ? String(value)
        : value === undefined
          ? ''
          : JSON.stringify(value)
    return JSON.stringify(text).slice(1, -1)
  })
}

function valueAt(root: unknown, path: string): unknown {
  let value = root
  for (const key of path.split('.').filter(part => part !== '')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}
