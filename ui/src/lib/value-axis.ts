/** The axis of values: between which two it runs, and where it is marked (1, 2, 5 × 10ⁿ). */
import { formatQuantity, type Quantity } from './quantity.ts'
import type { Tick } from './ticks.ts'

export interface ValueAxis {
  readonly low: number
  readonly high: number
  readonly ticks: readonly Tick[]
  /** Where a value stands, of the height: 0 at the foot, 1 at the top. */
  readonly share: (value: number) => number
}

export const linearAxis = (low: number, high: number, ticks: readonly Tick[]): ValueAxis => ({
  low,
  high,
  ticks,
  share: value => (value - low) / (high - low),
})

/** A band narrower than this share of its top is looked at by itself; all else begins at zero. */
const NARROW = 0.2

/** @param low, high  the smallest and the largest value; both ends of the axis are marked */
export function valueAxis(low: number, high: number, most: number, quantity: Quantity): ValueAxis {
  const [from, to] = bounds(low, high)
  const step = pleasantStep((to - from) / most)
  const first = Math.floor(from / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(to / step - 1e-9))
  const ticks: Tick[] = []
  for (let i = first; i <= last; i++) {
    const at = Number((i * step).toPrecision(12))
    ticks.push({ at, label: tickLabel(at, step, Math.max(Math.abs(first), Math.abs(last)) * step, quantity) })
  }
  return linearAxis(ticks[0]!.at, ticks.at(-1)!.at, ticks)
}

function bounds(low: number, high: number): [number, number] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1]
  if (low === high && low === 0) return [0, 1]
  if (low >= 0) return high - low < high * NARROW && low !== high ? [low, high] : [0, high]
  if (high <= 0) return [low, 0]
  return [low, high]
}

function pleasantStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5].find(factor => factor * power >= least * (1 - 1e-9)) ?? 10)
}

const SCALES: Readonly<Record<Quantity, readonly (readonly [number, string])[]>> = {
  seconds: [
    [1, 's'],
    [1e-3, 'ms'],
    [1e-6, 'µs'],
    [1e-9, 'ns'],
  ],
  bytes: [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
    [1, 'B'],
  ],
  'bytes/s': [
    [1e9, 'GB/s'],
    [1e6, 'MB/s'],
    [1e3, 'kB/s'],
    [1, 'B/s'],
  ],
  ratio: [[0.01, '%']],
  'per second': [
    [1e9, 'G/s'],
    [1e6, 'M/s'],
    [1e3, 'k/s'],
    [1, '/s'],
  ],
  number: [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
    [1, ''],
  ],
}

/** In the unit of the whole axis, with the digits that tell neighbours apart. */
function tickLabel(at: number, step: number, largest: number, quantity: Quantity): string {
  if (at === 0) return '0'
  if (quantity === 'seconds' && largest >= 600) return formatQuantity(at, quantity)
  const scales = SCALES[quantity]
  const [size, unit] = scales.find(([scale]) => largest >= scale) ?? scales.at(-1)!
  if (largest < 1e-3 && size === 1) return formatQuantity(at, quantity)
  const digits = Math.max(0, -Math.floor(Math.log10(step / size) + 1e-9))
  const number = Math.abs(at / size).toFixed(Math.min(digits, 12))
  return `${at < 0 ? '−' : ''}${number}${unit === '' || unit.startsWith('/') ? '' : '\u00a0'}${unit}`
}
