/**
 * Prometheus's query API on hono: what Grafana, promtool and vmalert call under `/api/v1`, by GET and,
 * where Prometheus takes one, by a form in a POST.
 */
import { Hono, type Context } from 'hono'
import { HodoscopeError } from '../../model/errors.ts'
import type { Clock } from '../../model/time.ts'
import type { Env, Queries } from '../api.ts'
import type { Desk } from '../desk-api.ts'
import { bytesResponse } from '../encoding.ts'
import { asHodoscopeError, JSON_TYPE } from '../errors.ts'
import { PROMETHEUS_ENDPOINTS, type MetricJobCall, type PrometheusEndpoint } from './endpoints.ts'
import { prometheusError } from './errors.ts'
import { PrometheusParameters, parseFault } from './parameters.ts'

export interface PrometheusParts {
  readonly queries: Queries
  /** Answers for rules and alerts. */
  readonly desk: Desk
  readonly queryTimeoutMillis: number
  readonly clock: Clock
  readonly version: string
  /** Told of what is a defect. */
  readonly onDefect: (error: unknown, path: string) => void
}

/** A query of this length has long stopped being readable. */
const MAX_FORM_BYTES = 1024 * 1024
const HEADERS = { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store' }

/** Paths are below `/api/v1`. */
export function createPrometheusApi(parts: PrometheusParts): Hono<Env> {
  const api = new Hono<Env>()
  for (const endpoint of PROMETHEUS_ENDPOINTS) {
    const methods = endpoint.form ? ['GET', 'POST'] : ['GET']
    api.on(methods, endpoint.path, context => answer(endpoint, parts, context))
    api.all(endpoint.path, context => {
      const error = new HodoscopeError('method_not_allowed', `${context.req.method} is not allowed here`)
      return prometheusError(error, { Allow: methods.join(', ') })
    })
  }
  return api
}

async function answer(
  endpoint: PrometheusEndpoint,
  parts: PrometheusParts,
  context: Context<Env>,
): Promise<Response> {
  let text = ''
  try {
    const given = new PrometheusParameters(await parametersOf(context))
    text = given.text('query')
    const { clock, version } = parts
    const name = context.req.param('name') ?? ''
    const asked = endpoint.answer({ given, name, now: clock.now(), version })
    const body = await bodyOf(asked, given, parts, context)
    return await bytesResponse(body, context.req.header('accept-encoding'), HEADERS)
  } catch (thrown) {
    const error = asHodoscopeError(thrown)
    if (error.code === 'internal') parts.onDefect(thrown, endpoint.path)
    return prometheusError(error.code === 'query_malformed' ? parseFault('query', text, error) : error)
  }
}

const bytesOf = (json: object): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(json))

async function bodyOf(
  asked: ReturnType<PrometheusEndpoint['answer']>,
  given: PrometheusParameters,
  parts: PrometheusParts,
  context: Context<Env>,
): Promise<Uint8Array<ArrayBuffer>> {
  if ('finished' in asked) return bytesOf(asked.finished)
  if ('desk' in asked) return new TextEncoder().encode(await parts.desk.call(asked.desk, asked.params))
  return run(asked, given, parts, context)
}

/** A client may ask for less time than there is, not for more. */
async function run(
  { name, params }: MetricJobCall,
  given: PrometheusParameters,
  parts: PrometheusParts,
  context: Context<Env>,
) {
  const wanted = given.optionalDuration('timeout') ?? Infinity
  const timeoutMillis = Math.max(0, Math.min(wanted, parts.queryTimeoutMillis))
  const body = await parts.queries.run(name, params, { signal: context.req.raw.signal, timeoutMillis })
  return body as Uint8Array<ArrayBuffer>
}

/** Those of the form stand before those of the path, as in Go's `Request.Form`. */
async function parametersOf(context: Context<Env>): Promise<URLSearchParams> {
  const { searchParams } = new URL(context.req.url)
  if (context.req.method !== 'POST' || !isForm(context.req.header('content-type'))) return searchParams
  return new URLSearchParams([...new URLSearchParams(await formText(context.req.raw)), ...searchParams])
}

const isForm = (type: string | undefined): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(type ?? '')

async function formText(request: Request): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request.body ?? []) {
    size += part.byteLength
    if (size > MAX_FORM_BYTES)
      throw new HodoscopeError('payload_too_large', `the form is larger than ${MAX_FORM_BYTES} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
