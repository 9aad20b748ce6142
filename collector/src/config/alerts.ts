/**
 * The lists of `alerts`: receivers and routes are checked by what sends (`alert/receivers.ts`), where
 * the API's are checked too; here they are lists of objects.
 */

/** A list of objects, as YAML gives it or as JSON from the environment. @returns undefined for anything else */
export function objectList(value: unknown): readonly Record<string, unknown>[] | undefined {
  const list: unknown = typeof value === 'string' ? fromJson(value) : value
  if (!Array.isArray(list)) return undefined
  return list.every(item => typeof item === 'object' && item !== null && !Array.isArray(item))
    ? (list as Record<string, unknown>[])
    : undefined
}

function fromJson(text: string): unknown {
  if (text.trim() === '') return []
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Addresses and ranges, as a list or separated by commas. */
export function textList(value: unknown): readonly string[] | undefined {
  const list: unknown =
    typeof value === 'string' ? value.split(',').filter(item => item.trim() !== '') : value
  if (!Array.isArray(list) || !list.every(item => typeof item === 'string')) return undefined
  return list.map(item => item.trim())
}
