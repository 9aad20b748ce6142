/**
 * A dead man's switch: each minute somebody outside is told that alerts are evaluated. Who hears it no
 * more knows that nobody would tell of anything else either.
 */
import { millis, type Clock, type Millis } from '../model/time.ts'
import type { Transport } from './transport.ts'

const HEARTBEAT_INTERVAL = millis(60_000)

export interface HeartbeatParts {
  readonly url: string
  readonly clock: Clock
  readonly transport: Transport
  /** Told when a beat is not taken, and not again before one was. */
  readonly onRefused: (why: string) => void
}

export class Heartbeat {
  readonly #parts: HeartbeatParts
  #at: Millis | undefined
  #isRefused = false

  constructor(parts: HeartbeatParts) {
    this.#parts = parts
  }

  /** To be called after each round that went well, and after no other. */
  beat(): void {
    const { clock } = this.#parts
    const now = clock.monotonic()
    if (this.#at !== undefined && now - this.#at < HEARTBEAT_INTERVAL) return
    this.#at = now
    void this.#send(JSON.stringify({ status: 'alive', at: new Date(clock.now()).toISOString() }))
  }

  async #send(body: string): Promise<void> {
    const { transport, url, onRefused } = this.#parts
    const answer = await transport({ url, headers: { 'Content-Type': 'application/json' }, body })
    const isTaken = 'status' in answer && answer.status >= 200 && answer.status < 300
    if (!isTaken && !this.#isRefused)
      onRefused('status' in answer ? `answered ${answer.status}` : answer.failure)
    this.#isRefused = !isTaken
  }
}
