/**
 * Walks over the text of a search, piece by piece. It never throws: what is left open is told in
 * what it returns, for completion looks at texts that are still being typed.
 */
import { operatorOf } from './operators.ts'

const SPACE = /\s/
const OPERATOR = /[:=<>!~]/
const ENDS_WORD = /[\s()":=<>!~]/
/** What a backslash may stand before in a bare value. */
const ESCAPED_IN_VALUE = /[\s()"'\\:=<>!~]/

export interface Quoted {
  readonly text: string
  /** Whether the closing quote is there. */
  readonly closed: boolean
}

export class Scanner {
  readonly text: string
  at: number

  constructor(text: string, at = 0) {
    this.text = text
    this.at = at
  }

  get ended(): boolean {
    return this.at >= this.text.length
  }

  /** The character here; '' at the end. */
  get here(): string {
    return this.text.charAt(this.at)
  }

  peek(offset: number): string {
    return this.text.charAt(this.at + offset)
  }

  get atOperator(): boolean {
    return OPERATOR.test(this.here)
  }

  /** At the end, a space, or a parenthesis. */
  isBoundary(offset = 0): boolean {
    const char = this.peek(offset)
    return char === '' || SPACE.test(char) || char === '(' || char === ')'
  }

  skipSpace(): void {
    while (!this.ended && SPACE.test(this.here)) this.at++
  }

  /** A run without spaces, parentheses, double quotes and operators; may be empty. */
  word(): string {
    return this.#run(char => !ENDS_WORD.test(char))
  }

  /** The longest run of operator characters; may be empty. */
  operator(): string {
    return this.#run(char => OPERATOR.test(char))
  }

  /** Whether an operator is here, or stands alone between spaces, `duration > 300ms`, and then goes to it. */
  operatorFollows(): boolean {
    if (this.atOperator) return true
    const ahead = new Scanner(this.text, this.at)
    ahead.skipSpace()
    const from = ahead.at
    if (from === this.at || operatorOf(ahead.operator()) === undefined || !SPACE.test(ahead.here))
      return false
    this.at = from
    return true
  }

  /** Whether a quoted text begins here; a single quote only counts where it is closed. */
  get atQuote(): boolean {
    return this.here === '"' || (this.here === "'" && this.text.indexOf("'", this.at + 1) > 0)
  }

  /** A quoted text; `\"` and `\\` stand for themselves, other backslashes too. */
  quoted(): Quoted {
    const mark = this.here
    let text = ''
    for (this.at++; !this.ended; this.at++) {
      if (this.here === mark) {
        this.at++
        return { text, closed: true }
      }
      if (this.here === '\\' && (this.peek(1) === mark || this.peek(1) === '\\')) this.at++
      text += this.here
    }
    return { text, closed: false }
  }

  /** A regular expression between slashes; `\/` stands for a slash, other escapes are its own. */
  slashed(): Quoted {
    let text = ''
    for (this.at++; !this.ended; this.at++) {
      if (this.here === '/') {
        this.at++
        return { text, closed: true }
      }
      if (this.here === '\\' && this.at + 1 < this.text.length) {
        const escaped = this.text.charAt(++this.at)
        text += escaped === '/' ? '/' : `\\${escaped}`
      } else text += this.here
    }
    return { text, closed: false }
  }

  /** A value without quotes: up to a space, or to a parenthesis that it did not open. */
  bareValue(): string {
    let text = ''
    let open = 0
    for (; !this.ended && !SPACE.test(this.here); this.at++) {
      if (this.here === ')' && open === 0) break
      if (this.here === '\\' && this.peek(1) !== '' && ESCAPED_IN_VALUE.test(this.peek(1))) this.at++
      else if (this.here === '(') open++
      else if (this.here === ')') open--
      text += this.here
    }
    return text
  }

  #run(belongs: (char: string) => boolean): string {
    const from = this.at
    while (!this.ended && belongs(this.here)) this.at++
    return this.text.slice(from, this.at)
  }
}
