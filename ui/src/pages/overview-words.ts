/** What changed of a service, in a few words. */
import type { OverviewRow } from '../../../collector/src/serve/api-types.ts'
import { formatDuration, formatRate, formatRatio } from '../lib/format.ts'

type Changed = Pick<OverviewRow, 'change' | 'before' | 'rate' | 'errorRatio' | 'p95Nano'>

/** undefined where nothing is worth a look. */
export function changeWords(row: Changed): { readonly words: string; readonly isWorse: boolean } | undefined {
  const { change, before } = row
  if (change.amount < 1) return undefined
  switch (change.of) {
    case 'errors':
      return {
        words: `errors ${formatRatio(before.errorRatio)} → ${formatRatio(row.errorRatio)}`,
        isWorse: row.errorRatio! > before.errorRatio!,
      }
    case 'duration':
      return {
        words: `p95 ${formatDuration(before.p95Nano!)} → ${formatDuration(row.p95Nano!)}`,
        isWorse: row.p95Nano! > before.p95Nano!,
      }
    case 'rate':
      return { words: `rate ${formatRate(before.rate)} → ${formatRate(row.rate)}`, isWorse: false }
    default:
      return change.of satisfies never
  }
}
