/**
 * The rule groups that are in force, from files as they were last read. A file that has become faulty,
 * or cannot be read, keeps the groups that it had: its alerts neither vanish nor resolve for a typing
 * mistake. What is wrong is told by file and field until it is mended.
 */
import { parseRuleFile } from '../../query/rules/rule-file.ts'
import type { Rule, RuleGroup } from '../../query/rules/rule.ts'
import type { ReadFile, UnreadFile } from '../watched-files.ts'

export interface LoadedRule {
  /** `rules/<file>/<group>/<name>`, numbered where a group has several of one name; stable over restarts. */
  readonly id: string
  readonly rule: Rule
}

export interface LoadedGroup extends Omit<RuleGroup, 'rules'> {
  readonly file: string
  readonly rules: readonly LoadedRule[]
}

export interface RuleFault {
  readonly file: string
  /** '' for the file as a whole. */
  readonly field: string
  readonly message: string
}

export interface RuleSet {
  readonly groups: readonly LoadedGroup[]
  readonly faults: readonly RuleFault[]
  /** Files of which nothing is known, because they were at fault when the collector started. */
  readonly unknown: ReadonlySet<string>
}

export const NO_RULES: RuleSet = { groups: [], faults: [], unknown: new Set() }

export const isOfRuleFile = (id: string): boolean => id.startsWith('rules/')

const prefixOf = (file: string): string => `rules/${encodeURIComponent(file)}/`

/** Whether the alerts of a rule are to be left as they are: it is in force, or nobody can tell. */
export const mayBeInForce = ({ groups, unknown }: RuleSet, id: string): boolean =>
  groups.some(({ rules }) => rules.some(rule => rule.id === id)) ||
  [...unknown].some(file => file === ALL || id.startsWith(prefixOf(file)))

/** A folder that cannot be read may hold any file. */
const ALL = ''

export function readRules(
  { files, unread }: { readonly files: readonly ReadFile[]; readonly unread: readonly UnreadFile[] },
  before: RuleSet,
): RuleSet {
  const groups: LoadedGroup[] = []
  const faults: RuleFault[] = []
  const unknown = new Set<string>()
  const keep = (file: string): void => {
    const kept = before.groups.filter(group => group.file === file)
    if (kept.length === 0) unknown.add(file)
    groups.push(...kept)
  }
  for (const { name, text } of files) {
    const parsed = parseRuleFile(text)
    faults.push(...parsed.problems.map(problem => ({ file: name, ...problem })))
    if (groups.some(({ file }) => file === name))
      faults.push({
        file: name,
        field: '',
        message: 'another file has this name already; rename one of them',
      })
    else if (parsed.problems.length > 0) keep(name)
    else groups.push(...parsed.groups.map(group => loaded(name, group)))
  }
  for (const { name, reason } of unread) {
    faults.push({ file: name, field: '', message: reason })
    const present = new Set(files.map(file => file.name))
    for (const file of new Set(before.groups.map(group => group.file))) if (!present.has(file)) keep(file)
    unknown.add(ALL)
  }
  return { groups, faults, unknown }
}

function loaded(file: string, group: RuleGroup): LoadedGroup {
  const seen = new Map<string, number>()
  const rules = group.rules.map((rule): LoadedRule => {
    const count = (seen.get(rule.name) ?? 0) + 1
    seen.set(rule.name, count)
    const place = [group.name, rule.name].map(encodeURIComponent).join('/')
    return { id: `${prefixOf(file)}${place}${count === 1 ? '' : `#${count}`}`, rule }
  })
  return { ...group, file, rules }
}
