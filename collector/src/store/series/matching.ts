/** Label matchers, compiled once for a question. */
import { RE2JS } from 're2js'
import { HodoscopeError } from '../../model/errors.ts'
import type { LabelMatcher, Labels } from '../../model/series.ts'

export interface CompiledMatcher {
  readonly name: string
  /** @param value '' where the label is absent */
  readonly matches: (value: string) => boolean
}

/** @throws HodoscopeError `query_malformed` where a pattern is no regular expression of RE2 */
export const compileMatchers = (matchers: readonly LabelMatcher[]): CompiledMatcher[] =>
  matchers.map(({ name, op, value }) => {
    if (op === '=') return { name, matches: given => given === value }
    if (op === '!=') return { name, matches: given => given !== value }
    const pattern = wholeMatch(value)
    const wanted = op === '=~'
    return { name, matches: given => pattern(given) === wanted }
  })

/** Alternatives of plain words need no automaton. */
function wholeMatch(pattern: string): (value: string) => boolean {
  if (/^[\w|:/ -]*$/.test(pattern)) {
    const words = new Set(pattern.split('|'))
    return value => words.has(value)
  }
  if (pattern === '.*') return () => true
  if (pattern === '.+') return value => value !== ''
  return regex(pattern)
}

function regex(pattern: string): (value: string) => boolean {
  try {
    // Prometheus lets the dot match a line's end too.
    const compiled = RE2JS.compile(pattern, RE2JS.DOTALL)
    return value => compiled.matches(value)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new HodoscopeError('query_malformed', `/${pattern}/ is no regular expression: ${reason}`, { cause })
  }
}

export function matchesLabels(matchers: readonly CompiledMatcher[], labels: Labels): boolean {
  return matchers.every(({ name, matches }) => matches(labels.find(label => label[0] === name)?.[1] ?? ''))
}
