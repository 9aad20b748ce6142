/**
 * Metrics under the crash test: numbered samples by remote-write and numbered data points of OTLP,
 * and what of them a data folder holds that nobody has open.
 */
import snappy from 'snappyjs'
import { unixMillis } from '../../src/model/time.ts'
import { SharedCells } from '../../src/store/shared-cells.ts'
import openReader from '../../src/store/sqlite/reader.ts'
import { patient } from '../conformance/scene.ts'
import { gauge, metricsRequest, numberPoint } from '../metrics/otlp.ts'
import { writeRequest } from '../metrics/write.ts'

const ITEMS = 50
const SENDERS = 2
/** A number's own time: 2023-11-14 and so many milliseconds. */
const EPOCH = 1_700_000_000_000
const NAMES = { samples: 'crash_written', metrics: 'crash_sent' } as const

type Kind = keyof typeof NAMES

interface MetricRequest {
  readonly kind: Kind
  readonly first: number
}

export class MetricLoad {
  readonly #acknowledged = new Set<MetricRequest>()
  /** Sent, and no answer came. */
  readonly #open = new Set<MetricRequest>()
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

  async #sender(url: string, kind: Kind): Promise<void> {
    for (;;) {
      const request = { kind, first: this.#next }
      this.#next += ITEMS
      this.#open.add(request)
      const status = await post(url, request)
      if (status === undefined) return
      if (status === 503) continue
      if (status >= 300) throw new Error(`${kind} request was answered ${status}`)
      this.#open.delete(request)
      this.#acknowledged.add(request)
    }
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

/** The value of each sample is its number, and so is its time. */
function heldNumbers(folder: string): Record<Kind, Set<number>> {
  const reader = openReader({ folder, cells: new SharedCells().memory })
  const snapshot = reader.snapshot()
  try {
    const view = snapshot.metrics(patient)
    const numbersOf = (name: string): Set<number> => {
      const matchers = [{ name: '__name__', op: '=', value: name }] as const
      const all = view.select({ matchers, from: unixMillis(-Infinity), to: unixMillis(Infinity) })
      return new Set(
        all.flatMap(({ times, values }) =>
          [...values].map((value, i) => (times[i] === EPOCH + value ? value : -1)),
        ),
      )
    }
    const held = { samples: numbersOf(NAMES.samples), metrics: numbersOf(NAMES.metrics) }
    if (snapshot.partial.length > 0)
      throw new Error(`the answer is partial: ${JSON.stringify(snapshot.partial)}`)
    return held
  } finally {
    snapshot.release()
    reader.close()
  }
}

async function post(url: string, { kind, first }: MetricRequest): Promise<number | undefined> {
  const numbers = Array.from({ length: ITEMS }, (_, i) => first + i)
  try {
    const answer = await fetch(url + (kind === 'samples' ? '/api/v1/write' : '/v1/metrics'), {
      method: 'POST',
      body: (kind === 'samples' ? written(numbers) : sent(numbers)) as Uint8Array<ArrayBuffer>,
      headers: {
        'content-type': 'application/x-protobuf',
        ...(kind === 'samples' && { 'content-encoding': 'snappy' }),
      },
    })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return undefined
  }
}

/** Each tenth number is of one series: some grow, and there are always new ones. */
const seriesOf = (number: number): string => `${number % 10}-${Math.floor(number / 5_000)}`

const written = (numbers: readonly number[]): Uint8Array =>
  snappy.compress(
    new Uint8Array(
      writeRequest(
        ...numbers.map(number => ({
          labels: { __name__: NAMES.samples, series: seriesOf(number) },
          samples: [[EPOCH + number, number]] as const,
        })),
      ),
    ),
  )

const sent = (numbers: readonly number[]): Uint8Array =>
  metricsRequest([
    gauge(
      NAMES.metrics,
      numbers.map(number =>
        numberPoint({ time: EPOCH + number, value: number, attributes: { series: seriesOf(number) } }),
      ),
    ),
  ])
