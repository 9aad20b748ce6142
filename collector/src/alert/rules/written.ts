/**
 * What a rule wrote last, so that a series that it no longer gives ends with a stale marker instead of
 * living on for the five minutes in which a query looks back.
 */
import type { WrittenSample } from '../../decode/write/encode.ts'
import type { Labels } from '../../model/series.ts'
import type { UnixMillis } from '../../model/time.ts'
import { keyOf } from '../../query/promql/labels.ts'
import type { RuleSample } from '../../query/rules/evaluate.ts'

export class WrittenSeries {
  readonly #byRule = new Map<string, ReadonlyMap<string, Labels>>()

  /** @returns samples and the ends of series that are no more */
  next(rule: string, samples: readonly RuleSample[], at: UnixMillis): readonly WrittenSample[] {
    const before = this.#byRule.get(rule)
    const now = new Map(samples.map(({ labels }) => [keyOf(labels), labels]))
    const ended = [...(before ?? [])].filter(([key]) => !now.has(key))
    if (now.size === 0) this.#byRule.delete(rule)
    else this.#byRule.set(rule, now)
    return [
      ...samples.map(({ labels, value }) => ({ labels, at, value })),
      ...ended.map(([, labels]) => ({ labels, at, value: undefined })),
    ]
  }

  /** Rules that have written something. */
  get rules(): readonly string[] {
    return [...this.#byRule.keys()]
  }
}
