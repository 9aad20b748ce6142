/**
 * One round of evaluation: from findings to the states of alerts. A state, the transition that it
 * came by and the intent to tell of it are one transaction: a crash loses none of them and doubles
 * none.
 */
import { failPoint } from '../durable/fail-point.ts'
import { millis, type Millis, type UnixMillis } from '../model/time.ts'
import type { AlertCatalogue } from './catalogue.ts'
import { fingerprint, matchesAll, matcherText, type Labels } from './labels.ts'
import { shifted, step, type AlertState } from './machine.ts'
import { groupKeyOf } from './payload.ts'
import { routesOf, type Route, type Routing } from './receivers.ts'
import type { Finding, Rule } from './rule.ts'

export interface Known {
  readonly rule: string
  readonly labels: Labels
  readonly state: AlertState
  readonly episode: number | null
}

interface Change {
  readonly before: Known | undefined
  readonly after: Known | undefined
  readonly finding: Finding
  /** undefined for a rule that is no more. */
  readonly rule: Rule | undefined
}

const WAIT_OF_TICKETS = millis(30_000)
/** A delivery that fails is tried this soon when its group has news. */
const HASTEN = millis(45_000)

export class Transitions {
  readonly #catalogue: AlertCatalogue
  /** By rule and fingerprint, as stored. */
  readonly #known = new Map<string, Known>()

  constructor(catalogue: AlertCatalogue) {
    this.#catalogue = catalogue
    type Row = { id: string; rule: string; labels: string; state: string; episode: number | null }
    for (const { id, rule, labels, state, episode } of catalogue.all('states') as readonly Row[])
      this.#known.set(id, {
        rule,
        labels: JSON.parse(labels) as Labels,
        state: stateOf(state),
        episode,
      })
  }

  /** Alerts that are pending or fire. */
  get active(): readonly Known[] {
    return [...this.#known.values()]
  }

  /**
   * Alerts of rules that are no more resolve.
   * @param isElsewhere tells of rules that are not among these and are in force nevertheless
   * @param jumped by how much the wall clock jumped since the last round
   */
  apply(
    rules: readonly Rule[],
    isElsewhere: (rule: string) => boolean,
    routing: Routing,
    now: UnixMillis,
    jumped: Millis,
  ): void {
    const changes = new Map<string, Change>()
    const found = new Set<string>()
    const byId = new Map(rules.map(rule => [rule.id, rule]))
    const shift = (known: Known | undefined) =>
      known && jumped !== 0 ? { ...known, state: shifted(known.state, jumped) } : known
    const consider = (id: string, rule: Rule | undefined, ruleId: string, finding: Finding): void => {
      const stored = this.#known.get(id)
      const before = shift(stored)
      const timing = rule?.timing ?? { forMillis: millis(0), keepFiringMillis: millis(0) }
      const state = step(before?.state, finding.verdict, timing, now)
      if (state === stored?.state) return
      const after = state && { rule: ruleId, labels: finding.labels, state, episode: before?.episode ?? null }
      changes.set(id, { before: stored, after, finding, rule })
    }
    for (const rule of rules)
      for (const finding of rule.evaluate(now)) {
        const id = `${rule.id}/${fingerprint(finding.labels)}`
        found.add(id)
        consider(id, rule, rule.id, finding)
      }
    for (const [id, { rule: ruleId, labels }] of this.#known)
      if (!found.has(id)) {
        const rule = byId.get(ruleId)
        const verdict = rule === undefined && isElsewhere(ruleId) ? 'hold' : 'calm'
        consider(id, rule, ruleId, { labels, verdict, annotations: {} })
      }
    if (changes.size > 0) this.#commit(changes, routing, now)
  }

  /**
   * Who was not told of an alert that fires, and is to be by the routes as they are now, will be: a
   * receiver that was made too late hears of what burns already. Who was told goes on being told.
   */
  reroute(routing: Routing, now: UnixMillis): void {
    this.#catalogue.inOne(() => {
      for (const { labels, episode } of this.active)
        if (episode !== null)
          for (const route of routesFor(labels, routing)) this.#join(route, labels, episode, now)
    })
  }

  #commit(changes: ReadonlyMap<string, Change>, routing: Routing, now: UnixMillis): void {
    failPoint('alert.begin')
    const stored = this.#catalogue.inOne(() => {
      const states: [string, Known | undefined][] = []
      for (const [id, change] of changes) {
        const episode = this.#tell(change, routing, now)
        const known = change.after && { ...change.after, episode }
        this.#store(id, known)
        states.push([id, known])
      }
      failPoint('alert.inserted')
      return states
    })
    failPoint('alert.committed')
    for (const [id, known] of stored)
      if (known === undefined) this.#known.delete(id)
      else this.#known.set(id, known)
  }

  #store(id: string, known: Known | undefined): void {
    if (known === undefined) this.#catalogue.run('removeState', id)
    else
      this.#catalogue.run('putState', {
        id,
        rule: known.rule,
        labels: JSON.stringify(known.labels),
        state: JSON.stringify(known.state),
        episode: known.episode,
      })
  }

  /** @returns the episode that the alert is in from now on */
  #tell(
    { before, after, finding: { labels, annotations }, rule }: Change,
    routing: Routing,
    now: UnixMillis,
  ): number | null {
    const [fired, fires] = [before?.state.state === 'firing', after?.state.state === 'firing']
    if (fires && !fired) {
      const { id } = this.#catalogue.run('beginEpisode', {
        rule: after!.rule,
        fingerprint: fingerprint(labels),
        labels: JSON.stringify(labels),
        annotations: JSON.stringify(annotations),
        generator: rule?.link ?? '',
        startsAt: now,
      })
      for (const route of routesFor(labels, routing)) this.#hasten(this.#join(route, labels, id, now), now)
      return id
    }
    if (fired && !fires && before?.episode !== null) this.#end(before!.episode, annotations, now)
    return fires ? (before?.episode ?? null) : null
  }

  /** @returns the group's id */
  #join(route: Route, labels: Labels, episode: number, now: UnixMillis): number {
    const groupLabels = Object.fromEntries(
      route.groupBy.flatMap(name => (Object.hasOwn(labels, name) ? [[name, labels[name]!]] : [])),
    )
    const wait = route.groupWait ?? (labels['severity'] === 'page' ? millis(0) : WAIT_OF_TICKETS)
    const group = (this.#catalogue.one('putGroup', {
      receiver: route.receiver,
      key: groupKeyOf(`{${route.match.map(matcherText).join(',')}}`, groupLabels),
      route: JSON.stringify(route),
      labels: JSON.stringify(groupLabels),
      flushAt: now + wait,
      interval: route.groupInterval,
    }) as { id: number } | undefined)!
    this.#catalogue.run('joinGroup', group.id, episode)
    return group.id
  }

  #hasten(group: number, now: UnixMillis): void {
    this.#catalogue.run('hastenDelivery', { id: group, at: now + HASTEN })
  }

  #end(episode: number, annotations: Labels, now: UnixMillis): void {
    const fired = this.#catalogue.one('episode', episode) as { annotations: string } | undefined
    const both = { ...(JSON.parse(fired?.annotations ?? '{}') as Labels), ...atResolve(annotations) }
    this.#catalogue.run('endEpisode', { id: episode, endsAt: now, annotations: JSON.stringify(both) })
    for (const { id } of this.#catalogue.all('groupsOfEpisode', episode) as readonly { id: number }[])
      this.#hasten(id, now)
  }
}

/** Before it was written down since when an alert burns, that was taken for when it fired. */
function stateOf(text: string): AlertState {
  const state = JSON.parse(text) as AlertState
  return state.state === 'pending' ? state : { ...state, activeSince: state.activeSince ?? state.since }
}

/** What it was when it fired stays; the value as it is now stands beside it. */
const atResolve = (annotations: Labels): Labels =>
  Object.hasOwn(annotations, 'value') ? { value_at_resolve: annotations['value']! } : {}

function routesFor(labels: Labels, routing: Routing): readonly Route[] {
  const taken: Route[] = []
  for (const route of routesOf(routing)) {
    if (!matchesAll(route.match, labels)) continue
    taken.push(route)
    if (!route.continue) break
  }
  return taken
}
