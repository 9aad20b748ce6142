/**
 * Attributes' keys and values, for completion.
 */
import type { Answered } from './common.ts'

/** GET /api/attributes?signal=traces|logs&prefix=&from=&to= */
export interface AttributeKeysAnswer extends Answered {
  keys: { key: string; in: 'intrinsic' | 'record' | 'event' | 'scope' | 'resource'; count: number }[]
}

/** GET /api/attributes/{key}/values?signal=&prefix=&from=&to= */
export interface AttributeValuesAnswer extends Answered {
  values: { value: string; count: number }[]
}
