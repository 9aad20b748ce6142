/**
 * What the environment asks for, read once and frozen.
 *
 * `HODOSCOPE_*` names what is ours, `OTEL_*` means what the OpenTelemetry specification says. The variables
 * that the SDK reads itself (sampler, limits, propagators, resource attributes and detectors, log level) are left
 * to it. Deviations: what waits is bounded in bytes, not by `OTEL_BSP_MAX_QUEUE_SIZE`; the protocol is OTLP/JSON and
 * the exporters are `otlp` and `none`; whatever else is asked for is named in `remarks`.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
import { findApp } from './app.ts'
import { isHttpUrl, isTrue, keyValues, text, wholeNumber, type Environment } from './environment.ts'
import { otlpSettings, type OtlpSettings, type SignalName } from './otlp-settings.ts'
import { patternsOf } from './redaction.ts'

export interface Config {
  readonly enabled: boolean
  /** No line on stderr. */
  readonly quiet: boolean
  /** `HODOSCOPE_REDACT`: what these match is masked. */
  readonly redact: readonly RegExp[]
  /** `HODOSCOPE_REDACT_DRY_RUN`: told, and not masked. */
  readonly redactDryRun: boolean
  readonly serviceName: string
  readonly serviceVersion: string | undefined
  /** Where the signals go, as the user would write it; for messages. */
  readonly destination: string
  readonly traces: Signal
  readonly logs: Signal
  readonly metrics: OtlpSettings & {
    /** `OTEL_METRIC_EXPORT_INTERVAL`. */
    readonly intervalMillis: number
    /** `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`. */
    readonly temporality: 'cumulative' | 'delta' | 'lowmemory'
  }
  /** What was asked for and cannot be given, one sentence each. */
  readonly remarks: readonly string[]
}

export interface Signal extends OtlpSettings {
  /** How long a lone record waits for company: `OTEL_BSP_SCHEDULE_DELAY`, `OTEL_BLRP_SCHEDULE_DELAY`. */
  readonly delayMillis: number
  /** `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`, `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`. */
  readonly maxBatchItems: number
}

/** Short, so that a person who has just sent a request sees it. */
const DEFAULT_DELAY_MILLIS = 500
const DEFAULT_BATCH_ITEMS = 512
const DEFAULT_INTERVAL_MILLIS = 60_000
const DEFAULT_URL = 'http://127.0.0.1:4318'

/**
 * @param script  `process.argv[1]`, undefined under `node -e` and in the REPL
 * @throws Error where `HODOSCOPE_REDACT` is no list of patterns: nothing is sent then
 */
export function readConfig(env: Environment, script: string | undefined): Config {
  const remarks = new Set<string>()
  const app = findApp(script)
  const base = baseUrl(env, remarks)
  if (text(env['OTEL_CONFIG_FILE']) !== undefined) {
    remarks.add('OTEL_CONFIG_FILE is not read by this agent; the other OTEL_ variables are')
  }
  const settings = (signal: SignalName) => otlpSettings(env, signal, base, remarks)
  return Object.freeze({
    enabled: !isTrue(env['OTEL_SDK_DISABLED']) && !app.isPackageManager,
    quiet: isTrue(env['HODOSCOPE_QUIET']),
    redact: Object.freeze(patternsOf(text(env['HODOSCOPE_REDACT']))),
    redactDryRun: isTrue(env['HODOSCOPE_REDACT_DRY_RUN']),
    serviceName: serviceNameFrom(env) ?? app.name,
    serviceVersion: app.version,
    destination: withoutCredentials(base),
    traces: Object.freeze({ ...settings('traces'), ...batching(env, 'OTEL_BSP') }),
    logs: Object.freeze({ ...settings('logs'), ...batching(env, 'OTEL_BLRP') }),
    metrics: Object.freeze({
      ...settings('metrics'),
      intervalMillis: wholeNumber(env['OTEL_METRIC_EXPORT_INTERVAL']) || DEFAULT_INTERVAL_MILLIS,
      temporality: temporalityFrom(env),
    }),
    remarks: Object.freeze([...remarks]),
  })
}

function baseUrl(env: Environment, remarks: Set<string>): string {
  for (const name of ['HODOSCOPE_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
    const value = text(env[name])
    if (value === undefined) continue
    if (isHttpUrl(value)) return value.replace(/\/+$/, '')
    remarks.add(`${name} is not an http(s) URL: "${value}"; using ${DEFAULT_URL}`)
  }
  return DEFAULT_URL
}

function batching(env: Environment, processor: string): Pick<Signal, 'delayMillis' | 'maxBatchItems'> {
  return {
    delayMillis: wholeNumber(env[`${processor}_SCHEDULE_DELAY`]) ?? DEFAULT_DELAY_MILLIS,
    maxBatchItems: wholeNumber(env[`${processor}_MAX_EXPORT_BATCH_SIZE`]) || DEFAULT_BATCH_ITEMS,
  }
}

function temporalityFrom(env: Environment): Config['metrics']['temporality'] {
  const asked = text(env['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'])?.toLowerCase()
  return asked === 'delta' || asked === 'lowmemory' ? asked : 'cumulative'
}

/** `OTEL_SERVICE_NAME`, else `service.name` of `OTEL_RESOURCE_ATTRIBUTES` (which the SDK's detector decodes alike). */
function serviceNameFrom(env: Environment): string | undefined {
  return text(env['OTEL_SERVICE_NAME']) ?? text(keyValues(env['OTEL_RESOURCE_ATTRIBUTES'])['service.name'])
}

/** A user name and password in the URL are for the request, never for the terminal. */
function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//')
}
