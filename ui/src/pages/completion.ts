/** Completions of a search: keys and values as they occur in the data of the range. */
import type { AttributeKeysAnswer, AttributeValuesAnswer } from '../../../collector/src/serve/api-types.ts'
import { formatCount } from '../lib/format.ts'
import { url } from '../lib/routes.ts'
import { completingAt } from '../lib/search-text.ts'
import { get } from '../state/api.ts'
import { range } from '../state/range.ts'
import type { Choice } from './combobox.tsx'

const MOST_CHOICES = 12

export async function searchChoices(
  signal: 'traces' | 'logs',
  text: string,
  caret: number,
  abort: AbortSignal,
): Promise<readonly Choice[]> {
  const at = completingAt(text, caret)
  const asked = {
    signal,
    prefix: at.prefix,
    from: Math.floor(range.value.from),
    to: Math.ceil(range.value.to),
  }
  if (at.what === 'value') {
    const path = `/api/attributes/${encodeURIComponent(at.key)}/values`
    const { values } = await get<AttributeValuesAnswer>(url(path, asked), abort)
    return values
      .filter(({ value }) => value !== at.prefix)
      .slice(0, MOST_CHOICES)
      .map(({ value, count }) => ({ text: value, note: formatCount(count) }))
  }
  const { keys } = await get<AttributeKeysAnswer>(url('/api/attributes', asked), abort)
  const seen = new Map<string, Choice>()
  for (const { key, in: where } of keys)
    if (!seen.has(key))
      seen.set(key, { text: key, note: where === 'intrinsic' || where === 'record' ? '' : where })
  return [...seen.values()].slice(0, MOST_CHOICES)
}
