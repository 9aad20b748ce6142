/**
 * When to alert: pairs of windows, each with the share of the period's budget that its long window
 * may spend. A row fires while both windows burn faster than its factor; the short one makes it stop
 * soon after the trouble does.
 *
 * Sources: sre.google/workbook/alerting-on-slos, table 5-8 (rows 1, 2 and 4) and the rule example of
 * the same chapter (row 3); short = long / 12 there.
 */
import { minutesText } from './duration.ts'
import { highestBurn, type Target } from './target.ts'

export type Severity = 'page' | 'ticket'

export interface AlertRow {
  readonly severity: Severity
  readonly longMinutes: number
  readonly shortMinutes: number
  /** Fires while the burn rate is above. */
  readonly factor: number
}

interface Share {
  readonly severity: Severity
  readonly longMinutes: number
  readonly shortMinutes: number
  /** Of the period's budget, that the long window spends when it burns at the factor. */
  readonly share: number
}

export const SHARES: readonly Share[] = [
  { severity: 'page', longMinutes: 60, shortMinutes: 5, share: 0.02 },
  { severity: 'page', longMinutes: 360, shortMinutes: 30, share: 0.05 },
  { severity: 'ticket', longMinutes: 1_440, shortMinutes: 120, share: 0.1 },
  { severity: 'ticket', longMinutes: 4_320, shortMinutes: 360, share: 0.1 },
]

export interface DefaultRows {
  readonly rows: readonly AlertRow[]
  /** What is left out, and why. */
  readonly omitted: readonly { readonly row: AlertRow; readonly reason: string }[]
}

/** The rows for a target and a period: the budget share stays, so that the factor grows with the period. */
export function defaultRows(target: Target, periodMinutes: number): DefaultRows {
  const all = SHARES.map(({ share, ...windows }) => ({
    ...windows,
    factor: round(share * (periodMinutes / windows.longMinutes)),
  }))
  const judged = all.map(row => ({ row, reason: whyImpossible(row, target) ?? whyNeedless(row) }))
  return {
    rows: judged.filter(({ reason }) => reason === undefined).map(({ row }) => row),
    omitted: judged.flatMap(({ row, reason }) => (reason === undefined ? [] : [{ row, reason }])),
  }
}

/** 0.02 × 720 is 14.4, whatever the binary digits say. */
const round = (value: number): number => Number(value.toPrecision(12))

const shown = (value: number): string => String(Number(value.toPrecision(4)))

/** Why a row can never fire for a target; undefined where it can. */
export function whyImpossible(row: AlertRow, target: Target): string | undefined {
  const highest = highestBurn(target)
  if (row.factor < highest) return undefined
  return (
    `a burn rate above ${shown(row.factor)} can never be: while every event is bad, a target of ${target.text} ` +
    `burns at ${shown(highest)}`
  )
}

/** A pace at which the budget lasts is nothing to be told about. */
function whyNeedless(row: AlertRow): string | undefined {
  return row.factor < 1 ? `at a burn rate of ${shown(row.factor)} the budget outlasts the period` : undefined
}

export const rowName = (row: AlertRow): string =>
  `${minutesText(row.longMinutes)}/${minutesText(row.shortMinutes)}`
