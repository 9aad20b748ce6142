/**
 * What the environment asks for, read once and frozen.
 *
 * `HODOSCOPE_*` names what is ours, `OTEL_*` means what the OpenTelemetry specification says. The variables
 * that the SDK reads itself (sampler, limits, propagators, resource attributes, headers, compression, certificates)
 * are left to it. Deviations: what waits is bounded in bytes, not by `OTEL_BSP_MAX_QUEUE_SIZE`; the protocol is OTLP/JSON whatever is asked for, metrics are not sent yet, and only
 * the `otlp` and `none` exporters exist; each is named in `remarks`.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
import { findApp } from './app.ts'

export interface Config {
  readonly enabled: boolean
  /** No line on stderr. */
  readonly quiet: boolean
  readonly serviceName: string
  readonly serviceVersion: string | undefined
  /** Where the signals go, as the user would write it; for messages. */
  readonly destination: string
  readonly traces: Signal
  readonly logs: Signal
  /** Sent as `Authorization: Bearer`; undefined without. */
  readonly token: string | undefined
  /** What was asked for and cannot be given, one sentence each. */
  readonly remarks: readonly string[]
}

export interface Signal {
  readonly enabled: boolean
  readonly url: string
  /** How long a lone record waits for company: `OTEL_BSP_SCHEDULE_DELAY`, `OTEL_BLRP_SCHEDULE_DELAY`. */
  readonly delayMillis: number
  /** `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`, `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`. */
  readonly maxBatchItems: number
}

type Environment = Readonly<Record<string, string | undefined>>

/** Short, so that a person who has just sent a request sees it. */
const DEFAULT_DELAY_MILLIS = 500
const DEFAULT_BATCH_ITEMS = 512
const DEFAULT_URL = 'http://127.0.0.1:4318'

/**
 * @param script  `process.argv[1]`, undefined under `node -e` and in the REPL
 */
export function readConfig(env: Environment, script: string | undefined): Config {
  const remarks: string[] = []
  const app = findApp(script)
  const base = baseUrl(env, remarks)
  return Object.freeze({
    enabled: !isTrue(env['OTEL_SDK_DISABLED']) && !app.isPackageManager,
    quiet: isTrue(env['HODOSCOPE_QUIET']),
    serviceName: serviceNameFrom(env) ?? app.name,
    serviceVersion: app.version,
    destination: withoutCredentials(base),
    traces: signal(env, 'TRACES', base, remarks),
    logs: signal(env, 'LOGS', base, remarks),
    token: text(env['HODOSCOPE_TOKEN']),
    remarks: Object.freeze([...remarks, ...protocolRemark(env)]),
  })
}

function baseUrl(env: Environment, remarks: string[]): string {
  for (const name of ['HODOSCOPE_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
    const value = text(env[name])
    if (value === undefined) continue
    if (isHttpUrl(value)) return value.replace(/\/+$/, '')
    remarks.push(`${name} is not an http(s) URL: "${value}"; using ${DEFAULT_URL}`)
  }
  return DEFAULT_URL
}

function signal(env: Environment, kind: 'TRACES' | 'LOGS', base: string, remarks: string[]): Signal {
  const exporter = text(env[`OTEL_${kind}_EXPORTER`]) ?? 'otlp'
  if (exporter !== 'otlp' && exporter !== 'none') {
    remarks.push(`OTEL_${kind}_EXPORTER=${exporter} is not in this agent; using otlp`)
  }
  const own = text(env[`OTEL_EXPORTER_OTLP_${kind}_ENDPOINT`])
  const processor = kind === 'TRACES' ? 'OTEL_BSP' : 'OTEL_BLRP'
  const useOwn = own !== undefined && isHttpUrl(own) && text(env['HODOSCOPE_URL']) === undefined
  return Object.freeze({
    enabled: exporter !== 'none',
    url: useOwn ? own : `${base}/v1/${kind.toLowerCase()}`,
    delayMillis: wholeNumber(env[`${processor}_SCHEDULE_DELAY`]) ?? DEFAULT_DELAY_MILLIS,
    maxBatchItems: wholeNumber(env[`${processor}_MAX_EXPORT_BATCH_SIZE`]) || DEFAULT_BATCH_ITEMS,
  })
}

function protocolRemark(env: Environment): string[] {
  return [
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
    'OTEL_EXPORTER_OTLP_LOGS_PROTOCOL',
  ]
    .filter(name => (text(env[name]) ?? 'http/json') !== 'http/json')
    .map(name => `${name}=${env[name]} is not in this agent; sending http/json`)
}

/** `OTEL_SERVICE_NAME`, else `service.name` of `OTEL_RESOURCE_ATTRIBUTES` (which the SDK's detector decodes alike). */
function serviceNameFrom(env: Environment): string | undefined {
  const direct = text(env['OTEL_SERVICE_NAME'])
  if (direct !== undefined) return direct
  const pair = env['OTEL_RESOURCE_ATTRIBUTES']
    ?.split(',')
    .find(part => part.trim().startsWith('service.name='))
  const value = text(pair?.slice(pair.indexOf('=') + 1))
  try {
    return value === undefined ? undefined : decodeURIComponent(value)
  } catch {
    return value
  }
}

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}

/** A user name and password in the URL are for the request, never for the terminal. */
function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//')
}

function text(value: string | undefined): string | undefined {
  const trimmed = value?.trim()
  return trimmed === '' ? undefined : trimmed
}

/** @returns undefined for what is no whole number from 0 on, which the specification asks to ignore */
function wholeNumber(value: string | undefined): number | undefined {
  return /^\d{1,9}$/.test(value?.trim() ?? '') ? Number(value) : undefined
}

function isTrue(value: string | undefined): boolean {
  return /^(1|true)$/i.test(value?.trim() ?? '')
}
