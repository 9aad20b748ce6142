/** Attribute values as text: strings as they are, everything else as JSON. */
import type { AttributeList, AttributeValue } from '../../../collector/src/serve/api-types.ts'

export const attributeText = (value: AttributeValue): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

/** The last value of a key, as OTLP has it where a key stands twice; undefined where it is absent. */
export function attributeOf(attributes: AttributeList, key: string): AttributeValue | undefined {
  return attributes.findLast(entry => entry.key === key)?.value
}

/** The address of a link that may be followed: http and https alone. */
export function linkOf(text: string): string | undefined {
  if (!/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text)) return undefined
  return new URL(text).href
}

/** One line for a list: line breaks shown as `⏎`, cut at `most` characters. */
export function oneLine(text: string, most: number): string {
  const flat = text.length > most * 2 ? text.slice(0, most * 2) : text
  const line = flat.replaceAll(/\s*[\r\n]+\s*/g, ' ⏎ ')
  return line.length > most ? `${line.slice(0, most)}…` : line
}
