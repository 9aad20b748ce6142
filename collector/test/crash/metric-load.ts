/**
 * Metrics under the crash test: numbered samples by remote-write and numbered data points of OTLP,
 * and what of them a data folder holds that nobody has open.
 */
import snappy from 'snappyjs'
import { heldNumbers, sentNumbers, writtenNumbers, type MetricKind } from '../support/numbered-samples.ts'

/** Samples of a request. */
export const ITEMS = 50
const SENDERS = 2

interface MetricRequest {
  readonly kind: MetricKind
  readonly first: number
}

export class MetricLoad {
  readonly #acknowledged = new Set<MetricRequest>()
  /** Sent, and no answer came. */
  readonly #open = new Set<MetricRequest>()
  /** Of the bodies that were acknowledged, as they were sent. */
  readonly wireBytes = { samples: 0, metrics: 0 }
  #next = 0

  get items(): number {
    return this.#acknowledged.size * ITEMS
  }

  /** Resolves when every sender has noticed that nobody answers any more. */
  async run(url: string): Promise<void> {
    await Promise.all(
      (['samples', 'metrics'] as const).flatMap(kind =>
        Array.from({ length: SENDERS }, () => this.#sender(url, kind)),
      ),
    )
  }

  async #sender(url: string, kind: MetricKind): Promise<void> {
    while ((await this.send(url, kind)) !== 'nobody');
  }

  /** One request. */
  async send(url: string, kind: MetricKind): Promise<'acknowledged' | 'later' | 'nobody'> {
    const request = { kind, first: this.#next }
    this.#next += ITEMS
    this.#open.add(request)
    const body = bodyOf(request)
    const status = await post(url, kind, body)
    if (status === undefined) return 'nobody'
    if (status === 503) return 'later'
    if (status >= 300) throw new Error(`${kind} request was answered ${status}`)
    this.#open.delete(request)
    this.#acknowledged.add(request)
    this.wireBytes[kind] += body.length
    return 'acknowledged'
  }

  /** Faults of all requests as a folder holds them, which no collector has open: each whole, or, where it was never acknowledged, not at all. */
  faults(folder: string): string[] {
    const held = heldNumbers(folder)
    const found: string[] = []
    for (const request of [...this.#acknowledged, ...this.#open]) {
      const numbers = Array.from({ length: ITEMS }, (_, i) => request.first + i)
      const stored = numbers.filter(number => held[request.kind].delete(number)).length
      const fine = stored === ITEMS || (stored === 0 && this.#open.has(request))
      if (!fine) found.push(`${request.kind} request ${request.first}: ${stored} of ${ITEMS} are there`)
    }
    for (const kind of ['samples', 'metrics'] as const)
      if (held[kind].size > 0) found.push(`${kind}: ${held[kind].size} were never sent`)
    return found
  }
}

function bodyOf({ kind, first }: MetricRequest): Uint8Array<ArrayBuffer> {
  const numbers = Array.from({ length: ITEMS }, (_, i) => first + i)
  const body = kind === 'samples' ? snappy.compress(writtenNumbers(numbers)) : sentNumbers(numbers)
  return new Uint8Array(body)
}

/** @returns undefined where nobody answers */
async function post(
  url: string,
  kind: MetricKind,
  body: Uint8Array<ArrayBuffer>,
): Promise<number | undefined> {
  const headers = {
    'content-type': 'application/x-protobuf',
    ...(kind === 'samples' && { 'content-encoding': 'snappy' }),
  }
  try {
    const path = kind === 'samples' ? '/api/v1/write' : '/v1/metrics'
    const answer = await fetch(url + path, { method: 'POST', body, headers })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return undefined
  }
}
