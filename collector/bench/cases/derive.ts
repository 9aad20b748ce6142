/** Counting for objectives, and of operations and edges, each alone: what the consumer thread spends on it besides blocks. */
import { EventCounting } from '../../src/derive/counting.ts'
import type { Collecting } from '../../src/derive/derivation.ts'
import { EdgeCounting } from '../../src/derive/edge-counting.ts'
import { ErrorCounting } from '../../src/derive/error-counting.ts'
import { OperationCounting } from '../../src/derive/operation-counting.ts'
import { TraceScan } from '../../src/derive/scan.ts'
import { nanoOfMillis, unixMillis } from '../../src/model/time.ts'
import { parseSearch } from '../../src/query/search/parse.ts'
import type { Case, CaseContext } from '../harness/case.ts'
import type { Figure } from '../harness/figure.ts'
import { DEFAULT_START_MILLIS, spanRequests } from '../payload/payload.ts'
import { SERVICES } from '../payload/shop.ts'

const RECEIVED = nanoOfMillis(unixMillis(DEFAULT_START_MILLIS))
const good = parseSearch('-status:error')

/** One objective for each of the services, over what it serves. */
const byService = (services: readonly string[]) =>
  services.map(service =>
    JSON.stringify({ signal: 'traces', event: parseSearch(`service:${service} kind:server`), good }),
  )

/** @returns CPU seconds for each million of spans, and what they were counted into */
function counted(
  { seed, records }: Pick<CaseContext, 'seed' | 'records'>,
  perRequest: number,
  derivations: readonly Collecting[],
): number {
  const requests = [...spanRequests({ seed, perRequest, spans: records })]
  const scan = new TraceScan(derivations)
  const begun = process.cpuUsage()
  for (const [i, { body }] of requests.entries()) {
    for (const derivation of derivations) derivation.begin?.(i + 1, RECEIVED)
    scan.walk(body)
    for (const derivation of derivations) derivation.keep()
  }
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / records
}

function forObjectives(context: CaseContext, perRequest: number, objectives: number): number {
  const services = Array.from({ length: objectives }, (_, i) => SERVICES[i] ?? `other-${i}`)
  const counting = new EventCounting()
  const row = { objective: '', generation: 1, liveFrom: -1 }
  counting.define(byService(services).map((definition, id) => ({ ...row, id, definition })))
  const seconds = counted(context, perRequest, [counting])
  if (counting.deltas.size === 0) throw new Error('nothing was counted')
  return seconds
}

function forOperations(context: CaseContext, perRequest: number): number {
  const counting = new OperationCounting()
  const seconds = counted(context, perRequest, [counting])
  let operations = 0
  if (counting.cells(() => ++operations).size < SERVICES.length) throw new Error('nothing was counted')
  return seconds
}

function forErrors(context: CaseContext, perRequest: number): number {
  const counting = new ErrorCounting()
  const seconds = counted(context, perRequest, [counting])
  if ([...counting.groups].length === 0) throw new Error('no error was counted')
  return seconds
}

/** One scan for all, as in the collector. */
const forAll = (context: CaseContext, perRequest: number): number =>
  counted(context, perRequest, [new OperationCounting(), new EdgeCounting(), new ErrorCounting()])

function forOperationsAndEdges(context: CaseContext, perRequest: number): number {
  const edges = new EdgeCounting()
  const seconds = counted(context, perRequest, [new OperationCounting(), edges])
  if (edges.tallies.cells(() => 1).size === 0) throw new Error('nothing was paired')
  return seconds
}

export default {
  about: 'canonical bodies to counts by minute, in one thread, nothing written',
  async run(context) {
    return [512, 8].flatMap((perRequest): Figure[] => [
      ...[8, 500].map(objectives => ({
        name: `${objectives} objectives, ${perRequest} spans a request`,
        value: forObjectives(context, perRequest, objectives),
        unit: 'CPU s per million' as const,
        ...(perRequest === 512 && { bar: { atMost: 0.6 } }),
      })),
      {
        name: `operations, ${perRequest} spans a request`,
        value: forOperations(context, perRequest),
        unit: 'CPU s per million' as const,
        ...(perRequest === 512 && { bar: { atMost: 0.6 } }),
      },
      {
        name: `operations and edges, ${perRequest} spans a request`,
        value: forOperationsAndEdges(context, perRequest),
        unit: 'CPU s per million' as const,
        ...(perRequest === 512 && { bar: { atMost: 0.6 } }),
      },
      {
        name: `errors, ${perRequest} spans a request`,
        value: forErrors(context, perRequest),
        unit: 'CPU s per million' as const,
      },
      {
        name: `operations, edges and errors, ${perRequest} spans a request`,
        value: forAll(context, perRequest),
        unit: 'CPU s per million' as const,
        ...(perRequest === 512 && { bar: { atMost: 0.6 } }),
      },
    ])
  },
} satisfies Case
