/**
 * Correlation values as they stand on a record itself.
 */
import { CORRELATION_KEYS, type Attributes } from '../../model/attributes.ts'

const KEYS: ReadonlySet<string> = new Set(CORRELATION_KEYS)

/** Whether a value stands under one of the correlation keys. */
export function hasCorrelation(attributes: Attributes, value: string): boolean {
  return attributes.some(entry => KEYS.has(entry.key) && entry.value === value)
}
