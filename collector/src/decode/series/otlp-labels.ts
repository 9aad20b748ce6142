/**
 * Labels that come of resources, scopes and attributes.
 *
 * Source: OpenTelemetry specification, compatibility/prometheus_and_openmetrics.md.
 */
import { attribute, type AnyValue, type Attributes } from '../../model/attributes.ts'
import type { Label } from '../../model/series.ts'
import { serviceName, type Resource } from '../../model/telemetry.ts'
import { valueText } from '../../model/value-text.ts'
import { scopeOf } from '../containers.ts'
import { labelBytes } from './label-bytes.ts'
import { labelName } from './naming.ts'

export interface OtlpSeriesOptions {
  /** Resource attributes that are labels of every series; `*` stands for all. */
  readonly resourceLabels: readonly string[]
}

/** What of a resource all its series share. */
export interface ResourceContext {
  readonly labels: readonly Label[]
  /** The label bytes of its `target_info`; undefined where there is nothing to tell. */
  readonly info: Uint8Array | undefined
}

export function resourceContext(resource: Resource, { resourceLabels }: OtlpSeriesOptions): ResourceContext {
  const identity = identityOf(resource)
  const described = resource.attributes.filter(({ key }) => !IDENTITY.has(key))
  const promoted = resource.attributes.filter(
    ({ key }) => resourceLabels.includes('*') || resourceLabels.includes(key),
  )
  const info =
    identity.length === 0 || described.length === 0
      ? undefined
      : labelBytes([['__name__', 'target_info'], ...withAttributes(identity, described)])
  return { labels: withAttributes(identity, promoted), info }
}

const IDENTITY: ReadonlySet<string> = new Set(['service.name', 'service.namespace', 'service.instance.id'])

const textOfValue = (value: AnyValue): string => valueText(value) ?? ''

function identityOf(resource: Resource): Label[] {
  const textOf = (key: string): string => {
    const value = attribute(resource.attributes, key)
    return value === undefined ? '' : textOfValue(value)
  }
  const namespace = textOf('service.namespace')
  const name = attribute(resource.attributes, 'service.name') === undefined ? '' : serviceName(resource)
  const labels: Label[] = [
    ['job', namespace === '' || name === '' ? name : `${namespace}/${name}`],
    ['instance', textOf('service.instance.id')],
  ]
  return labels.filter(([, value]) => value !== '')
}

export function scopeLabels(bytes: Buffer, start: number, end: number): Label[] {
  const scope = scopeOf(bytes, start, end, '')
  const attributes = scope.attributes.map(({ key, value }) => ({ key: `otel_scope_${key}`, value }))
  const named: Label[] = [
    ['otel_scope_name', scope.name],
    ['otel_scope_version', scope.version],
  ]
  return withAttributes(named, attributes).filter(([, value]) => value !== '')
}

/**
 * Labels of attributes, under those that stand already. Of a key that stands twice the last value
 * counts; different keys that become one name have their values joined by `;`, in order of the keys.
 */
export function withAttributes(fixed: readonly Label[], attributes: Attributes): Label[] {
  const byKey = new Map(attributes.map(({ key, value }) => [key, textOfValue(value)]))
  const byName = new Map<string, string>()
  for (const [key, value] of [...byKey].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const name = labelName(key)
    const before = byName.get(name)
    byName.set(name, before === undefined ? value : `${before};${value}`)
  }
  for (const [name, value] of fixed) byName.set(name, value)
  return [...byName]
}
