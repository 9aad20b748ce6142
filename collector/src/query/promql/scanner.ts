/**
 * Cuts the text of a query into tokens, one at a time, and looks one token ahead.
 *
 * Keywords are identifiers here: `sum` may be a metric and `by` a label, and only the parser knows.
 * Source: prometheus.io/docs/prometheus/latest/querying/basics, "Literals" and "Comments".
 */
import type { Span } from './ast.ts'
import { DURATION } from './duration.ts'
import { malformed } from './fault.ts'
import { readQuoted } from './quoted.ts'

export type TokenKind = 'identifier' | 'number' | 'duration' | 'string' | 'symbol' | 'end'

export interface Token extends Span {
  readonly kind: TokenKind
  /** As written; of a string what it stands for. */
  readonly text: string
}

const SKIPPED = /(?:\s+|#[^\n]*)+/y
const IDENTIFIER = /[a-zA-Z_:][\w:]*/y
/** Within brackets a colon stands between range and step. */
const BRACKETED_IDENTIFIER = /[a-zA-Z_]\w*/y
const NUMBER = /0[xX][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y
const SYMBOL = /==|!=|<=|>=|=~|!~|[-+*/%^<>=!(){}[\],:@]/y

export class Scanner {
  readonly text: string
  /** Where the last token that was taken ends. */
  lastEnd = 0
  #at = 0
  #inBrackets = false
  #ahead: Token | undefined

  constructor(text: string) {
    this.text = text
  }

  /** The next token, not taken. */
  get ahead(): Token {
    return (this.#ahead ??= this.#scan())
  }

  take(): Token {
    const token = this.ahead
    this.#ahead = undefined
    this.lastEnd = token.end
    if (token.kind === 'symbol' && (token.text === '[' || token.text === ']'))
      this.#inBrackets = token.text === '['
    return token
  }

  /** Whether the next token is this symbol. */
  isSymbol(text: string): boolean {
    return this.ahead.kind === 'symbol' && this.ahead.text === text
  }

  /** Whether the next token is this word, in any case. */
  isWord(word: string): boolean {
    return this.ahead.kind === 'identifier' && this.ahead.text.toLowerCase() === word
  }

  takeSymbol(text: string): Token | undefined {
    return this.isSymbol(text) ? this.take() : undefined
  }

  takeWord(word: string): Token | undefined {
    return this.isWord(word) ? this.take() : undefined
  }

  #scan(): Token {
    this.#at += this.#match(SKIPPED)?.length ?? 0
    const start = this.#at
    const here = this.text.charAt(start)
    if (here === '') return { kind: 'end', text: '', start, end: start }
    if (here === '"' || here === "'" || here === '`') {
      const { value, end } = readQuoted(this.text, start)
      this.#at = end
      return { kind: 'string', text: value, start, end }
    }
    return (
      this.#token('duration', DURATION) ??
      this.#number() ??
      this.#token('identifier', this.#inBrackets ? BRACKETED_IDENTIFIER : IDENTIFIER) ??
      this.#token('symbol', SYMBOL) ??
      this.#unknown(here)
    )
  }

  #number(): Token | undefined {
    const token = this.#token('number', NUMBER)
    if (token === undefined || !/[\w.]/.test(this.text.charAt(token.end))) return token
    const whole = /[\w.]+/y
    whole.lastIndex = token.start
    throw malformed(
      `'${whole.exec(this.text)![0]}' is neither a number nor a duration such as 5m`,
      token.start,
    )
  }

  #token(kind: TokenKind, pattern: RegExp): Token | undefined {
    const text = this.#match(pattern)
    if (text === undefined) return undefined
    const start = this.#at
    this.#at += text.length
    return { kind, text, start, end: this.#at }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    return pattern.exec(this.text)?.[0]
  }

  #unknown(here: string): never {
    throw malformed(`'${here}' has no meaning here`, this.#at)
  }
}
