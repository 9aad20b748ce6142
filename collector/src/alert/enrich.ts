/** What a notification says besides figures: bad traces, log lines, and the last deploy. */
import { nanoOfMillis, unixMillis, type UnixMillis } from '../model/time.ts'
import type { DeploysAnswer } from '../query/answers/index.ts'
import type { Objective } from '../slo/objective.ts'
import type { Labels } from './labels.ts'

/** Asks the store. */
export type Ask = <T>(job: string, params: unknown) => Promise<T>

const SAMPLES = 3
const DEPLOY_MILLIS = 6 * 3_600_000

/** The bad events of an objective, in the search language. */
export function badQuery({ indicator }: Objective): string {
  if (indicator.kind === 'threshold') {
    const sign = { lt: '<', lte: '<=', gt: '>', gte: '>=' }[indicator.op]
    return `${grouped(indicator.source.query)} -duration${sign}${indicator.value}ms`
  }
  const part = grouped(indicator.part.query)
  return `${grouped(indicator.total.query)} ${indicator.counted === 'good' ? `-${part}` : part}`
}

const grouped = (query: string): string => (query.trim() === '' ? '*' : `(${query})`)

export async function enrich(
  objective: Objective,
  ask: Ask,
  externalUrl: string,
  windowMillis: number,
  now: UnixMillis,
): Promise<Labels> {
  const range = rangeOf(now - windowMillis, now + 60_000)
  const [samples, deploy] = await Promise.all([
    sampleLinks(objective, ask, externalUrl, range).catch(() => ({})),
    lastDeploy(objective.service, ask, now).catch(() => ({})),
  ])
  return { ...samples, ...deploy }
}

const rangeOf = (from: number, to: number) => ({
  from: nanoOfMillis(unixMillis(Math.max(0, from))),
  to: nanoOfMillis(unixMillis(to)),
})

async function sampleLinks(
  objective: Objective,
  ask: Ask,
  externalUrl: string,
  range: ReturnType<typeof rangeOf>,
): Promise<Labels> {
  const source = objective.indicator.kind === 'ratio' ? objective.indicator.total : objective.indicator.source
  // Metrics know no requests.
  if (source.type !== 'Hodoscope') return {}
  const q = badQuery(objective)
  if (source.signal === 'logs') {
    const { logs } = await ask<{ logs: readonly { traceId?: string | null; body?: unknown }[] }>('logs', {
      q,
      range,
      limit: SAMPLES,
      order: 'newest',
    })
    return Object.fromEntries(
      logs.flatMap(({ body, traceId }, i): [string, string][] => [
        [`log_${i + 1}`, lineOf(body)],
        ...(traceId
          ? [[`trace_${i + 1}`, `${externalUrl}/traces/${traceId}`] satisfies [string, string]]
          : []),
      ]),
    )
  }
  const { traces } = await ask<{ traces: readonly { traceId: string }[] }>('traces', {
    q,
    range,
    limit: SAMPLES,
    sort: 'newest',
  })
  const lines = await Promise.all(traces.map(({ traceId }) => errorLine(traceId, ask, range)))
  return Object.fromEntries(
    traces.flatMap(({ traceId }, i) => {
      const line = lines[i]
      const link: [string, string] = [`trace_${i + 1}`, `${externalUrl}/traces/${traceId}`]
      return line === undefined ? [link] : [link, [`log_${i + 1}`, line] as [string, string]]
    }),
  )
}

/** A line of the trace that tells of a fault, where one was logged. */
async function errorLine(
  traceId: string,
  ask: Ask,
  range: ReturnType<typeof rangeOf>,
): Promise<string | undefined> {
  const q = `traceId:${traceId} severity>=warn`
  const { logs } = await ask<{ logs: readonly { body?: unknown }[] }>('logs', {
    q,
    range,
    limit: 1,
    order: 'newest',
  })
  const body = logs[0]?.body
  return body === undefined ? undefined : lineOf(body)
}

const LONGEST_LINE = 300

const lineOf = (body: unknown): string =>
  (typeof body === 'string' ? body : JSON.stringify(body ?? null)).slice(0, LONGEST_LINE)

/** The newest of the deploys that the objective's page marks. */
async function lastDeploy(service: string, ask: Ask, now: UnixMillis): Promise<Labels> {
  if (service === '') return {}
  const params = { service, range: rangeOf(now - DEPLOY_MILLIS, now + 60_000) }
  const last = (await ask<DeploysAnswer>('deploys', params)).deploys.at(-1)
  if (last === undefined) return {}
  const at = new Date(Number(BigInt(last.timeUnixNano) / 1_000_000n)).toISOString()
  return { last_deploy: `${last.service} ${last.version} at ${at}` }
}
