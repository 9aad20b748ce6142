/** A template's text as pieces of text and of actions, and an action as tokens. */
import { TemplateError } from './ast.ts'

export type Piece = { readonly text: string } | { readonly action: string }

const COMMENT = /^\/\*[\s\S]*?\*\/$/

/** `{{- ` takes the white space before it away, ` -}}` what is behind it. */
export function pieces(template: string): readonly Piece[] {
  const found: Piece[] = []
  let at = 0
  let trims = false
  for (;;) {
    const open = template.indexOf('{{', at)
    const trimsBefore = open >= 0 && /^\{\{-\s/.test(template.slice(open, open + 4))
    const text = trimmed(template.slice(at, open < 0 ? undefined : open), trims, trimsBefore)
    if (text !== '') found.push({ text })
    if (open < 0) return found
    const begin = open + (trimsBefore ? 3 : 2)
    const close = endOfAction(template, begin)
    const inside = template.slice(begin, close)
    trims = /\s-$/.test(inside)
    const action = (trims ? inside.slice(0, -1) : inside).trim()
    if (!COMMENT.test(action)) found.push({ action })
    at = close + 2
  }
}

function trimmed(text: string, start: boolean, end: boolean): string {
  const cut = start ? text.trimStart() : text
  return end ? cut.trimEnd() : cut
}

/** Quotes and comments may hold braces. */
function endOfAction(template: string, from: number): number {
  const skip = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|\}\}/y
  for (let at = from; at < template.length;) {
    skip.lastIndex = at
    const found = skip.exec(template)?.[0]
    if (found === '}}') return at
    at += found?.length ?? 1
  }
  throw new TemplateError('unclosed action')
}

export interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'variable' | 'field' | 'symbol'
  readonly text: string
  /** Whether it follows the one before without white space. */
  readonly joined: boolean
}

const TOKEN =
  /\s*(?:("(?:[^"\\\n]|\\.)*"|`[^`]*`)|('(?:[^'\\\n]|\\.)*')|([+-]?(?:0[xX][\da-fA-F]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?))|(\$\w*)|(\.[\p{L}_][\p{L}\p{N}_]*)|([\p{L}_][\p{L}\p{N}_]*)|(:=|[=|(),.]))/uy
const KINDS = ['text', 'number', 'number', 'variable', 'field', 'name', 'symbol'] as const

export function tokens(action: string): readonly Token[] {
  const found: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < action.length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(action)
    if (match === null)
      throw new TemplateError(`unexpected ${JSON.stringify(action.slice(at, at + 20).trim())}`)
    const group = match.slice(1).findIndex(text => text !== undefined)
    const text = match[group + 1]!
    const joined = match[0] === text
    found.push(
      group === 1
        ? { kind: 'number', text: String(unquoted(text).codePointAt(0)), joined }
        : { kind: KINDS[group]!, text, joined },
    )
  }
  return found
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** The text of a literal in Go's quotes. */
export function unquoted(literal: string): string {
  const inside = literal.slice(1, -1)
  if (literal.startsWith('`')) return inside
  return inside.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/g,
    (_, byte, four, eight, octal, one: string | undefined) => {
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
      const hex = byte ?? four ?? eight
      return hex === undefined ? (ESCAPES[one!] ?? one!) : String.fromCodePoint(Number.parseInt(hex, 16))
    },
  )
}
