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

export interface FileProblem extends Problem {
  readonly file: string | undefined
}

export interface SloSet {
  readonly slos: readonly KnownSlo[]
  /** Those that can be evaluated. */
  readonly objectives: readonly Objective[]
  /** What to count, by objective. */
  readonly definitions: ReadonlyMap<string, string>
  /** Of documents that are no SLO, and of files as a whole. */
  readonly problems: readonly FileProblem[]
}

/** @param texts files first: a name that a file has is the file's */
export function readSlos(texts: readonly SloText[]): SloSet {
  const parsed = parseOpenSlo(texts.map(({ text }) => text))
  const definitions = new Map<string, string>()
  const slos = parsed.slos.map(({ text, ...slo }): KnownSlo => {
    const resolved = slo.objectives.map(objective => ({ objective, indicator: indicatorOf(objective) }))
    const faults = resolved.flatMap(({ indicator }): readonly Problem[] => {
      return 'object' in indicator ? [indicator] : []
    })
    for (const { objective, indicator } of faults.length === 0 ? resolved : [])
      definitions.set(objective.name, JSON.stringify(indicator))
    return {
      ...slo,
      file: texts[text]!.file,
      objectives: faults.length === 0 ? slo.objectives : [],
      problems: [...slo.problems, ...distinct(faults)],
    }
  })
  return {
    slos,
    definitions,
    problems: parsed.problems.map(({ text, ...problem }) => ({ ...problem, file: texts[text]!.file })),
    objectives: slos.flatMap(({ objectives }) => objectives),
  }
}

const distinct = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values(),
]

/** Every problem there is, of SLOs and of what is none. */
export const problemsOf = ({ slos, problems }: SloSet): readonly FileProblem[] => [
  ...problems,
  ...slos.flatMap(slo => slo.problems.map(problem => ({ ...problem, file: slo.file }))),
]

/** @returns what was sound last in force, with the problems of what is written now */
export function withProblemsOf(written: SloSet, sound: SloSet): SloSet {
  const faulty = new Map(
    written.slos.filter(({ problems }) => problems.length > 0).map(slo => [slo.name, slo]),
  )
  const kept = sound.slos.map(slo => ({ ...slo, problems: faulty.get(slo.name)?.problems ?? slo.problems }))
  const names = new Set(kept.map(({ name }) => name))
  return {
    ...sound,
    slos: [...kept, ...[...faulty.values()].filter(({ name }) => !names.has(name))],
    problems: written.problems,
  }
}
