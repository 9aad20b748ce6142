/**
 * The text of a search as the box edits it: which word the caret stands in, what may complete it,
 * and how a filter is written so that the collector reads it back as the same value.
 *
 * This is no parser: the collector parses and says where a query is wrong. Here only words are cut,
 * with the same quoting: `key:value key>=3 "a phrase" -key:"two words" key~/re/`.
 */

export interface Word {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Words of a search: runs without white space or parentheses outside double quotes. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = []
  let start = -1
  let quoted = false
  for (let i = 0; i <= text.length; i++) {
    const character = text[i]
    if (quoted) {
      if (character === '\\') i++
      else if (character === '"') quoted = false
      if (i < text.length) continue
    }
    const separates = character === undefined || /[\s()]/.test(character)
    if (character === '"') quoted = true
    if (!separates && start < 0) start = i
    if (separates && start >= 0) {
      words.push({ start, end: Math.min(i, text.length), text: text.slice(start, i) })
      start = -1
    }
  }
  return words
}

const OPERATOR = /^(-?)("(?:[^"\\]|\\.)+"|[A-Za-z_@][\w.\-/@]*)(:|!=|>=|<=|=|>|<|~)(.*)$/s

export type Completing =
  | { readonly what: 'key'; readonly prefix: string; readonly start: number; readonly end: number }
  | {
      readonly what: 'value'
      readonly key: string
      readonly prefix: string
      readonly start: number
      readonly end: number
    }

/** What the word under the caret may be completed to. */
export function completingAt(text: string, caret: number): Completing {
  const word = wordsOf(text).find(candidate => candidate.start <= caret && caret <= candidate.end)
  if (!word) return { what: 'key', prefix: '', start: caret, end: caret }
  const typed = text.slice(word.start, caret)
  const match = OPERATOR.exec(typed)
  if (!match) {
    const start = word.start + (typed.startsWith('-') ? 1 : 0)
    return { what: 'key', prefix: text.slice(start, caret), start, end: word.end }
  }
  const [, minus = '', key = '', operator = '', value = ''] = match
  const start = word.start + minus.length + key.length + operator.length
  return { what: 'value', key: unquote(key), prefix: value.replace(/^"/, ''), start, end: word.end }
}

export interface Equality {
  readonly key: string
  readonly value: string
  readonly start: number
  readonly valueStart: number
  readonly end: number
}

/** The words of a search that ask for one value of one key: no negation, no wildcard. */
export function equalities(text: string): Equality[] {
  return wordsOf(text).flatMap(({ start, end, text: word }) => {
    const [, minus, key = '', operator = '', value = ''] = OPERATOR.exec(word) ?? []
    if (minus !== '' || !(operator === ':' || operator === '=') || value === '' || value.includes('*'))
      return []
    return [{ key: unquote(key), value: unquote(value), start, valueStart: end - value.length, end }]
  })
}

/** Replaces the completed word; a value is followed by a space, a key by its colon. */
export function complete(text: string, at: Completing, choice: string): { text: string; caret: number } {
  const inserted = at.what === 'key' ? `${choice}:` : `${quoteValue(choice)} `
  const rest = text.slice(at.end).replace(at.what === 'value' ? /^ / : /^:/, '')
  return { text: text.slice(0, at.start) + inserted + rest, caret: at.start + inserted.length }
}

const unquote = (text: string): string =>
  text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll(/\\(["\\])/g, '$1') : text

/** A value as a word: bare where that is unambiguous, else in double quotes. */
export function quoteValue(value: string): string {
  if (/^[\w./@+#%$][\w./@:+#%$-]*$/.test(value) && !/^(OR|AND|NOT)$/.test(value)) return value
  return `"${value.replaceAll(/["\\]/g, character => `\\${character}`)}"`
}

/** Names that the language reads as a place or as a property of every record, not as a key. */
const NOT_A_KEY = /^(?:span|log|event|link|scope|resource|trace|parent|status)\./

/**
 * One filter on an attribute, wherever it stands. A key that could be read as something else (`status`,
 * `event.name`, one with blanks) is quoted, which always means the attribute of that name.
 */
export function attributeTerm(key: string, value: string, negated = false): string {
  const plain = /^[A-Za-z][\w-]*(?:\.[\w-]+)+$/.test(key) && !NOT_A_KEY.test(key)
  return filterTerm(
    plain ? key : `"${key.replaceAll(/["\\]/g, character => `\\${character}`)}"`,
    value,
    negated,
  )
}

/** One filter: `key:value`, or `-key:value`. */
export const filterTerm = (key: string, value: string, negated = false): string =>
  `${negated ? '-' : ''}${key}:${quoteValue(value)}`

/** Adds a filter to a search, unless it stands there; its opposite is removed. */
export function withTerm(text: string, term: string): string {
  const opposite = term.startsWith('-') ? term.slice(1) : `-${term}`
  const words = wordsOf(text)
  if (words.some(word => word.text === term)) return text
  const other = words.find(word => word.text === opposite)
  const kept = other ? text.slice(0, other.start) + text.slice(other.end) : text
  return `${kept.replaceAll(/ {2,}/g, ' ').trim()} ${term}`.trim()
}
