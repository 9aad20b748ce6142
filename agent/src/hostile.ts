/**
 * What the host passes, looked at with care. Any of these may throw where a proxy does; the caller guards.
 */
import type { Context } from '@opentelemetry/api'

/** Longest value of a dimension: each one is kept for the life of the process. */
const LONGEST_DIMENSION = 1024

/** @returns attributes as they are; undefined for what cannot be any: text, lists, bytes, functions */
export function bagOf(value: unknown): object | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return Array.isArray(value) || ArrayBuffer.isView(value) ? undefined : value
}

/** @returns options, a link or a log record with attributes that are some; undefined for what is no object */
export function withBag(value: unknown): object | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { attributes } = value as { attributes?: unknown }
  return attributes === undefined || bagOf(attributes) !== undefined
    ? value
    : { ...value, attributes: undefined }
}

/** @returns the attributes of a measurement; what is long or nested is cut or left out */
export function dimensionsOf(value: unknown): object | undefined {
  const bag = bagOf(value) as Record<string, unknown> | undefined
  if (bag === undefined) return undefined
  for (const key in bag) {
    if (!isDimension(bag[key])) return Object.fromEntries(Object.entries(bag).flatMap(dimension))
  }
  return bag
}

function isDimension(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= LONGEST_DIMENSION
  return typeof value === 'number' || typeof value === 'boolean' || value === undefined
}

function dimension([key, value]: [string, unknown]): [string, unknown][] {
  if (typeof value === 'string') return [[key, value.slice(0, LONGEST_DIMENSION)]]
  return isDimension(value) ? [[key, value]] : []
}

export function isContext(value: unknown): value is Context {
  if (typeof value !== 'object' || value === null) return false
  try {
    return typeof (value as Partial<Context>).getValue === 'function'
  } catch {
    return false
  }
}
