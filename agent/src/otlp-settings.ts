/**
 * How one signal is exported: each setting by the variable of the signal, else by the one of all signals.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
import { isHttpUrl, keyValues, text, wholeNumber, type Environment } from './environment.ts'

export const SIGNALS = ['traces', 'logs', 'metrics'] as const
export type SignalName = (typeof SIGNALS)[number]

export interface OtlpSettings {
  readonly enabled: boolean
  readonly url: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly gzip: boolean
  readonly timeoutMillis: number
  readonly tls: TlsFiles
}

/** Paths. */
export interface TlsFiles {
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
}

const DEFAULT_TIMEOUT_MILLIS = 10_000

/**
 * @param base     where all signals go, without the path of the signal
 * @param remarks  receives what was asked for and cannot be given
 */
export function otlpSettings(
  env: Environment,
  signal: SignalName,
  base: string,
  remarks: Set<string>,
): OtlpSettings {
  const of = (name: string) => named(env, signal, name)
  for (const remark of remarksOn(env, signal)) remarks.add(remark)
  return Object.freeze({
    enabled: exporterOf(env, signal) !== 'none',
    url: urlOf(env, signal, base),
    headers: headersOf(env, signal),
    gzip: of('COMPRESSION')?.value === 'gzip',
    timeoutMillis: wholeNumber(of('TIMEOUT')?.value) || DEFAULT_TIMEOUT_MILLIS,
    tls: Object.freeze({
      ca: of('CERTIFICATE')?.value,
      cert: of('CLIENT_CERTIFICATE')?.value,
      key: of('CLIENT_KEY')?.value,
    }),
  })
}

interface Named {
  readonly variable: string
  readonly value: string
}

function named(env: Environment, signal: SignalName, name: string): Named | undefined {
  for (const variable of [
    `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`,
    `OTEL_EXPORTER_OTLP_${name}`,
  ]) {
    const value = text(env[variable])
    if (value !== undefined) return { variable, value }
  }
  return undefined
}

function exporterOf(env: Environment, signal: SignalName): string {
  return text(env[`OTEL_${signal.toUpperCase()}_EXPORTER`]) ?? 'otlp'
}

function urlOf(env: Environment, signal: SignalName, base: string): string {
  const own = text(env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`])
  const useOwn = own !== undefined && isHttpUrl(own) && text(env['HODOSCOPE_URL']) === undefined
  return useOwn ? own : `${base}/v1/${signal}`
}

function headersOf(env: Environment, signal: SignalName): Record<string, string> {
  const token = text(env['HODOSCOPE_TOKEN'])
  return Object.freeze({
    ...keyValues(env['OTEL_EXPORTER_OTLP_HEADERS'], true),
    ...keyValues(env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_HEADERS`], true),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  })
}

function* remarksOn(env: Environment, signal: SignalName): Generator<string> {
  const exporter = exporterOf(env, signal)
  if (exporter !== 'otlp' && exporter !== 'none') {
    yield `OTEL_${signal.toUpperCase()}_EXPORTER=${exporter} is not in this agent; using otlp`
  }
  const protocol = named(env, signal, 'PROTOCOL')
  if (protocol && protocol.value !== 'http/json') {
    yield `${protocol.variable}=${protocol.value} is not in this agent; sending http/json`
  }
  const compression = named(env, signal, 'COMPRESSION')
  if (compression && compression.value !== 'gzip' && compression.value !== 'none') {
    yield `${compression.variable}=${compression.value} is not in this agent; sending uncompressed`
  }
}
