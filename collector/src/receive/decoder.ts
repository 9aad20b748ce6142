/**
 * Decodes request bodies: small ones at once, large ones on a thread of their own, so that the
 * thread that answers everybody is never held up for longer than a small one takes.
 *
 * There is one such thread, started when it is first needed and ended when it has nothing to do for
 * a while, because the heap that a large JSON body needs goes only with it. Bodies wait for it in
 * the order in which they came; the byte budget bounds how many. What crosses between the threads
 * is transferred. Design: collector/docs/adr/0010-large-bodies-are-decoded-elsewhere.md.
 */
import { Worker } from 'node:worker_threads'
import { decodeRequest, type DecodeLimits, type Decoded, type Encoding } from '../decode/request.ts'
import { HodoscopeError } from '../model/errors.ts'
import type { OtlpSignal } from '../model/telemetry.ts'
import type { FromDecodeThread, ToDecodeThread } from './decode-messages.ts'

/** A JSON body of this size takes some 4 ms, which nobody notices; the hand-over costs a tenth. */
const HERE_UP_TO_BYTES = 256 * 1024
const IDLE_MILLIS = 30_000
/** A thread that had a body of this size is ended as soon as none waits: its heap is too large to keep. */
const HUGE_BYTES = 8 * 1024 * 1024

/** Compiled, this module and the thread's lie side by side as `.js`. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './decode-thread.ts' : './decode-thread.js',
  import.meta.url,
)

export interface DecoderOptions {
  readonly idleMillis?: number
  /** Of the thread. A body that needs more is refused. */
  readonly maxHeapMegabytes?: number
}

interface Job {
  readonly order: ToDecodeThread
  readonly resolve: (decoded: Decoded) => void
  readonly reject: (error: HodoscopeError) => void
}

export class Decoder {
  readonly #options: Required<DecoderOptions>
  readonly #waiting: Job[] = []
  #running: Job | undefined
  #thread: Worker | undefined
  /** Of the bodies that the thread has had. */
  #largestBytes = 0
  #idle: NodeJS.Timeout | undefined

  constructor(options: DecoderOptions = {}) {
    this.#options = { idleMillis: IDLE_MILLIS, maxHeapMegabytes: 384, ...options }
  }

  /**
   * As `decodeRequest`. A large body is the thread's from here on: its bytes are gone for the caller.
   * @throws HodoscopeError `payload_malformed`, `payload_too_large`, also where the thread's heap does not hold it
   */
  async decode(
    signal: OtlpSignal,
    encoding: Encoding,
    body: Uint8Array,
    limits: DecodeLimits,
  ): Promise<Decoded> {
    if (body.length <= HERE_UP_TO_BYTES) return decodeRequest(signal, encoding, body, limits)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ order: { signal, encoding, body: owned(body), limits }, resolve, reject })
      this.#next()
    })
  }

  /** Ends the thread. Call when nothing is being decoded any more. */
  async close(): Promise<void> {
    clearTimeout(this.#idle)
    await this.#thread?.terminate()
  }

  #next(): void {
    if (this.#running !== undefined) return
    clearTimeout(this.#idle)
    this.#running = this.#waiting.shift()
    if (this.#running === undefined) {
      if (this.#largestBytes >= HUGE_BYTES) this.#letGo()
      else this.#idle = setTimeout(() => this.#letGo(), this.#options.idleMillis).unref()
      return
    }
    this.#thread ??= this.#start()
    const { order } = this.#running
    this.#largestBytes = Math.max(this.#largestBytes, order.body.length)
    this.#thread.postMessage(order, [order.body.buffer])
  }

  #start(): Worker {
    const thread = new Worker(ENTRY, {
      name: 'decode',
      resourceLimits: {
        maxYoungGenerationSizeMb: 16,
        maxOldGenerationSizeMb: this.#options.maxHeapMegabytes,
      },
    })
    thread.on('message', (message: FromDecodeThread) => this.#heard(message))
    thread.on('error', error => this.#lost(thread, errorOfCrash(error)))
    thread.on('exit', () =>
      this.#lost(thread, new HodoscopeError('shutting_down', 'the decoding thread was ended')),
    )
    // It never holds up the end of the process: who waits for an answer does.
    thread.unref()
    return thread
  }

  #letGo(): void {
    const thread = this.#thread
    this.#thread = undefined
    this.#largestBytes = 0
    void thread?.terminate()
  }

  #heard(message: FromDecodeThread): void {
    const job = this.#running
    this.#running = undefined
    this.#next()
    if ('decoded' in message) job?.resolve(message.decoded)
    else job?.reject(new HodoscopeError(message.fault.code, message.fault.message))
  }

  /** The body that it had costs its own request alone; the next one gets a new thread. */
  #lost(thread: Worker, error: HodoscopeError): void {
    if (this.#thread !== thread) return
    this.#thread = undefined
    const job = this.#running
    this.#running = undefined
    this.#next()
    job?.reject(error)
  }
}

/** The bytes in memory that is theirs alone, so that it can be handed over. */
function owned(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = body
  const alone = buffer instanceof ArrayBuffer && body.byteLength === buffer.byteLength
  return alone ? new Uint8Array(buffer) : new Uint8Array(body)
}

function errorOfCrash(error: unknown): HodoscopeError {
  const { code, message } = error as { code?: string; message?: string }
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new HodoscopeError(
        'payload_too_large',
        'the request does not fit into the memory of the decoding thread',
      )
    : new HodoscopeError('internal', `the decoding thread failed: ${message ?? String(error)}`, {
        cause: error,
      })
}
