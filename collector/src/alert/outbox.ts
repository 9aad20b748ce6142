/**
 * Sends what stands in the outbox, at least once: a message is tried until it is taken, with the same
 * id and the same body each time. A crash between its receiving and its marking sends it again, under
 * the same id.
 */
import { failPoint } from '../durable/fail-point.ts'
import { millis, type Clock, type Millis, type UnixMillis } from '../model/time.ts'
import { nextDelay, retryAfterMillis, type Outcome } from './backoff.ts'
import { addressOf } from './bodies.ts'
import type { Catalogue } from './catalogue.ts'
import type { Receiver } from './receivers.ts'
import { signatureHeaders } from './signature.ts'
import type { Answer, Transport } from './transport.ts'

interface DueDelivery {
  readonly id: number
  readonly group: number
  readonly receiver: string
  readonly webhookId: string
  readonly contentType: string
  readonly body: string
  readonly hasFiring: 0 | 1
  readonly attempts: number
}

/** Attempts under way to one receiver: a dead one holds up nobody but itself. */
const MAX_TO_ONE = 4
const GONE = 410
const RETRYABLE = new Set([408, 429])

export interface OutboxParts {
  readonly catalogue: Catalogue
  readonly transport: Transport
  readonly clock: Clock
  readonly random: () => number
  /** A receiver says that it is gone: it is sent nothing more until somebody enables it. */
  readonly onGone: (receiver: string) => void
}

export class Outbox {
  readonly #parts: OutboxParts
  readonly #underWay = new Map<number, { readonly receiver: string; readonly done: Promise<void> }>()

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  /** Begins what is due; does not wait for it. */
  send(receivers: readonly Receiver[], disabled: ReadonlySet<string>, now: UnixMillis): void {
    const byName = new Map(receivers.map(receiver => [receiver.name, receiver]))
    for (const delivery of this.#parts.catalogue.all<DueDelivery>('dueDeliveries', now)) {
      const receiver = byName.get(delivery.receiver)
      if (receiver === undefined || disabled.has(receiver.name)) {
        const error = receiver === undefined ? 'the receiver is no more' : 'the receiver is disabled'
        this.#mark(delivery, { state: 'dead', status: null, error, nextAttemptAt: now, endedAt: now })
        continue
      }
      const busy = [...this.#underWay.values()].filter(other => other.receiver === receiver.name).length
      if (this.#underWay.has(delivery.id) || busy >= MAX_TO_ONE) continue
      const done = this.#attempt(delivery, receiver).finally(() => this.#underWay.delete(delivery.id))
      this.#underWay.set(delivery.id, { receiver: receiver.name, done })
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0)
      await Promise.allSettled([...this.#underWay.values()].map(({ done }) => done))
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
