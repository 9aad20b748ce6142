/**
 * Sends what stands in the outbox, at least once: a message is tried until it is taken, with the same
 * id and the same body each time. A crash between its receiving and its marking sends it again, under
 * the same id.
 */
import { failPoint } from '../durable/fail-point.ts'
import { millis, type Clock, type Millis, type UnixMillis } from '../model/time.ts'
import { nextDelay, retryAfterMillis, type Outcome } from './backoff.ts'
import { addressOf } from './bodies.ts'
import type { AlertCatalogue } from './catalogue.ts'
import type { Receiver } from './receivers.ts'
import { signatureHeaders } from './signature.ts'
import type { Answer, Transport } from './transport.ts'

interface DueDelivery {
  readonly id: number
  readonly receiver: string
  readonly webhookId: string
  readonly contentType: string
  readonly body: string
  readonly hasFiring: 0 | 1
  readonly attempts: number
}

const GONE = 410
const RETRYABLE = new Set([408, 429])

export interface OutboxParts {
  readonly catalogue: AlertCatalogue
  readonly transport: Transport
  readonly clock: Clock
  readonly random: () => number
  /** A receiver says that it is gone: it is sent nothing more until somebody enables it. */
  readonly onGone: (receiver: string) => void
}

export class Outbox {
  readonly #parts: OutboxParts
  /** Receivers that are being sent to, one message after the other: a death finds one of them under way. */
  readonly #underWay = new Map<string, Promise<void>>()
  /** Receivers that said so since the last look at who is disabled. */
  readonly #gone = new Set<string>()

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  /** Begins what is due; does not wait for it. A receiver that is slow or dead holds up nobody but itself. */
  send(receivers: readonly Receiver[], disabled: ReadonlySet<string>, now: UnixMillis): void {
    this.#gone.clear()
    for (const { name } of this.#parts.catalogue.all('dueReceivers', now) as readonly { name: string }[]) {
      if (this.#underWay.has(name)) continue
      const receiver = disabled.has(name) ? undefined : receivers.find(other => other.name === name)
      const why = disabled.has(name) ? 'the receiver is disabled' : 'the receiver is no more'
      // What could not be marked, as on a full disk, is sent again under the same id.
      const done = this.#sendAll(name, receiver, why)
        .catch(() => {})
        .finally(() => this.#underWay.delete(name))
      this.#underWay.set(name, done)
    }
  }

  async #sendAll(name: string, receiver: Receiver | undefined, why: string): Promise<void> {
    const { catalogue, clock } = this.#parts
    for (;;) {
      const now = clock.now()
      const delivery = catalogue.one('dueDelivery', now, name) as DueDelivery | undefined
      if (delivery === undefined) return
      if (receiver !== undefined && !this.#gone.has(name)) await this.#attempt(delivery, receiver)
      else this.#mark(delivery, { state: 'dead', status: null, error: why, nextAttemptAt: now, endedAt: now })
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay.values())
  }

  async #attempt(delivery: DueDelivery, receiver: Receiver): Promise<void> {
    const { clock, transport } = this.#parts
    const seconds = Math.floor(clock.now() / 1_000)
    failPoint('alert.send')
    const answer = await transport({
      url: addressOf(receiver),
      headers: {
        ...receiver.headers,
        'Content-Type': delivery.contentType,
        'User-Agent': 'Hodoscope',
        ...signatureHeaders(delivery.webhookId, seconds, Buffer.from(delivery.body), receiver.secrets),
      },
      body: delivery.body,
    })
    failPoint('alert.sent')
    this.#settle(delivery, answer)
    failPoint('alert.marked')
  }

  #settle(delivery: DueDelivery, answer: Answer): void {
    const now = this.#parts.clock.now()
    const status = 'status' in answer ? answer.status : null
    if (status !== null && status >= 200 && status < 300) {
      this.#mark(delivery, { state: 'delivered', status, error: null, nextAttemptAt: now, endedAt: now })
      return
    }
    if (status === GONE) {
      this.#gone.add(delivery.receiver)
      this.#parts.onGone(delivery.receiver)
      this.#mark(delivery, {
        state: 'dead',
        status,
        error: 'the receiver says that it is gone',
        nextAttemptAt: now,
        endedAt: now,
      })
      return
    }
    const error = 'failure' in answer ? answer.failure : refusalText(answer.status)
    const nextAttemptAt = now + this.#delay(delivery, answer)
    this.#mark(delivery, { state: 'pending', status, error, nextAttemptAt, endedAt: null })
  }

  #delay(delivery: DueDelivery, answer: Answer): Millis {
    const { clock, random } = this.#parts
    const isSoon = 'failure' in answer || answer.status >= 500 || RETRYABLE.has(answer.status)
    const outcome: Outcome = isSoon ? 'unreachable' : 'refused'
    const asked = 'status' in answer ? retryAfterMillis(answer.retryAfter, clock.now()) : millis(0)
    return nextDelay(outcome, delivery.attempts + 1, delivery.hasFiring === 1, random(), asked)
  }

  #mark(
    { id }: DueDelivery,
    outcome: {
      readonly state: 'pending' | 'delivered' | 'dead'
      readonly status: number | null
      readonly error: string | null
      readonly nextAttemptAt: number
      readonly endedAt: number | null
    },
  ): void {
    this.#parts.catalogue.run('attempted', { id, ...outcome })
  }
}

const refusalText = (status: number): string =>
  status >= 300 && status < 400 ? `answered ${status}: redirects are not followed` : `answered ${status}`
