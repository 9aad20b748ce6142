/**
 * Which of the twelve hues a series has. Where services set series apart each has its service's, as on
 * every page; else a series takes the hue of its labels, or the next that is free.
 */
import { SERVICE_HUES, serviceHue } from './hue.ts'
import type { Naming, Series } from './matrix.ts'

export interface Stroke {
  readonly hue: number
  /** How often the hue was given away before: such a line is dashed. */
  readonly round: number
}

const SERVICE_LABELS: readonly string[] = ['job', 'service', 'service_name']

/** By the series' keys. */
export function strokesOf(series: readonly Series[], { differing }: Naming): ReadonlyMap<string, Stroke> {
  const [only] = differing
  const byService = differing.length === 1 && SERVICE_LABELS.includes(only!)
  const used = Array.from({ length: SERVICE_HUES }, () => 0)
  const strokes = new Map<string, Stroke>()
  for (const { key, labels } of series.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    const hue = byService
      ? serviceHue(serviceOf(labels[only!] ?? ''))
      : nextHue(Number.parseInt(key, 36), used)
    strokes.set(key, { hue, round: used[hue]!++ })
  }
  return strokes
}

/** A `job` of OTLP is `namespace/service`. */
const serviceOf = (job: string): string => job.slice(job.lastIndexOf('/') + 1)

function nextHue(wanted: number, used: readonly number[]): number {
  const least = Math.min(...used)
  for (let i = 0; ; i++) {
    const hue = (wanted + i) % SERVICE_HUES
    if (used[hue] === least) return hue
  }
}
