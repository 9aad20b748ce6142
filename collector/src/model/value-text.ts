/**
 * The text of an attribute value: what filters compare and completion offers.
 * Its meaning is fixed in `filter/ast.ts` ("The text of a value").
 */
import type { AnyValue } from './attributes.ts'
import { base64, valueJson } from './value-json.ts'

/** @returns undefined for an unset value: it has no text, and so matches nothing */
export function valueText(value: AnyValue): string | undefined {
  if (value === null) return undefined
  if (typeof value === 'string') return value
  if (typeof value !== 'object') return String(value)
  if (value instanceof Uint8Array) return base64(value)
  return JSON.stringify(valueJson(value))
}
