/**
 * Labels of alerts: how they are matched, and the fingerprint by which an alert is known.
 *
 * Source: github.com/prometheus/common, model/fnv.go and model/signature.go (FNV-1a over sorted
 * names and values, each followed by 0xff); Alertmanager's matchers.
 */
import { compileRegex } from '../filter/pattern.ts'

export type Labels = Readonly<Record<string, string>>

/** The offset basis 0xcbf29ce484222325 in halves; the prime is 2^40 + 0x1b3. */
const OFFSET = { high: 0xcbf29ce4, low: 0x84222325 }
const PRIME_LOW = 0x1b3
const SEPARATOR = 0xff
const WORD = 0x1_0000_0000

/** 16 hex digits; the same labels in any order have the same. */
export function fingerprint(labels: Labels): string {
  let { high, low } = OFFSET
  const add = (byte: number): void => {
    const mixed = (low ^ byte) >>> 0
    const product = mixed * PRIME_LOW
    high = (high * PRIME_LOW + Math.floor(product / WORD) + mixed * 256) % WORD
    low = product % WORD
  }
  for (const name of Object.keys(labels).toSorted()) {
    for (const byte of Buffer.from(name)) add(byte)
    add(SEPARATOR)
    for (const byte of Buffer.from(labels[name]!)) add(byte)
    add(SEPARATOR)
  }
  return [high, low].map(half => half.toString(16).padStart(8, '0')).join('')
}

export interface Matcher {
  readonly name: string
  readonly op: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

/** An absent label has the value ''. Regular expressions match the whole value, in linear time. */
export function matches({ name, op, value }: Matcher, labels: Labels): boolean {
  const label = Object.hasOwn(labels, name) ? labels[name]! : ''
  if (op === '=') return label === value
  if (op === '!=') return label !== value
  return compileRegex(`^(?:${value})$`)(label) === (op === '=~')
}

export const matchesAll = (matchers: readonly Matcher[], labels: Labels): boolean =>
  matchers.every(matcher => matches(matcher, labels))

const FORM = /^\s*([a-zA-Z_][\w.-]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|(\S*))\s*$/

/** `severity="page"`, `service=~"pay.*"`. @returns undefined where the text is no matcher */
export function parseMatcher(text: string): Matcher | undefined {
  const match = FORM.exec(text)
  if (match === null) return undefined
  const value = match[3]?.replaceAll(/\\(.)/g, '$1') ?? match[4]!
  const matcher: Matcher = { name: match[1]!, op: match[2] as Matcher['op'], value }
  return isSound(matcher) ? matcher : undefined
}

function isSound(matcher: Matcher): boolean {
  try {
    matches(matcher, {})
    return true
  } catch {
    return false
  }
}

export const matcherText = ({ name, op, value }: Matcher): string => `${name}${op}${JSON.stringify(value)}`
