/**
 * What is odd about a trace, told in sentences that name the spans concerned.
 */
import { spanIdAt } from '../../model/span-ids.ts'
import type { TraceOutline } from '../../store/api.ts'
import type { TraceWarning } from '../answers/index.ts'
import { clockSkews } from './clock-skew.ts'
import type { Tree } from './tree.ts'

/** Ids told with a warning; the sentence counts them all. */
const MOST_IDS = 100

/** Of the whole trace, whatever of it is shown. */
export function warningsOf(outline: TraceOutline, tree: Tree): TraceWarning[] {
  const warnings: TraceWarning[] = []
  const warn = (kind: TraceWarning['kind'], places: readonly number[], message: string): void => {
    const ids = new Set<string>()
    for (const place of places) {
      if (ids.size === MOST_IDS) break
      ids.add(spanIdAt(outline.spanIds, place))
    }
    warnings.push({ kind, message, spanIds: [...ids] })
  }
  if (tree.orphans.length > 0)
    warn(
      'missing_parent',
      tree.orphans,
      `${count(tree.orphans.length, 'span names a parent', 'spans name a parent')} that is not here: not sent, not arrived yet, or sampled away.`,
    )
  if (tree.cyclic.length > 0)
    warn(
      'cycle',
      tree.cyclic,
      `${count(tree.cyclic.length, 'span is', 'spans are')} among their own ancestors; they are shown as roots.`,
    )
  if (tree.duplicates.length > 0)
    warn(
      'duplicate_span',
      tree.duplicates,
      `${count(tree.duplicates.length, 'span has', 'spans have')} an id that another span of this trace has.`,
    )
  const { places, most } = clockSkews(outline, tree.parent)
  if (places.length > 0)
    warn(
      'clock_skew',
      places,
      `${count(places.length, 'span begins', 'spans begin')} before their parent, or after it was over: clocks differ by up to ${millis(most)} ms. Times are shown as they were sent.`,
    )
  return warnings
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

const millis = (nanos: number): string => String(Math.round(nanos / 1e3) / 1e3)
