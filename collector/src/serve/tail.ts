/**
 * Live tails: server-sent events of what arrives and matches, joined to what is stored already.
 *
 * A tail is a cursor and no more: it asks the store for what arrived behind it, at once when
 * something was acknowledged, and holds nothing in between. Reconnecting with the id of the last
 * event goes on without gap or double. Who reads too slowly is told and let go.
 *
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import { setTimeout as delay } from 'node:timers/promises'
import { HodoscopeError } from '../model/errors.ts'
import type { Signal } from '../model/telemetry.ts'
import type { Queries } from './api.ts'
import { asHodoscopeError, errorAnswer } from './errors.ts'

export interface TailParts {
  readonly queries: Queries
  readonly queryTimeoutMillis: number
  /** What was acknowledged since the start: a tail asks when it changes. */
  readonly acceptedItems: () => Readonly<Record<Signal, number>>
  /** Whether it takes telemetry and answers queries. */
  readonly isReady: () => boolean
}

export interface TailRequest {
  readonly signal: Signal
  readonly q: string
  /** Id of the last record that the client has. */
  readonly after: string | undefined
}

export interface TailLimits {
  readonly maxTails: number
  /** What may wait for a client that reads slowly. */
  readonly maxBufferedBytes: number
  readonly pollMillis: number
  readonly heartbeatMillis: number
  /** Records in one event. */
  readonly batch: number
}

const LIMITS: TailLimits = {
  maxTails: 16,
  maxBufferedBytes: 1024 * 1024,
  pollMillis: 100,
  heartbeatMillis: 15_000,
  batch: 200,
}

export const TAIL_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
}

const JOB = { logs: 'tailLogs', traces: 'tailSpans' } as const

/** What the tail reads of an answer; the rest is passed on as the bytes that they are. */
interface Step {
  readonly json: Uint8Array
  readonly position: string
  readonly more: boolean
  readonly records: number
}

export class Tails {
  readonly #parts: TailParts
  readonly #limits: TailLimits
  #open = 0

  constructor(parts: TailParts, limits: Partial<TailLimits> = {}) {
    this.#parts = parts
    this.#limits = { ...LIMITS, ...limits }
  }

  /**
   * @param gone aborts when the client is gone
   * @throws HodoscopeError `queries_busy` when there are too many, and what the first question throws
   */
  async open(request: TailRequest, gone: AbortSignal): Promise<Response> {
    const { maxTails } = this.#limits
    if (this.#open >= maxTails)
      throw new HodoscopeError(
        'queries_busy',
        `${maxTails} live tails are open, which is as many as there may be`,
      )
    this.#open++
    try {
      const seen = this.#accepted(request)
      const first = await this.#ask(request, request.after, gone)
      const stream = new EventStream(this.#limits.maxBufferedBytes)
      void this.#run(request, first, seen, stream, AbortSignal.any([gone, stream.cancelled])).finally(
        () => this.#open--,
      )
      return new Response(stream.readable, { headers: TAIL_HEADERS })
    } catch (error) {
      this.#open--
      throw error
    }
  }

  /** Tails that are open. */
  get size(): number {
    return this.#open
  }

  #accepted({ signal }: TailRequest): number {
    return this.#parts.acceptedItems()[signal]
  }

  async #ask({ signal, q }: TailRequest, after: string | undefined, gone: AbortSignal): Promise<Step> {
    const { queries, queryTimeoutMillis } = this.#parts
    const params = { q, after, limit: this.#limits.batch }
    const json = await queries.run(JOB[signal], params, { signal: gone, timeoutMillis: queryTimeoutMillis })
    const answer = JSON.parse(Buffer.from(json).toString()) as {
      position: string
      more: boolean
      logs?: unknown[]
      spans?: unknown[]
    }
    const { position, more, logs, spans } = answer
    return { json, position, more, records: (logs ?? spans ?? []).length }
  }

  async #run(
    request: TailRequest,
    first: Step,
    seenAtFirst: number,
    stream: EventStream,
    gone: AbortSignal,
  ): Promise<void> {
    let [step, seen, quietMillis] = [first, seenAtFirst, 0]
    const { pollMillis, heartbeatMillis } = this.#limits
    // The first event comes at once, empty or not: it tells where the tail begins.
    stream.send(request.signal, step.position, step.json)
    try {
      while (!gone.aborted) {
        if (stream.slow) return stream.end('slow', 'You read too slowly: more than 1 MiB was waiting.')
        if (!this.#parts.isReady()) return stream.end('shutting_down', 'The collector is stopping.')
        if (step.more || this.#accepted(request) !== seen) {
          seen = this.#accepted(request)
          step = await this.#ask(request, step.position, gone)
          if (step.records > 0) stream.send(request.signal, step.position, step.json)
          quietMillis = step.records > 0 ? 0 : quietMillis
        }
        if (step.more) continue
        await delay(pollMillis, undefined, { signal: gone })
        if ((quietMillis += pollMillis) < heartbeatMillis) continue
        stream.comment('still here')
        quietMillis = 0
      }
    } catch (error) {
      if (!gone.aborted) stream.fail(asHodoscopeError(error))
    }
    stream.close()
  }
}

/** Events as bytes, with a count of those that nobody has taken yet. */
class EventStream {
  readonly readable: ReadableStream<Uint8Array>
  readonly #cancel = new AbortController()
  #controller!: ReadableStreamDefaultController<Uint8Array>
  #closed = false

  constructor(maxBufferedBytes: number) {
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: controller => void (this.#controller = controller),
        cancel: () => {
          this.#closed = true
          this.#cancel.abort()
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: maxBufferedBytes }),
    )
  }

  /** Aborts when nobody reads any more. */
  get cancelled(): AbortSignal {
    return this.#cancel.signal
  }

  get slow(): boolean {
    return (this.#controller.desiredSize ?? 0) <= 0
  }

  /** @param json of one line, as JSON without indentation is */
  send(event: string, id: string, json: Uint8Array): void {
    this.#write(Buffer.concat([Buffer.from(`event: ${event}\nid: ${id}\ndata: `), json, Buffer.from('\n\n')]))
  }

  comment(text: string): void {
    this.#write(Buffer.from(`: ${text}\n\n`))
  }

  /** The last event; `EventSource` comes back by itself unless it is told of the end. */
  end(code: string, message: string): void {
    this.#write(Buffer.from(`event: end\ndata: ${JSON.stringify({ code, message })}\n\n`))
    this.close()
  }

  fail(error: HodoscopeError): void {
    const { code, message } = errorAnswer(error).error
    this.end(code, message)
  }

  #write(bytes: Uint8Array): void {
    if (!this.#closed) this.#controller.enqueue(bytes)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#controller.close()
  }
}
