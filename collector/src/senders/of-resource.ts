/**
 * The sender that a resource tells of.
 *
 * Source: OpenTelemetry semantic conventions, resource: `service`, `host`, `process`, `telemetry`.
 */
import { attribute } from '../model/attributes.ts'
import type { Resource } from '../model/telemetry.ts'
import type { Described, Sender } from './table.ts'

/** Of a value that a sender chose: as much as is shown. */
const MOST_CHARACTERS = 200

export function senderOf(service: string, resource: Resource): Sender {
  const described = describedOf(resource)
  const { host, pid } = described
  const instance = textOf(resource, 'service.instance.id') ?? [host, pid].filter(Boolean).join(' ')
  return { service, instance, described }
}

function describedOf(resource: Resource): Described {
  const pid = attribute(resource.attributes, 'process.pid')
  const described = {
    version: textOf(resource, 'service.version'),
    host: textOf(resource, 'host.name'),
    pid: typeof pid === 'bigint' || typeof pid === 'number' ? Number(pid) : undefined,
    runtime: joined(resource, 'process.runtime.name', 'process.runtime.version'),
    sdk: joined(resource, 'telemetry.sdk.name', 'telemetry.sdk.language', 'telemetry.sdk.version'),
    distro: joined(resource, 'telemetry.distro.name', 'telemetry.distro.version'),
  }
  // JSON leaves out what is undefined.
  return described as Described
}

function joined(resource: Resource, ...keys: readonly string[]): string | undefined {
  const texts = keys.map(key => textOf(resource, key)).filter(text => text !== undefined)
  return texts.length === 0 ? undefined : texts.join(' ')
}

function textOf(resource: Resource, key: string): string | undefined {
  const value = attribute(resource.attributes, key)
  return typeof value === 'string' && value !== '' ? value.slice(0, MOST_CHARACTERS) : undefined
}
