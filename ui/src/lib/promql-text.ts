/**
 * The text of a PromQL query as the editor sees it: which names it holds, what the caret stands in, and
 * where the collector found fault.
 *
 * This is no parser: the collector parses. Here only tokens are cut, so that half a query has completions.
 */
import { isPromqlWord, LABEL_LISTS } from './promql-words.ts'

export interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'mark'
  readonly text: string
  readonly start: number
  readonly end: number
  /** A string that is never closed. */
  readonly open?: true
}

const TOKEN =
  /#[^\n]*|([A-Za-z_:][\w:]*)|("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?)|(\d[\w.]*)|(=~|!~|!=|==|>=|<=|[^\s\w])/gs

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(TOKEN)) {
    const [whole, word, string, number, mark] = match
    const place = { text: whole, start: match.index, end: match.index + whole.length }
    if (word !== undefined) tokens.push({ kind: 'word', ...place })
    else if (string !== undefined) tokens.push({ kind: 'string', ...place, ...(isOpen(string) && OPEN) })
    else if (number !== undefined) tokens.push({ kind: 'number', ...place })
    else if (mark !== undefined) tokens.push({ kind: 'mark', ...place })
  }
  return tokens
}

const OPEN = { open: true } as const
const isOpen = (string: string): boolean =>
  string.length < 2 || string.at(-1) !== string[0] || /[^\\](\\\\)*\\.$/.test(string)

interface Place {
  /** What is typed of it. */
  readonly prefix: string
  /** What a completion replaces. */
  readonly start: number
  readonly end: number
}

export type Completing = Place &
  (
    | { readonly what: 'expression' | 'window' | 'nothing' }
    /** `alone`: in a list of labels, where no matcher follows. */
    | { readonly what: 'label'; readonly metric: string; readonly alone: boolean }
    | { readonly what: 'value'; readonly metric: string; readonly label: string; readonly close: string }
  )

/** What the caret stands in, and what may complete it there. */
export function completingAt(text: string, caret: number): Completing {
  const tokens = tokensOf(text)
  const before = tokens.filter(({ start }) => start < caret)
  const last = before.at(-1)
  const within = last && (caret < last.end || last.open || (caret === last.end && last.kind !== 'string'))
  const under = within && last.kind !== 'mark' ? last : undefined
  if (under) before.pop()
  const room = roomOf(before, tokens)
  if (under?.kind === 'string') return inString(text, caret, under, before, room)
  const start = under?.start ?? caret
  const place = { prefix: text.slice(start, caret), start, end: under?.end ?? caret }
  if (room.what === 'window') return { what: 'window', ...place }
  if (under?.kind === 'number') return { what: 'nothing', ...place }
  if (room.what === 'expression') return { what: 'expression', ...place }
  const follows = before.at(-1)?.text
  if (follows !== '{' && follows !== '(' && follows !== ',') return { what: 'nothing', ...place }
  return { what: 'label', metric: room.metric, alone: room.what === 'list', ...place }
}

/** A string is the value of a label where a matcher stands before it. */
function inString(
  text: string,
  caret: number,
  { start, end, open, text: string }: Token,
  before: readonly Token[],
  { metric }: Room,
): Completing {
  const place = { prefix: text.slice(start + 1, caret), start: start + 1, end: open ? caret : end - 1 }
  const [label, matcher] = before.slice(-2)
  if (label?.kind !== 'word' || !['=', '!=', '=~', '!~'].includes(matcher?.text ?? ''))
    return { what: 'nothing', ...place }
  return { what: 'value', metric, label: label.text, close: open ? string[0]! : '', ...place }
}

interface Room {
  readonly what: 'expression' | 'labels' | 'list' | 'window'
  readonly metric: string
}

/** The innermost brackets that are open. A list of labels belongs to the first metric of the query. */
function roomOf(before: readonly Token[], all: readonly Token[]): Room {
  const open: Room[] = []
  const metric = metricsOf(all)[0] ?? ''
  before.forEach(({ text }, i) => {
    const word = before[i - 1]?.kind === 'word' ? before[i - 1]!.text : ''
    if (text === '{') open.push({ what: 'labels', metric: word })
    else if (text === '[') open.push({ what: 'window', metric })
    else if (text === '(')
      open.push({ what: LABEL_LISTS.has(word.toLowerCase()) ? 'list' : 'expression', metric })
    else if (text === ')' || text === '}' || text === ']') open.pop()
  })
  return open.at(-1) ?? { what: 'expression', metric }
}

/** Names of metrics, in the order in which they stand. */
export function metricsOf(tokens: readonly Token[]): string[] {
  const names: string[] = []
  let quiet = 0
  tokens.forEach(({ kind, text }, i) => {
    const word = tokens[i - 1]?.text.toLowerCase() ?? ''
    if (text === '{' || text === '[' || (text === '(' && (quiet > 0 || LABEL_LISTS.has(word)))) quiet++
    else if (quiet > 0 && (text === '}' || text === ']' || text === ')')) quiet--
    else if (kind === 'word' && quiet === 0 && !isPromqlWord(text)) names.push(text)
  })
  return names
}

/** The text with what completes it, and where the caret stands then. */
export function complete(text: string, at: Completing, insert: string): { text: string; caret: number } {
  return {
    text: text.slice(0, at.start) + insert + text.slice(at.end),
    caret: at.start + insert.length,
  }
}

/**
 * Prometheus' wording of a fault: `invalid parameter "query": 2:5: parse error: unexpected …`.
 * @returns the message without the place; the place as an offset into the query
 */
export function readFault(message: string, query: string): { message: string; position: number | undefined } {
  const match = /^invalid parameter "query": (\d+):(\d+): parse error: (.*)$/s.exec(message)
  if (!match) return { message, position: undefined }
  const before = query.split('\n').slice(0, Number(match[1]) - 1)
  const position = before.reduce((sum, line) => sum + line.length + 1, 0) + Number(match[2]) - 1
  return { message: match[3]!, position: Math.min(position, query.length) }
}

/** A text as a string of PromQL. */
export const quoted = (text: string): string => JSON.stringify(text)

/** A regular expression of RE2 that finds the text itself. */
export const literalPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
