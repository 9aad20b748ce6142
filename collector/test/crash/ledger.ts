/**
 * What was sent and what was acknowledged, held against what the collector answers.
 */
import { join } from 'node:path'
import { ErrorReader } from '../../src/errors/reader.ts'
import { applyChanges } from '../../src/derive/half-log.ts'
import type { Half } from '../../src/derive/halves.ts'
import { openForReading } from '../../src/durable/sqlite-file.ts'
import { EDGE_SQL } from '../../src/red/edges.ts'
import { BY_HOUR, MINUTES } from '../../src/red/keys.ts'
import { RedReader } from '../../src/red/reader.ts'
import { setTimeout as wait } from 'node:timers/promises'
import type { AttributeList, StatusAnswer, TraceAnswer } from '../../src/serve/api-types.ts'
import type { Signal } from '../../src/model/telemetry.ts'
import { fails, seal, type NumberedRequest } from '../support/numbered.ts'

const PATIENCE_MILLIS = 60_000

export class Ledger {
  readonly #acknowledged = new Set<NumberedRequest>()
  /** Sent, and no answer came. */
  readonly #open = new Set<NumberedRequest>()

  sent(request: NumberedRequest): void {
    this.#open.add(request)
  }

  acknowledge(request: NumberedRequest): void {
    this.#open.delete(request)
    this.#acknowledged.add(request)
  }

  get open(): readonly NumberedRequest[] {
    return [...this.#open]
  }

  get acknowledged(): readonly NumberedRequest[] {
    return [...this.#acknowledged]
  }

  get calls(): number {
    return this.acknowledged.reduce((sum, { calls }) => sum + calls, 0)
  }

  items(signal: Signal): number {
    return this.acknowledged.reduce(
      (sum, request) => sum + (request.signal === signal ? request.items : 0),
      0,
    )
  }

  /** Items that tell an error, of all signals. */
  get errors(): number {
    const numbers = this.acknowledged.flatMap(({ first, items }) =>
      Array.from({ length: items }, (_, i) => first + i),
    )
    return numbers.filter(fails).length
  }
}

/**
 * Faults of the requests as the collector holds them: each one whole and once, or, where it was
 * never acknowledged, perhaps not at all.
 */
export async function faults(
  url: string,
  requests: readonly NumberedRequest[],
  acknowledged: boolean,
): Promise<string[]> {
  const found: string[] = []
  const left = Map.groupBy(requests, request => request.traceId).entries()
  const reader = async (): Promise<void> => {
    for (const [traceId, ofTrace] of left) {
      const stored = await storedItems(url, traceId)
      for (const request of ofTrace) {
        const fault = faultOf(request, stored[request.signal], acknowledged)
        if (fault)
          found.push(
            `${request.signal} request of ${request.items} from ${request.first} in ${traceId}: ${fault}`,
          )
      }
    }
  }
  await Promise.all([reader(), reader(), reader(), reader()])
  return found
}

function faultOf(
  request: NumberedRequest,
  items: readonly StoredItem[],
  acknowledged: boolean,
): string | undefined {
  const foreign = items.filter(item => numberOf(item) < 0)
  if (foreign.length > 0)
    return `${foreign.length} of ${items.length} items have attributes that are not theirs: ${shown(foreign)}`
  const stored = items.map(numberOf)
  if (stored.length === 0) return acknowledged ? 'acknowledged and lost' : undefined
  const distinct = new Set(stored)
  if (distinct.size < stored.length) return `${stored.length - distinct.size} items stand twice`
  for (let number = request.first; number < request.first + request.items; number++)
    if (!distinct.delete(number)) return `torn: holds ${stored.length} items, not number ${number}`
  return distinct.size > 0 ? `holds ${[...distinct].join()}, which it was not sent with` : undefined
}

type StoredItem = TraceAnswer['spans'][number] | TraceAnswer['logs'][number]

const MOST_SHOWN = 3

const shown = (items: readonly StoredItem[]): string =>
  items
    .slice(0, MOST_SHOWN)
    .map(item => JSON.stringify(item))
    .join(' ')

async function storedItems(url: string, traceId: string): Promise<Record<Signal, readonly StoredItem[]>> {
  const answer = await patientFetch(`${url}/api/traces/${traceId}`)
  if (answer.status === 404) return { traces: [], logs: [] }
  if (!answer.ok) throw new Error(`trace ${traceId}: ${answer.status} ${await answer.text()}`)
  const { spans, logs, partial } = (await answer.json()) as TraceAnswer
  if (partial.length > 0) throw new Error(`trace ${traceId} is partial: ${JSON.stringify(partial)}`)
  return { traces: spans, logs }
}

/** Query threads that are still starting on a busy machine answer 429: try again in a second. */
async function patientFetch(url: string): Promise<Response> {
  const giveUp = performance.now() + PATIENCE_MILLIS
  for (;;) {
    const answer = await fetch(url)
    if (answer.status !== 429 || performance.now() > giveUp) return answer
    await answer.arrayBuffer()
    await wait(1_000)
  }
}

/** The item's number; negative where its seal belongs to another number. */
function numberOf({ attributes }: { readonly attributes: AttributeList }): number {
  const number = Number(attributes.find(({ key }) => key === 'number')?.value)
  const sealed = attributes.find(({ key }) => key === 'seal')?.value
  return sealed === seal(number) ? number : -1
}

/** Spans as they were counted by operation, over all time. */
export function countedSpans(data: string): number {
  const red = new RedReader(join(data, 'derived.db'))
  let spans = 0
  const everything = { grain: BY_HOUR, from: 0, to: MINUTES, of: 'operations' as const }
  red.each(everything, (_operation, _status, _minute, { size, counts }) => {
    for (let i = 0; i < size; i++) spans += counts[i]!
  })
  red.close()
  return spans
}

/** Errors as they were grouped. */
export function countedErrors(data: string): number {
  const reader = new ErrorReader(join(data, 'derived.db'))
  const errors = reader.groups().reduce((sum, { total }) => sum + total, 0)
  reader.close()
  return errors
}

/** Spans that call or are called: as they were counted, and those that wait for the other end. */
export function countedCalls(data: string): number {
  const path = join(data, 'derived.db')
  const db = openForReading(path)
  const waiting = new Map<number, Half>()
  const changes = db.prepare('select changes from edge_half order by id').pluck().all() as Uint8Array[]
  for (const row of changes) applyChanges(waiting, row)
  db.close()
  const edges = new RedReader(path, EDGE_SQL)
  let calls = waiting.size
  const everything = { grain: BY_HOUR, from: 0, to: MINUTES, of: 'operations' as const }
  edges.each(everything, (_edge, _status, _minute, { size, counts }) => {
    for (let i = 0; i < size; i++) calls += counts[i]!
  })
  edges.close()
  return calls
}

/** Records stored of each signal: duplicates that a trace's answer would merge are counted here. */
export async function storedRecords(url: string): Promise<Record<Signal, number>> {
  const { signals } = (await (await fetch(`${url}/api/status`)).json()) as StatusAnswer
  return { traces: signals.traces.records, logs: signals.logs.records }
}
