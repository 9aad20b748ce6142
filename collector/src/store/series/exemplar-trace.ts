/** The trace that an exemplar belongs to, by the labels under which exemplars carry it. */
import { lookupHash } from '../../model/lookup-hash.ts'
import type { Labels } from '../../model/series.ts'

const NAMES: ReadonlySet<string> = new Set(['trace_id', 'traceID', 'traceId'])

/** @returns 32 lower-case hex digits; undefined where it belongs to none */
export function traceOfExemplar(labels: Labels): string | undefined {
  const value = labels.find(([name]) => NAMES.has(name))?.[1].toLowerCase()
  return value !== undefined && /^[0-9a-f]{32}$/.test(value) ? value : undefined
}

/** The hash under which it is looked up: that of the id's 16 bytes. */
export const traceHash = (traceId: string): number => lookupHash(Buffer.from(traceId, 'hex'), 0, 16)
