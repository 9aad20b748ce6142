/** Keys and values that occur, for completion. */
import type { Signal } from '../model/telemetry.ts'
import type { Cancellation, Snapshot, TimeRange } from '../store/api.ts'
import type { Answer, AttributeKeysAnswer, AttributeValuesAnswer } from './answers/index.ts'
import { intrinsicNames } from './search/fields.ts'
import { FIXED_VALUES } from './search/literals.ts'

export interface AttributeKeysParams {
  readonly signal: Signal
  readonly range: TimeRange
  readonly prefix: string
  readonly limit: number
}

export interface AttributeValuesParams extends AttributeKeysParams {
  readonly key: string
}

/** The intrinsics first, counted by all records in the range; then what was sent. */
export function attributeKeys(
  snapshot: Snapshot,
  params: AttributeKeysParams,
  cancel: Cancellation,
): Answer<AttributeKeysAnswer> {
  const { signal, prefix, limit } = params
  const names = intrinsicNames(signal).filter(name => name.toLowerCase().startsWith(prefix.toLowerCase()))
  const count = names.length === 0 ? 0 : recordsIn(snapshot, params, cancel)
  const intrinsics = names.map(key => ({ key, in: 'intrinsic' as const, count }))
  const keys = limit > intrinsics.length ? snapshot.attributeKeys(params, cancel) : []
  return { keys: [...intrinsics, ...keys.map(row => ({ ...row }))].slice(0, limit) }
}

export function attributeValues(
  snapshot: Snapshot,
  params: AttributeValuesParams,
  cancel: Cancellation,
): Answer<AttributeValuesAnswer> {
  if (params.key === 'root' && params.signal === 'traces')
    return {
      values: FIXED_VALUES.root!.filter(v => v.startsWith(params.prefix)).map(value => ({ value, count: 0 })),
    }
  return { values: snapshot.attributeValues(params, cancel).map(row => ({ ...row })) }
}

function recordsIn(snapshot: Snapshot, { signal, range }: AttributeKeysParams, cancel: Cancellation): number {
  const { counts } = snapshot.histogram({ signal, filter: { op: 'all' }, range, buckets: 1 }, cancel)
  return Object.values(counts).reduce((sum, [count]) => sum + count!, 0)
}
