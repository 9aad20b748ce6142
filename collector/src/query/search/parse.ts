/**
 * The search language of traces and logs, parsed into the filter tree by recursive descent.
 *
 * ```
 * query  = and { OR and }
 * and    = unary { [AND] unary }
 * unary  = ( '-' | '!' | NOT ) unary | '(' query ')' | '*' | leaf
 * leaf   = field operator value | word | "quoted words"
 * ```
 * `service:checkout status:error duration>300ms http.route:/orders/* "timed out" -user.id:u_1`
 *
 * Bare words look into texts. A value with `*` is a wildcard, `key:*` asks whether the key is there,
 * `key~/…/` is a regular expression and `key~words` a substring. `:` and `=` are the same, save that
 * `body:` and `statusMessage:` look for a substring. Quoted values are taken as they are.
 */
import type { Field, Filter } from '../../filter/ast.ts'
import { compileRegex } from '../../filter/pattern.ts'
import { HodoscopeError } from '../../model/errors.ts'
import type { Signal } from '../../model/telemetry.ts'
import { fieldOfName, nameOfField, placeOfPrefix } from './fields.ts'
import { literalFor } from './literals.ts'
import { meantOperator, operatorOf, type Operator } from './operators.ts'
import { Scanner } from './scanner.ts'

const MAX_DEPTH = 64

/**
 * @param signal decides which names are intrinsics; all of them are where it is left out
 * @throws HodoscopeError `query_malformed` with the position of the fault
 */
export function parseSearch(text: string, signal?: Signal): Filter {
  return new Parser(text, signal).parse()
}

interface Value {
  readonly text: string
  /** `bare` values may hold wildcards. */
  readonly form: 'bare' | 'quoted' | 'regex'
  readonly at: number
}

class Parser {
  readonly #scan: Scanner
  readonly #signal: Signal | undefined
  #depth = 0

  constructor(text: string, signal: Signal | undefined) {
    this.#scan = new Scanner(text)
    this.#signal = signal
  }

  parse(): Filter {
    this.#scan.skipSpace()
    if (this.#scan.ended) return { op: 'all' }
    const filter = this.#or()
    if (!this.#scan.ended) throw this.#fault(`')' closes nothing`)
    return filter
  }

  #or(): Filter {
    const of = [this.#and()]
    while (this.#keyword('OR', '||')) of.push(this.#and())
    return of.length === 1 ? of[0]! : { op: 'or', of }
  }

  #and(): Filter {
    const of = [this.#unary()]
    for (;;) {
      this.#keyword('AND', '&&')
      if (this.#atEndOfAnd()) return of.length === 1 ? of[0]! : { op: 'and', of }
      of.push(this.#unary())
    }
  }

  #atEndOfAnd(): boolean {
    this.#scan.skipSpace()
    return this.#scan.ended || this.#scan.here === ')' || this.#isKeyword('OR') || this.#isKeyword('||')
  }

  #unary(): Filter {
    this.#scan.skipSpace()
    if (++this.#depth > MAX_DEPTH) throw this.#fault(`more than ${MAX_DEPTH} levels of nesting`)
    const filter = this.#negation() ? ({ op: 'not', of: this.#unary() } as const) : this.#primary()
    this.#depth--
    return filter
  }

  #negation(): boolean {
    if (this.#keyword('NOT')) return true
    const { here } = this.#scan
    const next = this.#scan.peek(1)
    const stands =
      here === '-' ? next === '(' || !this.#scan.isBoundary(1) : here === '!' && !/[\s):=<>!~]|^$/.test(next)
    if (stands) this.#scan.at++
    return stands
  }

  #primary(): Filter {
    const scan = this.#scan
    if (scan.ended) throw this.#fault('the search ends where something to search for is expected')
    if (scan.here === '(') return this.#group()
    if (scan.here === ')') throw this.#fault(`something to search for is expected before ')'`)
    for (const word of ['OR', '||', 'AND', '&&'])
      if (this.#isKeyword(word))
        throw this.#fault(`${word} needs something on its left; quote it to search for the word`)
    return this.#leaf()
  }

  #group(): Filter {
    const open = this.#scan.at++
    const filter = this.#or()
    if (this.#scan.here !== ')') throw this.#fault(`'(' is never closed`, open)
    this.#scan.at++
    return filter
  }

  #leaf(): Filter {
    const scan = this.#scan
    const start = scan.at
    if (scan.atQuote) {
      const text = this.#quoted()
      return scan.atOperator ? this.#comparison({ in: 'any', key: text }) : { op: 'text', text }
    }
    const word = scan.word()
    const place = placeOfPrefix(word)
    if (place !== undefined && scan.here === '"') return this.#comparison({ in: place, key: this.#quoted() })
    if (scan.operatorFollows()) {
      if (word !== '') return this.#comparison(fieldOfName(word, this.#signal))
      throw this.#fault(`a field is missing before '${scan.operator()}'`, start)
    }
    if (word === '') return { op: 'text', text: this.#quoted() }
    const text = word.replaceAll(/^\*+|\*+$/g, '')
    return text === '' ? { op: 'all' } : { op: 'text', text }
  }

  #comparison(field: Field): Filter {
    const at = this.#scan.at
    const spelling = this.#scan.operator()
    const op = operatorOf(spelling)
    if (op === undefined) throw this.#unknownOperator(spelling, at)
    this.#scan.skipSpace()
    const name = nameOfField(field, this.#signal)
    const value = this.#value(op, `${name}${spelling}`)
    if (op === '!=') return { op: 'not', of: this.#equals(field, value, false) }
    if (op === '!~') return { op: 'not', of: this.#matches(field, value) }
    if (op === '~') return this.#matches(field, value)
    if (op === ':' || op === '=') return this.#equals(field, value, op === ':')
    return { op, field, value: this.#literal(field, op, value) }
  }

  #value(op: Operator, before: string): Value {
    const scan = this.#scan
    const at = scan.at
    if (scan.here === '(')
      throw this.#fault(
        `a value cannot begin with '(': quote it, or repeat the field: (${before}a OR ${before}b)`,
      )
    if (scan.atQuote) return { text: this.#quoted(), form: 'quoted', at }
    if (scan.here === '/' && (op === '~' || op === '!~')) return { text: this.#regex(), form: 'regex', at }
    const text = scan.bareValue()
    if (text === '') throw this.#fault(`'${before}' needs a value; quote an empty one: ${before}""`)
    return { text, form: 'bare', at }
  }

  #equals(field: Field, value: Value, loose: boolean): Filter {
    if (value.form === 'bare' && value.text.includes('*')) {
      const pattern = value.text.replaceAll(/\*+/g, '*')
      return pattern === '*' ? { op: 'exists', field } : { op: 'wildcard', field, pattern }
    }
    if (loose && looksInside(field)) return { op: 'contains', field, pattern: value.text }
    return { op: '=', field, value: this.#literal(field, '=', value) }
  }

  #matches(field: Field, value: Value): Filter {
    return { op: value.form === 'regex' ? 'regex' : 'contains', field, pattern: value.text }
  }

  #literal(field: Field, op: '=' | '<' | '<=' | '>' | '>=', value: Value) {
    const literal = literalFor(field, op, value.text)
    if ('fault' in literal) throw this.#fault(literal.fault, value.at)
    return literal
  }

  #quoted(): string {
    const open = this.#scan.at
    const { text, closed } = this.#scan.quoted()
    if (!closed) throw this.#fault(`the quote is never closed`, open)
    return text
  }

  #regex(): string {
    const open = this.#scan.at
    const { text, closed } = this.#scan.slashed()
    if (!closed) throw this.#fault(`the regular expression is never closed by '/'`, open)
    const ignoresCase = this.#scan.here === 'i'
    if (ignoresCase) this.#scan.at++
    if (!this.#scan.isBoundary()) throw this.#fault(`a '/' inside a regular expression is written '\\/'`)
    const pattern = ignoresCase ? `(?i)${text}` : text
    try {
      compileRegex(pattern)
    } catch (cause) {
      throw this.#fault(cause instanceof Error ? cause.message : String(cause), open)
    }
    return pattern
  }

  #isKeyword(word: string): boolean {
    const { text, at } = this.#scan
    return text.startsWith(word, at) && this.#scan.isBoundary(word.length)
  }

  #keyword(...words: readonly string[]): boolean {
    this.#scan.skipSpace()
    const found = words.find(word => this.#isKeyword(word))
    if (found !== undefined) this.#scan.at += found.length
    return found !== undefined
  }

  #unknownOperator(spelling: string, at: number): HodoscopeError {
    const meant = meantOperator(spelling)
    const hint =
      meant === undefined
        ? '; there are : = != < <= > >= ~ !~, and quotes around text to search for'
        : `: did you mean '${meant}'?`
    return this.#fault(`unknown operator '${spelling.slice(0, 20)}'`, at, hint)
  }

  #fault(what: string, at = this.#scan.at, hint = ''): HodoscopeError {
    return new HodoscopeError('query_malformed', `${what} at ${at}${hint}`, { position: at })
  }
}

/** Fields of long texts, of which people type a part. */
export function looksInside(field: Field): boolean {
  return field.in === 'intrinsic' && (field.name === 'body' || field.name === 'statusMessage')
}
