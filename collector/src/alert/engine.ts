/**
 * The rounds of alerting: every interval all rules are evaluated, and every second what is due is put
 * into the outbox and sent. Everything it knows is in the catalogue; clock and network are given.
 */
import { millis, type Clock, type Millis, type UnixMillis } from '../model/time.ts'
import type { AlertCatalogue } from './catalogue.ts'
import { dispatch } from './dispatch.ts'
import { JumpMeter } from './jump.ts'
import type { Labels } from './labels.ts'
import { DEFAULT_INHIBITIONS, type Inhibition, type Muting } from './muting.ts'
import { Outbox } from './outbox.ts'
import type { Routing } from './receivers.ts'
import type { Rule } from './rule.ts'
import { silencesInForce } from './silences.ts'
import { stallRule } from './stall.ts'
import { Transitions } from './transitions.ts'
import type { Transport } from './transport.ts'

export const EVALUATION_INTERVAL = millis(15_000)
/** What a message waits for at most, to be able to say more: traces, log lines, the last deploy. */
const ENRICH_PATIENCE = millis(3_000)
const DELIVERIES_KEPT = millis(30 * 86_400_000)

export interface EngineParts {
  readonly catalogue: AlertCatalogue
  readonly clock: Clock
  readonly transport: Transport
  readonly random: () => number
  readonly externalUrl: string
  /** Asked each round. */
  readonly rules: () => readonly Rule[]
  /** Rules that are evaluated at times of their own, and handed over by `settle`. */
  readonly elsewhere?: {
    readonly isInForce: (rule: string) => boolean
    /** By how much the evaluation that is due longest is late. */
    readonly late: () => Millis
  }
  readonly routing: () => Routing
  /** What else is known of an alert that fires, as annotations. */
  readonly enrich?: (labels: Labels, annotations: Labels) => Promise<Labels>
  readonly onGone?: (receiver: string) => void
  readonly inhibitions?: readonly Inhibition[]
}

export class AlertEngine {
  readonly #parts: EngineParts
  readonly #transitions: Transitions
  readonly #outbox: Outbox
  readonly #clock: JumpMeter
  /** Episodes about which more is being found out, and until when that is waited for. */
  readonly #enriching = new Map<number, Millis>()
  #evaluatedAt: Millis | undefined
  /** As JSON, when alerts were last routed by it. */
  #routing = ''

  constructor(parts: EngineParts) {
    this.#parts = parts
    this.#transitions = new Transitions(parts.catalogue)
    this.#clock = new JumpMeter(parts.clock)
    const { catalogue, transport, clock, random } = parts
    this.#outbox = new Outbox({
      catalogue,
      transport,
      clock,
      random,
      onGone: receiver => this.#gone(receiver),
    })
  }

  get active() {
    return this.#transitions.active
  }

  /** To be called about once a second. */
  tick(): void {
    const { clock } = this.#parts
    const last = this.#evaluatedAt
    if (last === undefined || clock.monotonic() - last >= EVALUATION_INTERVAL) this.evaluate()
    this.#dispatch()
    this.#outbox.send(this.#parts.routing().receivers, this.disabled, clock.now())
  }

  /** One round. Whoever calls it does so every interval; a longer gap is a stall, and told of. */
  evaluate(): void {
    const { clock, rules, routing, elsewhere } = this.#parts
    const now = clock.now()
    const passed = clock.monotonic() - (this.#evaluatedAt ?? clock.monotonic())
    this.#evaluatedAt = clock.monotonic()
    const late = Math.max(passed - EVALUATION_INTERVAL, elsewhere?.late() ?? 0)
    const all = [...rules(), stallRule(late > EVALUATION_INTERVAL, millis(late + EVALUATION_INTERVAL))]
    this.#transitions.apply(all, this.#isElsewhere, routing(), now, this.#clock.jumped())
    this.#followRoutes(now)
    this.#parts.catalogue.run('removeOldDeliveries', now - DELIVERIES_KEPT)
    this.#parts.catalogue.run('removeOldNames')
  }

  /** At the first round too: the configuration file may have changed while nothing ran. */
  #followRoutes(now: UnixMillis): void {
    const routing = this.#parts.routing()
    const text = JSON.stringify(routing)
    if (text !== this.#routing) this.#transitions.reroute(routing, now)
    this.#routing = text
  }

  /**
   * What rules found that are evaluated elsewhere. Nothing is concluded over a jump of the clock.
   * @param at for which they were evaluated
   */
  settle(rules: readonly Rule[], at: UnixMillis): void {
    const jumped = this.#clock.jumped()
    const sound = jumped === 0 ? rules : []
    this.#transitions.apply(sound, () => true, this.#parts.routing(), at, jumped)
  }

  readonly #isElsewhere = (rule: string): boolean => this.#parts.elsewhere?.isInForce(rule) ?? false

  #dispatch(): void {
    const { catalogue, clock, routing, externalUrl } = this.#parts
    dispatch(
      catalogue,
      {
        receivers: routing().receivers,
        disabled: this.disabled,
        muting: this.muting,
        externalUrl,
        isReady: episode => this.#isReady(episode),
      },
      clock.now(),
    )
  }

  /** What keeps alerts quiet now. */
  get muting(): Muting {
    const { catalogue, clock, inhibitions = DEFAULT_INHIBITIONS } = this.#parts
    const firing = this.active.filter(({ state }) => state.state === 'firing')
    return {
      inhibitions,
      firing: firing.map(({ labels }) => labels),
      silences: silencesInForce(catalogue, clock.now()),
    }
  }

  #isReady(episode: number): boolean {
    const { enrich, clock, catalogue } = this.#parts
    if (enrich === undefined) return true
    const until = this.#enriching.get(episode)
    if (until !== undefined) return clock.monotonic() >= until
    this.#enriching.set(episode, millis(clock.monotonic() + ENRICH_PATIENCE))
    const row = catalogue.one('episode', episode) as { labels: string; annotations: string } | undefined
    if (row === undefined) return true
    const annotations = JSON.parse(row.annotations) as Labels
    void enrich(JSON.parse(row.labels) as Labels, annotations)
      .then(found => {
        const stored = catalogue.one('episode', episode) as { annotations: string } | undefined
        const known = JSON.parse(stored?.annotations ?? '{}') as Labels
        catalogue.run('annotateEpisode', JSON.stringify({ ...known, ...found }), episode)
      })
      .catch(() => {})
      .finally(() => this.#enriching.set(episode, millis(0)))
    return false
  }

  get disabled(): ReadonlySet<string> {
    return new Set(
      (this.#parts.catalogue.all('receiverFaults') as readonly { name: string }[]).map(({ name }) => name),
    )
  }

  #gone(receiver: string): void {
    this.#parts.catalogue.run('putReceiverFault', receiver, 'it answered 410 Gone', this.#parts.clock.now())
    this.#parts.onGone?.(receiver)
  }

  /** Resolves when no attempt is under way. */
  idle(): Promise<void> {
    return this.#outbox.idle()
  }
}
