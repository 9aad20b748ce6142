/** Objectives and the requests that they count, as tests of alerts need them. */
import { randomBytes } from 'node:crypto'

interface Wanted {
  readonly name: string
  /** Its name without one. */
  readonly service?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly target?: string
}

/** Requests that the service served without error, over 30 days. */
export const openSlo = ({ name, service = name, labels = {}, target = '0.999' }: Wanted): string => `
apiVersion: openslo/v1
kind: SLO
metadata: { name: ${name}, displayName: ${name}, labels: ${JSON.stringify(labels)} }
spec:
  service: ${service}
  indicator:
    spec:
      ratioMetric:
        good: { metricSource: { type: Hodoscope, spec: { query: "-status:error" } } }
        total: { metricSource: { type: Hodoscope, spec: { query: "service:${service} kind:server" } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: ${target} }]
`

type Attributes = Readonly<Record<string, string>>

export interface Requests {
  readonly service: string
  readonly version?: string
  readonly count: number
  /** So many of them fail. */
  readonly bad: number
  readonly attributes?: (i: number, isBad: boolean) => Attributes
}

const BEGUN_BEFORE_MILLIS = 2_000

/**
 * Server spans that ended just now, by OTLP; the bad ones come first.
 * @returns their trace ids
 */
export async function tellSpans(url: string, requests: Requests): Promise<readonly string[]> {
  const traceIds = Array.from({ length: requests.count }, () => randomBytes(16).toString('hex'))
  const answer = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(otlp(requests, traceIds)),
  })
  if (answer.status !== 200) throw new Error(`spans were answered ${answer.status}: ${await answer.text()}`)
  return traceIds
}

function otlp(
  { service, version, bad, attributes = () => ({}) }: Requests,
  traceIds: readonly string[],
): object {
  const start = BigInt(Date.now() - BEGUN_BEFORE_MILLIS) * 1_000_000n
  const spans = traceIds.map((traceId, i) => ({
    traceId,
    spanId: randomBytes(8).toString('hex'),
    name: 'POST /charge',
    kind: 2,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 5_000_000n),
    status: i < bad ? { code: 2, message: 'declined' } : {},
    attributes: keyValues(attributes(i, i < bad)),
  }))
  const resource = { 'service.name': service, ...(version !== undefined && { 'service.version': version }) }
  return { resourceSpans: [{ resource: { attributes: keyValues(resource) }, scopeSpans: [{ spans }] }] }
}

const keyValues = (attributes: Attributes): object[] =>
  Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }))
