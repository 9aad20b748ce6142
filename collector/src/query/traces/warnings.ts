/**
 * What is odd about a trace, told in sentences that name the spans concerned.
 */
import type { TraceWarning } from '../answers.ts'
import { clockSkews, type TimedSpan } from './clock-skew.ts'
import type { Tree, TreeSpan } from './tree.ts'

/** Ids told with a warning; the sentence counts them all. */
const MOST_IDS = 100

export function warningsOf(
  spans: readonly (TreeSpan & TimedSpan)[],
  tree: Tree,
  total: number,
): TraceWarning[] {
  const warnings: TraceWarning[] = []
  const warn = (kind: TraceWarning['kind'], indexes: readonly number[], message: string): void => {
    const ids = new Set(indexes.map(index => spans[index]!.spanId))
    warnings.push({ kind, message, spanIds: [...ids].slice(0, MOST_IDS) })
  }
  if (total > spans.length)
    warn('truncated', [], `The first ${spans.length} of ${total} spans are shown, by their start.`)
  if (tree.orphans.length > 0)
    warn('missing_parent', tree.orphans, missingParents(tree.orphans.length, total > spans.length))
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
  const skews = clockSkews(spans, tree.parent)
  if (skews.length > 0) {
    const most = skews.reduce((max, { by }) => (by > max ? by : max), 0n)
    const told = `${count(skews.length, 'span begins', 'spans begin')} before their parent, or after it was over: clocks differ by up to ${millis(most)} ms. Times are shown as they were sent.`
    warn(
      'clock_skew',
      skews.map(skew => skew.index),
      told,
    )
  }
  return warnings
}

function missingParents(orphans: number, truncated: boolean): string {
  const why = truncated ? 'beyond the spans shown, not' : 'not'
  return `${count(orphans, 'span names a parent', 'spans name a parent')} that is not here: ${why} sent, not arrived yet, or sampled away.`
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

const millis = (nanos: bigint): string => String(Math.round(Number(nanos) / 1e3) / 1e3)
