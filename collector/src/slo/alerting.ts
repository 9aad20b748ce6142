/**
 * From OpenSLO's alert policies to our rows. A policy there has one condition with one look-back
 * window; it becomes the long window of a row whose short one is a twelfth of it, which is the
 * Workbook's ratio. An SLO without policies has the default rows.
 *
 * Annotations of the SLO say what OpenSLO has no field for:
 *   hodoscope.io/min-bad-events   bad events in the long window before a row fires; 3 without it
 */
import { isRecord, type Fields } from '../model/fields.ts'
import { nominalMinutes, parseSloDuration } from './duration.ts'
import type { Alerting } from './objective.ts'
import { defaultRows, whyImpossible, type AlertRow, type Severity } from './rows.ts'
import type { Target } from './target.ts'

export const MIN_BAD_EVENTS = 3
const MIN_BAD_EVENTS_KEY = 'hodoscope.io/min-bad-events'

/** Documents by `kind/name`. */
export type Documents = ReadonlyMap<string, Fields>

export function readAlerting(
  document: Fields,
  target: Target,
  periodMinutes: number,
  others: Documents,
): Alerting {
  const policies = document.at('spec').at('alertPolicies').items()
  const rows =
    policies.length === 0
      ? defaultRows(target, periodMinutes).rows
      : policies.flatMap(policy => readPolicy(policy, target, others))
  const gate = document.at('metadata').at('annotations').at(MIN_BAD_EVENTS_KEY)
  const minBadEvents = gate.optional('a whole number of at least 1', text =>
    /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined,
  )
  return { rows, minBadEvents: minBadEvents ?? MIN_BAD_EVENTS, labels: readLabels(document) }
}

function readLabels(document: Fields): Readonly<Record<string, string>> {
  const labels = document.at('metadata').at('labels')
  if (!isRecord(labels.value)) return {}
  return Object.fromEntries(
    Object.keys(labels.value).flatMap(key => {
      // OpenSLO allows a list of values for a label; an alert has one.
      const given = labels.at(key).value
      const value: unknown = Array.isArray(given) ? given[0] : given
      return typeof value === 'string' ? [[key, value]] : []
    }),
  )
}

function readPolicy(policy: Fields, target: Target, others: Documents): AlertRow[] {
  const spec = resolved(policy, 'alertPolicyRef', 'AlertPolicy', others)?.at('spec')
  return (spec?.at('conditions').items() ?? []).flatMap(condition => {
    const row = readCondition(condition, others)
    const fault = row && whyImpossible(row, target)
    if (fault !== undefined) condition.fault(fault)
    return row === undefined || fault !== undefined ? [] : [row]
  })
}

/** What a reference names, or the thing itself where it stands in line. */
function resolved(item: Fields, refKey: string, kind: string, others: Documents): Fields | undefined {
  const reference = typeof item.value === 'string' ? item : item.at(refKey)
  if (reference.isAbsent) return item
  const name = reference.text()
  const found = name === undefined ? undefined : others.get(`${kind}/${name}`)
  if (found === undefined && name !== undefined)
    reference.fault(`there is no ${kind} of the name ${JSON.stringify(name)}`)
  return found
}

function readCondition(item: Fields, others: Documents): AlertRow | undefined {
  const spec = resolved(item, 'conditionRef', 'AlertCondition', others)?.at('spec')
  const condition = spec?.at('condition')
  if (spec === undefined || condition === undefined) return undefined
  condition.at('kind').oneOf(['burnrate'])
  if (!condition.at('op').isAbsent) condition.at('op').oneOf(['gt', 'gte'])
  const factor = condition.at('threshold').number()
  const lookback = condition.at('lookbackWindow').parsed('a duration such as 1h', parseSloDuration)
  if (factor === undefined || lookback === undefined) return undefined
  const longMinutes = nominalMinutes(lookback)
  const severity: Severity = spec.at('severity').optionalText().toLowerCase() === 'page' ? 'page' : 'ticket'
  return { severity, longMinutes, shortMinutes: Math.max(1, Math.round(longMinutes / 12)), factor }
}
