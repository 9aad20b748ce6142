/**
 * SQL as spans carry it: the text with its literals masked, and a summary of few values for the span's name.
 *
 * One scan over the text, no grammar: what is quoted by `'` and every number is a literal; what is quoted by `"`,
 * `` ` `` or `[]` is a name. Lists of placeholders shrink to one, so that the same statement for 3 and for 300 values
 * is one text.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/db/sql/ and .../db/database-spans/ (query summary)
 */
export interface Statement {
  /** `SELECT orders items`; the first word for what names no table. */
  readonly summary: string
  /** Upper-case first word: `SELECT`. */
  readonly operation: string
  /** The table, where the statement names exactly one. */
  readonly table: string | undefined
  readonly text: string
}

const LONGEST_TEXT = 4096
const LONGEST_SUMMARY = 120

/** What stands between quotes is a literal or a name by the dialect: MySQL reads `"` as a string, and `\` in it. */
export type Dialect = 'standard' | 'mysql' | 'postgresql'

const STANDARD_STRING = /[xX]?'(?:[^']|'')*(?:'|$)/
const ESCAPED_STRING = /[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|$)/
const DOLLAR_STRING = /\$(?<tag>(?:[A-Za-z_]\w*)?)\$[\s\S]*?(?:\$\k<tag>\$|$)/
const MYSQL_STRING = /[xX]?'(?:[^'\\]|''|\\[\s\S])*(?:'|\\?$)|"(?:[^"\\]|""|\\[\s\S])*(?:"|\\?$)/
const NUMBER = /0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?/
const NAME = /"(?:[^"]|"")*"?|`[^`]*`?|\[[^\]]*\]?|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/
const BLANK = /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/
const REST = /[?:@$]\w+|[\s\S]/

const TOKENS: Record<Dialect, RegExp> = {
  standard: tokens([BLANK], [STANDARD_STRING]),
  mysql: tokens([BLANK, /#[^\n]*/], [MYSQL_STRING]),
  postgresql: tokens([BLANK], [ESCAPED_STRING, STANDARD_STRING, DOLLAR_STRING]),
}

/** Names come before numbers, so that the digits in `t2` are none. */
function tokens(blanks: readonly RegExp[], strings: readonly RegExp[]): RegExp {
  const any = (...parts: readonly RegExp[]) => parts.map(part => part.source).join('|')
  return new RegExp(
    `(?<blank>${any(...blanks)})|(?<string>${any(...strings)})|${any(NAME)}|(?<number>${any(NUMBER)})|${any(REST)}`,
    'g',
  )
}

/** @param sql  any text; what is no SQL comes out as its first word */
export function describeStatement(sql: string, dialect: Dialect = 'standard'): Statement {
  const tokens = maskedTokens(sql.slice(0, LONGEST_TEXT * 4), TOKENS[dialect])
  const words = tokens.filter(token => token !== ' ')
  const operation = /^[A-Za-z]+$/.test(words[0] ?? '') ? words[0]!.toUpperCase() : 'SQL'
  const { summary, tables } = summarise(words, operation)
  return { summary, operation, table: tables.size === 1 ? [...tables][0] : undefined, text: textOf(tokens) }
}

function maskedTokens(sql: string, pattern: RegExp): string[] {
  const tokens: string[] = []
  for (const { 0: token, groups } of sql.matchAll(pattern)) {
    if (groups!['blank'] !== undefined) {
      if (tokens.length > 0 && tokens.at(-1) !== ' ') tokens.push(' ')
    } else tokens.push((groups!['string'] ?? groups!['number']) === undefined ? token : '?')
  }
  if (tokens.at(-1) === ' ') tokens.pop()
  return tokens
}

function textOf(tokens: readonly string[]): string {
  return tokens
    .join('')
    .replace(/\(\s*\?(?:\s*,\s*\?)+\s*\)/g, '(?)')
    .replace(/\((\?)\)(?:\s*,\s*\(\?\))+/g, '($1)')
    .slice(0, LONGEST_TEXT)
}

/** Words after which a table is named, and those that start a part of the statement. */
const BEFORE_TABLE = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'TABLE', 'INDEX', 'VIEW', 'TRIGGER'])
const OPERATIONS = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'REPLACE'])
const NOISE = new Set(['IF', 'NOT', 'EXISTS', 'ONLY', 'OR', 'IGNORE', 'REPLACE', 'ABORT', 'FAIL', 'ROLLBACK'])
const DEFINING = new Set(['CREATE', 'DROP', 'ALTER'])

function summarise(words: readonly string[], operation: string): { summary: string; tables: Set<string> } {
  const parts: string[] = [operation]
  const tables = new Set<string>()
  if (operation === 'PRAGMA') return { summary: `PRAGMA ${words[1] ?? ''}`.trim(), tables }
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!.toUpperCase()
    if (i > 0 && OPERATIONS.has(word) && startsPart(words, i, operation)) parts.push(word)
    if (!BEFORE_TABLE.has(word)) continue
    if (DEFINING.has(operation) && word !== 'FROM' && parts.length === 1) parts.push(word)
    const name = nameAt(words, i + 1)
    if (name === undefined || tables.has(name)) continue
    tables.add(name)
    parts.push(name)
    if (DEFINING.has(operation)) break
  }
  return { summary: parts.join(' ').slice(0, LONGEST_SUMMARY), tables }
}

/** `INSERT … SELECT` and `WITH … DELETE` do both; in `ON CONFLICT DO UPDATE`, `FOR UPDATE`, `ON DELETE` nothing new is done. */
function startsPart(words: readonly string[], at: number, operation: string): boolean {
  if (DEFINING.has(operation)) return false
  const before = words[at - 1]!.toUpperCase()
  return (
    !['DO', 'FOR', 'ON', 'OR'].includes(before) &&
    (operation === 'WITH' || operation === 'INSERT' || before === '(')
  )
}

/** The table's own name, without schema and quotes; undefined before a subquery. */
function nameAt(words: readonly string[], start: number): string | undefined {
  let at = start
  while (NOISE.has(words[at]?.toUpperCase() ?? '')) at++
  while (words[at + 1] === '.' && words[at + 2] !== undefined) at += 2
  const name = words[at]?.replace(/^["`[]|["`\]]$/g, '')
  return name !== undefined && /^[\w$\u0080-\uffff]/.test(name) && !/^(SELECT|SET|VALUES)$/i.test(name)
    ? name
    : undefined
}
