/**
 * Looks for what an empty search may have meant: for each `key:value` in it, whether the key occurs at
 * all, else the key written most like it; whether the value does, else the value written most like it.
 */
import { useSignal, type ReadonlySignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { AttributeKeysAnswer, AttributeValuesAnswer } from '../../../collector/src/serve/api-types.ts'
import { nearest } from '../lib/near.ts'
import { url } from '../lib/routes.ts'
import { equalities, quoteValue, type Equality } from '../lib/search-text.ts'
import { get } from '../state/api.ts'
import { range } from '../state/range.ts'

export interface Near {
  /** The part of the search that nothing has. */
  readonly missing: string
  readonly found: string
  /** The search with the one in place of the other. */
  readonly q: string
}

export function useNearest(signal: 'traces' | 'logs', q: string): ReadonlySignal<readonly Near[]> {
  const near = useSignal<readonly Near[]>([])
  useEffect(() => {
    const abort = new AbortController()
    near.value = []
    const look = async (): Promise<void> => {
      const found = await Promise.all(equalities(q).map(term => nearTerm(signal, q, term, abort.signal)))
      near.value = found.filter(one => one !== undefined)
    }
    // An offer that cannot be made is not missed.
    look().catch(() => undefined)
    return () => abort.abort()
  }, [signal, q])
  return near
}

async function nearTerm(
  signal: 'traces' | 'logs',
  q: string,
  term: Equality,
  abort: AbortSignal,
): Promise<Near | undefined> {
  const asked = { signal, from: Math.floor(range.value.from), to: Math.ceil(range.value.to) }
  const replace = (text: string): Near => ({
    missing: q.slice(term.start, term.end),
    found: text,
    q: q.slice(0, term.start) + text + q.slice(term.end),
  })
  const { values } = await get<AttributeValuesAnswer>(
    url(`/api/attributes/${encodeURIComponent(term.key)}/values`, asked),
    abort,
  )
  if (values.some(({ value }) => value === term.value)) return undefined
  if (values.length > 0) {
    const value = nearest(
      term.value,
      values.map(one => one.value),
    )
    return value === undefined ? undefined : replace(q.slice(term.start, term.valueStart) + quoteValue(value))
  }
  const { keys } = await get<AttributeKeysAnswer>(url('/api/attributes', asked), abort)
  const key = nearest(
    term.key,
    keys.map(one => one.key).filter(one => one !== term.key),
  )
  return key === undefined ? undefined : replace(`${key}:${quoteValue(term.value)}`)
}
