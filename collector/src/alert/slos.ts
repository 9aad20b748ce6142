/**
 * All SLOs there are, from files and from the catalogue, and what is counted for them. The two forms
 * are one: a file is read-only to the API, that is all.
 */
import { indicatorOf } from '../derive/indicator.ts'
import type { Objective, Problem, Slo } from '../slo/objective.ts'
import { parseOpenSlo } from '../slo/openslo.ts'

export interface SloText {
  readonly text: string
  /** A file's name, or undefined for what came by the API. */
  readonly file: string | undefined
}

export interface KnownSlo extends Slo {
  readonly file: string | undefined
}

export interface SloSet {
  readonly slos: readonly KnownSlo[]
  /** Those that can be evaluated. */
  readonly objectives: readonly Objective[]
  /** What to count, by objective. */
  readonly definitions: ReadonlyMap<string, string>
  /** Of documents that are no SLO. */
  readonly problems: readonly Problem[]
}

/** @param texts files first: a name that a file has is the file's */
export function readSlos(texts: readonly SloText[]): SloSet {
  const parsed = parseOpenSlo(texts.map(({ text }) => text))
  const fileOf = new Map<string, string | undefined>()
  for (const { text, file } of texts)
    for (const { name } of parseOpenSlo([text]).slos) if (!fileOf.has(name)) fileOf.set(name, file)
  const definitions = new Map<string, string>()
  const slos = parsed.slos.map((slo): KnownSlo => {
    const resolved = slo.objectives.map(objective => ({ objective, indicator: indicatorOf(objective) }))
    const faults = resolved.flatMap(({ indicator }): readonly Problem[] => {
      return 'object' in indicator ? [indicator] : []
    })
    for (const { objective, indicator } of faults.length === 0 ? resolved : [])
      definitions.set(objective.name, JSON.stringify(indicator))
    return {
      ...slo,
      file: fileOf.get(slo.name),
      objectives: faults.length === 0 ? slo.objectives : [],
      problems: [...slo.problems, ...distinct(faults)],
    }
  })
  return {
    slos,
    definitions,
    problems: parsed.problems,
    objectives: slos.flatMap(({ objectives }) => objectives),
  }
}

const distinct = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values(),
]
