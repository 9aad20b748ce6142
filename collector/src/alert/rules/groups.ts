/**
 * Evaluates the groups of rule files: each at its interval, its rules one after the other, so that a
 * rule sees what those before it recorded. The expressions are computed by query threads; a few groups
 * at a time, so that rules leave room for people.
 *
 * What cannot be evaluated, and what the collector was not there to see, changes no alert.
 */
import type { WrittenSample } from '../../decode/write/encode.ts'
import { millis, unixMillis, type Clock, type Millis, type UnixMillis } from '../../model/time.ts'
import { parseNumber } from '../../query/promql/number.ts'
import { alertSample, forStateSample } from '../../query/rules/alert-series.ts'
import type { RuleSample } from '../../query/rules/evaluate.ts'
import type { RuleAnswer, RuleQuestion } from '../../query/rules/question.ts'
import { COVERAGE_FLOOR } from '../../slo/burn.ts'
import { lastMinutes, type MinuteRange } from '../../slo/window.ts'
import type { Ask } from '../enrich.ts'
import { JumpMeter } from '../jump.ts'
import { fingerprint } from '../labels.ts'
import { activeSince } from '../machine.ts'
import type { Finding, Rule } from '../rule.ts'
import type { Known } from '../transitions.ts'
import { linkOf } from './link.ts'
import type { LoadedGroup, LoadedRule, RuleSet } from './rule-set.ts'
import { WrittenSeries } from './written.ts'

const DEFAULT_INTERVAL = millis(15_000)
const MOST_AT_ONCE = 2
/** What is to be judged must have been watched for so long, but for the gap that COVERAGE_FLOOR allows. */
const WATCHED_MINUTES = 5

export interface RuleGroupsParts {
  readonly clock: Clock
  readonly externalUrl: string
  /** Asks the store. */
  readonly ask: Ask
  /** Resolves when the samples are on stable storage. */
  readonly write: (samples: readonly WrittenSample[]) => Promise<void>
  readonly settle: (rules: readonly Rule[], at: UnixMillis) => void
  /** Alerts that are pending or fire. */
  readonly active: () => readonly Known[]
  /** Share of the minutes in which the collector saw what came. */
  readonly coverage: (minutes: MinuteRange, now: UnixMillis) => number
}

export interface Evaluation {
  readonly at: UnixMillis
  readonly took: Millis
  /** undefined for one that went well. */
  readonly fault: string | undefined
}

/** What an active alert was when its rule was evaluated last. */
export interface LastSeen {
  readonly annotations: Readonly<Record<string, string>>
  readonly value: string
}

interface Progress {
  startedAt: Millis | undefined
  isRunning: boolean
}

export class RuleGroups {
  readonly #parts: RuleGroupsParts
  readonly #written = new WrittenSeries()
  readonly #progress = new Map<string, Progress>()
  readonly #evaluations = new Map<string, Evaluation>()
  readonly #seen = new Map<string, LastSeen>()
  #groups: readonly LoadedGroup[] = []
  #running = 0

  constructor(parts: RuleGroupsParts) {
    this.#parts = parts
  }

  /** What is in force from now on. Evaluations that are under way end as they began. */
  follow({ groups }: RuleSet): void {
    this.#groups = groups
    const inForce = new Set(groups.flatMap(({ rules }) => rules.map(({ id }) => id)))
    for (const rule of this.#written.rules.filter(id => !inForce.has(id)))
      void this.#parts.write(this.#written.next(rule, [], this.#parts.clock.now())).catch(() => {})
    for (const id of this.#evaluations.keys()) if (!inForce.has(id)) this.#evaluations.delete(id)
  }

  get groups(): readonly LoadedGroup[] {
    return this.#groups
  }

  evaluationOf(rule: string): Evaluation | undefined {
    return this.#evaluations.get(rule)
  }

  lastSeen(alert: Known): LastSeen | undefined {
    return this.#seen.get(keyOf(alert))
  }

  /** To be called about once a second. */
  tick(): void {
    const due = this.#groups
      .filter(group => this.#lateness(group) >= 0 && !this.#progressOf(group).isRunning)
      .toSorted((a, b) => this.#lateness(b) - this.#lateness(a))
    for (const group of due.slice(0, Math.max(0, MOST_AT_ONCE - this.#running))) void this.#run(group)
  }

  /** By how much the group that is due longest is late; 0 when none is. */
  get late(): Millis {
    return millis(Math.max(0, ...this.#groups.map(group => this.#lateness(group))))
  }

  /** How long ago an evaluation was due; negative where it will be. A group that is new is due now. */
  #lateness(group: LoadedGroup): number {
    const progress = this.#progressOf(group)
    const now = this.#parts.clock.monotonic()
    progress.startedAt ??= millis(now - intervalOf(group))
    return now - progress.startedAt - intervalOf(group)
  }

  #progressOf({ file, name }: LoadedGroup): Progress {
    const key = JSON.stringify([file, name])
    const known = this.#progress.get(key) ?? { startedAt: undefined, isRunning: false }
    this.#progress.set(key, known)
    return known
  }

  async #run(group: LoadedGroup): Promise<void> {
    const { clock } = this.#parts
    const progress = this.#progressOf(group)
    progress.isRunning = true
    this.#running++
    const [startedAt, at] = [clock.monotonic(), unixMillis(clock.now() - group.offset)]
    const meter = new JumpMeter(clock)
    let isSound = true
    const clockIsSound = () => (isSound &&= meter.jumped() === 0)
    for (const rule of group.rules) await this.#evaluate(group, rule, at, clockIsSound)
    progress.startedAt = startedAt
    progress.isRunning = false
    this.#running--
  }

  async #evaluate(
    group: LoadedGroup,
    { id, rule }: LoadedRule,
    at: UnixMillis,
    clockIsSound: () => boolean,
  ): Promise<void> {
    const { clock, ask, externalUrl, write } = this.#parts
    const startedAt = clock.monotonic()
    let fault: string | undefined
    try {
      const question: RuleQuestion = { rule, at, limit: group.limit, externalUrl }
      const answer = await ask<RuleAnswer>('rule', question)
      if (!clockIsSound()) throw new Error('the clock was set during the evaluation')
      if (!this.#isInForce(id)) return
      const samples =
        rule.kind === 'recording' ? answer.samples.map(numbered) : this.#settled(id, rule, answer, at)
      const written = this.#written.next(id, samples, at)
      if (written.length > 0) await write(written)
    } catch (error) {
      fault = (error as Error).message
    }
    this.#evaluations.set(id, { at, took: millis(clock.monotonic() - startedAt), fault })
  }

  readonly #isInForce = (id: string): boolean =>
    this.#groups.some(({ rules }) => rules.some(rule => rule.id === id))

  /** @returns what is told of the rule's alerts as series */
  #settled(id: string, rule: AlertRule, answer: RuleAnswer, at: UnixMillis): readonly RuleSample[] {
    const { settle, active } = this.#parts
    const mine = () => active().filter(alert => alert.rule === id)
    const findings = this.#findings(rule, answer, mine())
    settle([{ id, timing: rule, link: linkOf(rule), evaluate: () => findings }], at)
    for (const { labels, annotations, value } of answer.alerts)
      this.#seen.set(keyOf({ rule: id, labels }), { annotations, value })
    const after = mine()
    const kept = new Set(after.map(keyOf))
    for (const key of this.#seen.keys())
      if (key.startsWith(`${id}/`) && !kept.has(key)) this.#seen.delete(key)
    return after.flatMap(({ labels, state }) => [
      alertSample(labels, state.state),
      forStateSample(labels, activeSince(state)),
    ])
  }

  #findings(rule: AlertRule, answer: RuleAnswer, active: readonly Known[]): readonly Finding[] {
    const now = this.#parts.clock.now()
    const minutes = lastMinutes(now, Math.max(WATCHED_MINUTES, minutesOf(rule)))
    const isWatched = this.#parts.coverage(minutes, now) >= COVERAGE_FLOOR
    const held = ({ labels }: Known): Finding => ({ labels, verdict: 'no_data', annotations: {} })
    if (!isWatched) return active.map(held)
    const found = answer.alerts.map(({ labels, annotations }): Finding => ({
      labels,
      verdict: 'burning',
      annotations,
    }))
    return answer.lacksData ? active.map(held) : found
  }
}

type AlertRule = Exclude<LoadedRule['rule'], { kind: 'recording' }>

export const intervalOf = ({ interval = millis(0) }: LoadedGroup): Millis =>
  interval === 0 ? DEFAULT_INTERVAL : interval

/** A count is of its whole window. */
const minutesOf = (rule: AlertRule): number => (rule.kind === 'count' ? Math.ceil(rule.within / 60_000) : 0)

const keyOf = ({ rule, labels }: Pick<Known, 'rule' | 'labels'>): string => `${rule}/${fingerprint(labels)}`

const numbered = ({ labels, value }: RuleAnswer['samples'][number]): RuleSample => ({
  labels,
  value: parseNumber(value) ?? Number.NaN,
})
