/**
 * How lengths of time, sizes and addresses are written in a configuration: `6h`, `10GB`,
 * `127.0.0.1:4318`. Each parser answers undefined where the text is not of its kind; what to say
 * about that is the schema's business.
 */
import { millis, type Millis } from '../model/time.ts'

declare const unit: unique symbol

/** A size in bytes; a whole number. */
export type Bytes = number & { readonly [unit]: 'Bytes' }

export const bytes = (value: number): Bytes => value as Bytes

const MILLIS_OF = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
])

/** `250ms`, `90s`, `1h30m`, `7d`: whole numbers, units from large to small or in any order. */
export function parseDuration(text: string): Millis | undefined {
  if (!/^(\d+(ms|[smhdw]))+$/.test(text)) return undefined
  let sum = 0
  for (const [, count, name] of text.matchAll(/(\d+)(ms|[smhdw])/g))
    sum += Number(count) * MILLIS_OF.get(name!)!
  return Number.isSafeInteger(sum) ? millis(sum) : undefined
}

const BYTES_OF = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['tb', 1e12],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
  ['tib', 2 ** 40],
])

/** `10GB` (powers of 1000), `64MiB` (powers of 1024), `1048576`; the unit in any case. */
export function parseSize(text: string): Bytes | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([kmgt]?i?b)?$/i.exec(text)
  const factor = match && BYTES_OF.get((match[2] ?? '').toLowerCase())
  if (!factor) return undefined
  const size = Math.round(Number(match[1]) * factor)
  return Number.isSafeInteger(size) ? bytes(size) : undefined
}

export interface ListenAddress {
  /** A host name or an address literal; IPv6 without brackets. */
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
}

/** `127.0.0.1:4318`, `localhost:0`, `[::1]:4318`. */
export function parseListen(text: string): ListenAddress | undefined {
  const match = /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text)
  const port = Number(match?.[3])
  if (!match || port > 65_535) return undefined
  return { host: match[1] ?? match[2]!, port }
}
