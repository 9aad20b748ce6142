/** SLOs and their objectives: read, put, removed; and how they stand. */
import { z } from 'zod'
import type { CountedDefinition } from '../../derive/indicator.ts'
import { HodoscopeError } from '../../model/errors.ts'
import type { Objective } from '../../slo/objective.ts'
import { exportOpenSlo } from '../../slo/openslo.ts'
import { badQuery } from '../enrich.ts'
import { statusOf } from '../slo-status.ts'
import { readSlos, type KnownSlo, type SloSet } from '../slos.ts'
import { burnOverTime } from './burn.ts'
import type { DeskParts, Methods } from './desk.ts'
import { missing, named, read } from './read.ts'

export const MAX_YAML = 262_144
const document = z.strictObject({ yaml: z.string().max(MAX_YAML) })

export function sloMethods({ clock, counts, backfill, slos, catalogue, reload }: DeskParts): Methods {
  const objectiveOf = (name: string): Objective => {
    const found = slos().objectives.find(objective => objective.name === name)
    if (found === undefined) throw missing('objective', name)
    return found
  }
  const sloOf = (name: string): KnownSlo => {
    const found = slos().slos.find(slo => slo.name === name)
    if (found === undefined) throw missing('SLO', name)
    return found
  }
  const store = ({ name }: KnownSlo, yaml: string) => {
    catalogue.run('putSlo', name, yaml)
    reload()
    return { name }
  }
  const status = (objective: Objective) => {
    const indicator = counts.of(objective.name)?.indicator
    return statusOf(
      objective,
      counts,
      indicator === undefined ? 0 : backfill.progress(indicator),
      clock.now(),
    )
  }
  return {
    slos: () => ({
      objectives: slos().objectives.map(status),
      faulty: slos()
        .slos.filter(slo => slo.problems.length > 0)
        .map(({ name, problems, file, objectives }) => ({
          name,
          problems,
          file: file ?? null,
          inForce: objectives.length > 0,
        })),
      problems: slos().problems.map(({ file, ...problem }) => ({ ...problem, file: file ?? null })),
    }),
    slo: params => {
      const slo = sloOf(read(named, params).name)
      return {
        name: slo.name,
        file: slo.file ?? null,
        yaml: exportOpenSlo(slo),
        problems: slo.problems,
        objectives: slo.objectives.map(status),
      }
    },
    createSlo: params => {
      const { yaml } = read(document, params)
      const { slo } = soundSlo(yaml)
      if (slos().slos.some(({ name }) => name === slo.name))
        throw new HodoscopeError(
          'name_taken',
          `There is an SLO of the name ${JSON.stringify(slo.name)} already.`,
        )
      return store(slo, yaml)
    },
    putSlo: params => {
      const { name, yaml } = read(document.extend({ name: z.string() }), params)
      const { slo } = soundSlo(yaml)
      if (slo.name !== name)
        throw new HodoscopeError(
          'document_invalid',
          `metadata.name: expected ${JSON.stringify(name)}, got ${JSON.stringify(slo.name)}`,
        )
      const known = slos().slos.find(other => other.name === slo.name)
      if (known?.file !== undefined)
        throw new HodoscopeError('read_only', `The SLO ${slo.name} stands in ${known.file}.`)
      return store(slo, yaml)
    },
    removeSlo: params => {
      const slo = sloOf(read(named, params).name)
      if (slo.file !== undefined)
        throw new HodoscopeError('read_only', `The SLO ${slo.name} stands in ${slo.file}.`)
      catalogue.run('removeSlo', slo.name)
      reload()
      return { name: slo.name }
    },
    burn: params => {
      const given = read(
        z.strictObject({ name: z.string(), from: z.number(), to: z.number(), points: z.number() }),
        params,
      )
      return burnOverTime(objectiveOf(given.name), counts, given)
    },
    /** For the main thread, which asks the store with it. */
    indicator: params => {
      const objective = objectiveOf(read(named, params).name)
      const definition = JSON.parse(slos().definitions.get(objective.name)!) as CountedDefinition
      return { ...definition, search: definition.signal === 'metrics' ? null : badQuery(objective) }
    },
  }
}

/** @throws HodoscopeError `document_invalid` with every fault, or where it is not one SLO */
export function soundSlo(yaml: string): {
  readonly slo: KnownSlo
  readonly definitions: SloSet['definitions']
} {
  const set = readSlos([{ text: yaml, file: undefined }])
  const faults = [...set.problems, ...set.slos.flatMap(({ problems }) => problems)]
  if (faults.length > 0)
    throw new HodoscopeError(
      'document_invalid',
      faults.map(({ object, field, message }) => `${object}: ${field}: ${message}`).join('; '),
    )
  const [slo, ...more] = set.slos
  if (slo === undefined || more.length > 0)
    throw new HodoscopeError('document_invalid', 'expected one document of kind SLO')
  return { slo, definitions: set.definitions }
}
