/**
 * OpenSLO YAML to objectives and back. Several texts are read together, for one may refer to what
 * another holds, and no name may stand twice.
 *
 * A document with problems is kept and told of; it is just not evaluated. Only what is no YAML, or no
 * OpenSLO, is refused as a whole.
 *
 * Source: github.com/OpenSLO/OpenSLO, README of v1.
 */
import { parseAllDocuments, stringify } from 'yaml'
import { Fields, isRecord } from '../model/fields.ts'
import { readAlerting, type Documents } from './alerting.ts'
import { readIndicator } from './indicator.ts'
import type { Objective, Problem, Slo } from './objective.ts'
import { readBudgeting, readTarget, readWindow } from './objectives.ts'
import { fromV1Alpha } from './v1alpha.ts'
import { periodMinutes } from './window.ts'

/** Stands in one of the texts, which are numbered from 0. */
interface Placed {
  readonly text: number
}

export interface ParsedSlos {
  readonly slos: readonly (Slo & Placed)[]
  /** Of documents that are no SLO, or whose name another has already. */
  readonly problems: readonly (Problem & Placed)[]
}

const NAME = /^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/

/** @param texts YAML, each of one or more documents; JSON is YAML too */
export function parseOpenSlo(texts: readonly string[]): ParsedSlos {
  const problems: (Problem & Placed)[] = []
  const byName = new Map<string, Fields>()
  const slos: (Omit<Slo & Placed, 'objectives' | 'problems'> & { problems: Problem[]; fields: Fields })[] = []
  for (const { document, text } of texts.flatMap((written, text) => placed(written, text, problems))) {
    const own: Problem[] = []
    const name = nameOf(document)
    const fields = new Fields(document, problem => own.push({ object: name, ...problem }))
    if (byName.has(name)) {
      const message = 'another document of this kind has the same name'
      problems.push({ object: name, field: 'metadata.name', message, text })
      continue
    }
    byName.set(name, fields)
    if (document['kind'] === 'SLO')
      slos.push({ document, problems: own, fields, name: name.slice('SLO/'.length), text })
  }
  return {
    slos: slos.map(({ fields, ...slo }) => ({ ...slo, objectives: readSlo(fields, slo.problems, byName) })),
    problems,
  }
}

const KINDS = [
  'SLO',
  'SLI',
  'Service',
  'DataSource',
  'AlertPolicy',
  'AlertCondition',
  'AlertNotificationTarget',
]

function placed(written: string, text: number, problems: (Problem & Placed)[]) {
  const own: Problem[] = []
  const documents = documentsOf(written, own)
  problems.push(...own.map(problem => ({ ...problem, text })))
  return documents.map(document => ({ document, text }))
}

function documentsOf(text: string, problems: Problem[]): Record<string, unknown>[] {
  return parseAllDocuments(text).flatMap((parsed, i) => {
    const object = `document ${i + 1}`
    const fault = parsed.errors[0]
    if (fault !== undefined) {
      // Behind its first line, which names the place, it quotes the text.
      problems.push({ object, field: '', message: fault.message.split('\n', 1)[0]!.replace(/:$/, '') })
      return []
    }
    const value: unknown = parsed.toJS()
    if (value === null) return []
    if (!isRecord(value)) {
      problems.push({ object, field: '', message: 'expected an OpenSLO document' })
      return []
    }
    const named = nameOf(value)
    return asV1(value, new Fields(value, problem => problems.push({ object: named, ...problem })))
  })
}

function asV1(value: Record<string, unknown>, fields: Fields): Record<string, unknown>[] {
  const version = fields.at('apiVersion').oneOf(['openslo/v1', 'openslo/v1alpha'])
  if (version === undefined) return []
  if (version === 'openslo/v1alpha') return fromV1Alpha(fields)
  const known = fields.at('kind').oneOf(KINDS) !== undefined
  const named = fields
    .at('metadata')
    .at('name')
    .parsed('a name of lower-case letters, digits, - and .', text => (NAME.test(text) ? text : undefined))
  return known && named !== undefined ? [value] : []
}

function nameOf(document: Record<string, unknown>): string {
  const metadata = document['metadata']
  const name = isRecord(metadata) ? metadata['name'] : undefined
  return `${String(document['kind'])}/${typeof name === 'string' ? name : '?'}`
}

/** None where something is wrong. */
function readSlo(document: Fields, problems: readonly Problem[], others: Documents): Objective[] {
  const spec = document.at('spec')
  const goals = spec.at('objectives').items()
  if (goals.length === 0) spec.at('objectives').fault('expected at least one objective')
  const window = readWindow(spec)
  const indicator = indicatorSpec(spec, others)
  const sloName = document.at('metadata').at('name').optionalText()
  const displayName = document.at('metadata').at('displayName').optionalText() || sloName
  const objectives = goals.map((goal, i): Objective | undefined => {
    const read = indicator && readIndicator(indicator, goal)
    const target = readTarget(goal)
    const budgeting = readBudgeting(spec, goal)
    if (!read || !target || !budgeting || !window) return undefined
    return {
      name: goals.length === 1 ? sloName : `${sloName}.${i + 1}`,
      sloName,
      displayName: goal.at('displayName').optionalText() || displayName,
      description: spec.at('description').optionalText(),
      service: spec.at('service').optionalText(),
      indicator: read,
      target,
      window,
      budgeting,
      alerting: readAlerting(document, target, periodMinutes(window), others),
    }
  })
  return problems.length > 0 ? [] : objectives.filter(objective => objective !== undefined)
}

function indicatorSpec(spec: Fields, others: Documents): Fields | undefined {
  const reference = spec.at('indicatorRef')
  if (reference.isAbsent) return spec.at('indicator').at('spec')
  const name = reference.text()
  const found = others.get(`SLI/${name}`)
  if (found === undefined) reference.fault(`there is no SLI of the name ${JSON.stringify(name)}`)
  return found?.at('spec')
}

/** An SLO as OpenSLO v1 YAML; reading it gives the same SLO. */
export const exportOpenSlo = (slo: Slo): string => stringify(slo.document, { lineWidth: 0 })
