/** From what the schema and the environment tell to faults that name the place and the remedy. */
import type { z } from 'zod'
import type { Fault } from './error.ts'
import { OPTIONS } from './options.ts'
import { didYouMean, nearest } from './suggest.ts'

/** @param locate  where an option's value stands, by its path */
export function faultsOfIssue(
  issue: z.core.$ZodIssue,
  locate: (path: readonly string[]) => string,
): readonly Fault[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => {
      const full = [...path, key]
      return { what: full.join('.'), message: `unknown option${suggestion(path, key)}`, from: locate(full) }
    })
  const message = issue.code === 'invalid_type' ? 'expected options, indented below it' : issue.message
  return [{ what: path.join('.') || 'file', message, from: locate(path) }]
}

/** An option of the same name that stands elsewhere, else the most similar one in this place. */
function suggestion(path: readonly string[], key: string): string {
  const elsewhere = OPTIONS.find(option => option.path.at(-1) === key)
  if (elsewhere) return `; did you mean "${elsewhere.name}"?`
  const here = OPTIONS.filter(option => path.every((part, i) => option.path[i] === part))
  return didYouMean(
    key,
    here.map(option => option.path[path.length]!),
  )
}

const PREFIX = 'HODOSCOPE_'

/** Variables that are nearly one of ours. Other names (the agent's, a test's) are left alone. */
export function misspeltVariables(names: readonly string[]): readonly Fault[] {
  const known = OPTIONS.map(option => option.environment.slice(PREFIX.length))
  return names
    .filter(name => name.startsWith(PREFIX) && !known.includes(name.slice(PREFIX.length)))
    .flatMap(name => {
      const meant = nearest(name.slice(PREFIX.length), known)
      const message = `unknown variable; did you mean "${PREFIX}${meant}"?`
      return meant === undefined ? [] : [{ what: name, message, from: 'environment' }]
    })
}
