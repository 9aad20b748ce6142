/**
 * Counts of spans and of calls under the names and labels that Grafana's Tempo integration asks for.
 *
 * Source: Grafana Tempo 2.9, metrics-generator: span metrics and service graphs.
 */
import type { StatusCode } from '../../model/telemetry.ts'
import type { Labels } from '../../model/series.ts'
import { edgeOf, type Edge } from '../../red/edges.ts'
import type { Operation } from '../../red/table.ts'
import type { Metadata } from '../metrics/source.ts'

export interface Family {
  readonly name: string
  /** `counter`: of it all; `failed`: of what failed; `histogram`: of durations, in seconds. */
  readonly as: 'counter' | 'failed' | 'histogram'
  readonly help: string
  readonly of: 'spans' | 'calls'
  /** undefined where these are not counted in it. */
  labels(operation: Operation, status: StatusCode): Labels | undefined
}

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']
const STATUSES = ['UNSET', 'OK', 'ERROR']

const ofSpan = ({ service, name, kind }: Operation, status: StatusCode): Labels => [
  ['service', service],
  ['span_kind', `SPAN_KIND_${KINDS[kind] ?? KINDS[0]}`],
  ['span_name', name],
  ['status_code', `STATUS_CODE_${STATUSES[status]}`],
]

function ofEdge({ client, server, via }: Edge): Labels {
  const type = connectionOf({ client, server, via })
  return [
    ['client', client.name],
    ...(type === '' ? [] : ([['connection_type', type]] as const)),
    ['server', server.name],
  ]
}

function connectionOf({ client, server, via }: Pick<Edge, 'client' | 'server' | 'via'>): string {
  if (server.kind === 'database') return 'database'
  if (via === 'message') return 'messaging_system'
  return client.kind === 'service' && server.kind === 'service' ? '' : 'virtual_node'
}

const isCalled = ({ kind }: Edge['client']): boolean => kind === 'service'

/** On one side, of which there is one for each call: the server's where both send spans. */
function byServer(operation: Operation): Labels | undefined {
  const edge = edgeOf(operation)
  const isTimed = edge.side === 'server' || !isCalled(edge.server)
  return isTimed ? ofEdge(edge) : undefined
}

function byClient(operation: Operation): Labels | undefined {
  const edge = edgeOf(operation)
  return edge.side === 'client' ? ofEdge(edge) : undefined
}

export const FAMILIES: readonly Family[] = [
  {
    name: 'traces_spanmetrics_calls_total',
    as: 'counter',
    help: 'Spans, by service, name, kind and status.',
    of: 'spans',
    labels: ofSpan,
  },
  {
    name: 'traces_spanmetrics_latency',
    as: 'histogram',
    help: 'Durations of spans, in seconds.',
    of: 'spans',
    labels: ofSpan,
  },
  {
    name: 'traces_service_graph_request_total',
    as: 'counter',
    help: 'Calls from a client to a server.',
    of: 'calls',
    labels: byServer,
  },
  {
    name: 'traces_service_graph_request_failed_total',
    as: 'failed',
    help: 'Calls from a client to a server that failed.',
    of: 'calls',
    labels: byServer,
  },
  {
    name: 'traces_service_graph_request_server_seconds',
    as: 'histogram',
    help: 'Durations of calls as the server sees them, or the client where the server sends no spans.',
    of: 'calls',
    labels: byServer,
  },
  {
    name: 'traces_service_graph_request_client_seconds',
    as: 'histogram',
    help: 'Durations of calls as the client sees them.',
    of: 'calls',
    labels: byClient,
  },
]

export const METADATA: readonly Metadata[] = FAMILIES.map(({ name, as, help }) => ({
  name,
  type: as === 'histogram' ? 'histogram' : 'counter',
  unit: as === 'histogram' ? 'seconds' : '',
  help,
}))
