/**
 * Everything that people and programs ask of SLOs and alerts, by name: what the API is made from. It
 * lives on the thread of alerts, beside what it asks.
 */
import type { Backfill } from '../../derive/backfill.ts'
import type { Clock } from '../../model/time.ts'
import type { AlertCatalogue } from '../catalogue.ts'
import type { LiveCounts } from '../counts.ts'
import type { AlertEngine } from '../engine.ts'
import type { Ask } from '../enrich.ts'
import type { Receiver, Routing } from '../receivers.ts'
import type { RuleGroups } from '../rules/groups.ts'
import type { RuleFault } from '../rules/rule-set.ts'
import type { SloSet } from '../slos.ts'
import { alertMethods } from './alerts.ts'
import { backtestMethods } from './backtest.ts'
import { checkMethods } from './check.ts'
import { deliveryMethods } from './deliveries.ts'
import { receiverMethods } from './receivers.ts'
import { ruleMethods } from './rules.ts'
import { sloMethods } from './slos.ts'

export interface DeskParts {
  readonly catalogue: AlertCatalogue
  readonly clock: Clock
  readonly counts: LiveCounts
  readonly engine: AlertEngine
  readonly backfill: Backfill
  readonly slos: () => SloSet
  /** Asks the store. */
  readonly ask: Ask
  /** SLOs of the catalogue have changed. */
  readonly reload: () => void
  readonly routing: () => Routing
  readonly fileRouting: Routing
  /** Sends one message to a receiver, now. */
  readonly test: (
    receiver: Receiver,
  ) => Promise<{ readonly status: number | null; readonly error: string | null }>
  readonly groups: RuleGroups
  readonly ruleFaults: () => readonly RuleFault[]
  /** Reads the rule files now. */
  readonly reloadRules: () => void
}

export type Methods = Readonly<Record<string, (params: unknown) => unknown>>

export const createDesk = (parts: DeskParts): Methods => ({
  ...sloMethods(parts),
  ...backtestMethods(parts),
  ...checkMethods(),
  ...alertMethods(parts),
  ...receiverMethods(parts),
  ...deliveryMethods(parts),
  ...ruleMethods(parts),
})
