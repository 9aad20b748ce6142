/** Where the UI shows what a rule looks at. */
import type { Rule } from '../../query/rules/rule.ts'

export function linkOf(rule: Rule): string {
  if (rule.kind !== 'count') return `/query?q=${encodeURIComponent(rule.expr)}`
  return `/${rule.signal === 'logs' ? 'logs' : 'traces'}?q=${encodeURIComponent(rule.query)}`
}
