/** Severities of logs in rising order, and what they are called in a class or a histogram. */
import type { SeverityName } from '../../../collector/src/serve/api-types.ts'

/** As drawn from the bottom of a stack to its top: the worst on top, where it is seen first. */
export const SEVERITIES: readonly SeverityName[] = [
  'unspecified',
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
]

export const severityRank = (severity: SeverityName): number => SEVERITIES.indexOf(severity)

export const isBad = (severity: SeverityName): boolean => severityRank(severity) >= severityRank('error')
export const isNotable = (severity: SeverityName): boolean => severityRank(severity) >= severityRank('warn')
