/**
 * Export requests of which every item carries a number that no other item has, so that a loss, a
 * torn request and a doubled one can be told apart afterwards.
 *
 * One trace holds the spans of one request, and the logs of one other request that is sent later.
 * They are encoded by protobufjs, which shares no line with the collector.
 */
import { otlpTypes } from '../../bench/otlp-types.ts'
import type { Random } from '../../bench/payload/random.ts'
import type { Signal } from '../../src/model/telemetry.ts'

export interface NumberedRequest {
  readonly signal: Signal
  /** Lower-case hex. */
  readonly traceId: string
  /** Numbers of its items: from `first`, `items` of them. */
  readonly first: number
  readonly items: number
  /** Spans that call or are called. */
  readonly calls: number
  readonly body: Uint8Array<ArrayBuffer>
}

const types = otlpTypes()
const RESOURCE = {
  attributes: [{ key: 'service.name', value: { stringValue: 'numbered' } }],
}
const INTERNAL = 1
/** Who does not answer, so that the call waits. */
const SOMEBODY = { key: 'server.address', value: { stringValue: 'somebody.example' } }
const isCaller = (kind: number): boolean => kind === 3 || kind === 4
const WORDS = ['charge', 'reserve', 'ship', 'refund', 'pack', 'count']

/** A text that only this number has, of 8 to about 80 bytes: a torn record would betray itself. */
export const seal = (number: number): string =>
  `${number}:`.repeat(1 + (number % 12)) + ((number * 2_654_435_761) >>> 0)

/** Whether the item with a number tells an error. */
export const fails = (number: number): boolean => number % 4 === 0

export class NumberedRequests {
  readonly #random: Random
  #next = 1

  constructor(random: Random) {
    this.#random = random
  }

  spans(items: number): NumberedRequest {
    const traceId = Array.from({ length: 4 }, () => this.#random.hex(4)).join('')
    return this.#request('traces', traceId, items)
  }

  /** Logs of the trace that `spans` began. */
  logs(traceId: string, items: number): NumberedRequest {
    return this.#request('logs', traceId, items)
  }

  #request(signal: Signal, traceId: string, items: number): NumberedRequest {
    const first = this.#next
    this.#next += items
    const numbers = Array.from({ length: items }, (_, i) => first + i)
    const id = Buffer.from(traceId, 'hex')
    const spans = signal === 'traces' ? numbers.map(number => this.#span(id, number)) : []
    const body =
      signal === 'traces'
        ? types.traces.encode(
            types.traces.fromObject({
              resourceSpans: [{ resource: RESOURCE, scopeSpans: [{ spans }] }],
            }),
          )
        : types.logs.encode(
            types.logs.fromObject({
              resourceLogs: [
                { resource: RESOURCE, scopeLogs: [{ logRecords: numbers.map(n => this.#log(id, n)) }] },
              ],
            }),
          )
    const calls = spans.filter(({ kind }) => kind !== INTERNAL).length
    return { signal, traceId, first, items, calls, body: new Uint8Array(body.finish()) }
  }

  #span(traceId: Buffer, number: number) {
    const kind = 1 + this.#random.below(5)
    const start = BigInt(Date.now()) * 1_000_000n + BigInt(this.#random.below(1_000_000))
    return {
      traceId,
      spanId: spanId(number),
      name: this.#random.pick(WORDS),
      kind,
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + BigInt(this.#random.below(2_000_000_000))),
      attributes: isCaller(kind) ? [...numbered(number), SOMEBODY] : numbered(number),
      ...(fails(number) && { events: [{ name: 'exception', attributes: broken(number) }] }),
    }
  }

  #log(traceId: Buffer, number: number): object {
    return {
      traceId,
      spanId: spanId(number),
      timeUnixNano: String(BigInt(Date.now()) * 1_000_000n + BigInt(this.#random.below(1_000_000))),
      severityNumber: 9,
      body: { stringValue: `${this.#random.pick(WORDS)} ${this.#random.below(100_000)}` },
      attributes: [...numbered(number), ...(fails(number) ? broken(number) : [])],
    }
  }
}

function spanId(number: number): Buffer {
  const id = Buffer.alloc(8)
  id.writeBigUInt64BE(BigInt(number))
  return id
}

const numbered = (number: number): object[] => [
  { key: 'number', value: { intValue: number } },
  { key: 'seal', value: { stringValue: seal(number) } },
]

/** One group of an operation, whatever the number. */
const broken = (number: number): object[] => [
  { key: 'exception.type', value: { stringValue: 'Broken' } },
  { key: 'exception.message', value: { stringValue: `number ${number}` } },
]
