/**
 * PromQL, parsed by precedence climbing (Pratt): each operator binds the operands that bind tighter.
 *
 * ```
 * or  <  and unless  <  == != < <= > >=  <  + -  <  * / % atan2 and signs  <  ^ (to the right)
 * ```
 * Selectors, ranges, `offset` and `@` stand in `parse-selector.ts`.
 * Source: prometheus.io/docs/prometheus/latest/querying/operators.
 */
import type { AggregationOp, Binary, BinaryOp, Expr, Grouping, Matching } from './ast.ts'
import { COMPARISONS, SET_OPERATORS } from './ast.ts'
import { checkTypes } from './check.ts'
import { parseDuration } from './duration.ts'
import { malformed } from './fault.ts'
import { parseLiteral } from './number.ts'
import { labelNames, modifiers, selector } from './parse-selector.ts'
import { Scanner, type Token } from './scanner.ts'
import { SIGNATURES, whyUnknown } from './signatures.ts'

const MAX_DEPTH = 200

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ['unless', 2],
  ...['==', '!=', '<', '<=', '>', '>='].map(op => [op, 3] as const),
  ['+', 4],
  ['-', 4],
  ...['*', '/', '%', 'atan2'].map(op => [op, 5] as const),
  ['^', 6],
])
const SIGN_PRECEDENCE = 5

export const AGGREGATIONS: ReadonlySet<string> = new Set<AggregationOp>([
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'quantile',
  'count_values',
])
/** They take a value before the vector. */
const WITH_PARAM: ReadonlySet<string> = new Set(['topk', 'bottomk', 'quantile', 'count_values'])

/**
 * @returns a tree whose types fit
 * @throws HodoscopeError `query_malformed` with the position of the fault
 */
export function parsePromql(text: string): Expr {
  const parser = new Parser(text)
  const expr = parser.whole()
  checkTypes(expr)
  return expr
}

class Parser {
  readonly #scan: Scanner
  #depth = 0

  constructor(text: string) {
    this.#scan = new Scanner(text)
  }

  whole(): Expr {
    if (this.#scan.ahead.kind === 'end') throw malformed('the query is empty', 0)
    const expr = this.#expression(0)
    const rest = this.#scan.ahead
    if (rest.kind !== 'end') throw unexpected(rest, 'an operator or the end')
    return expr
  }

  /** Operators of a precedence above `floor`. */
  #expression(floor: number): Expr {
    if (++this.#depth > MAX_DEPTH)
      throw malformed(`more than ${MAX_DEPTH} levels of nesting`, this.#scan.ahead.start)
    let left = this.#operand()
    for (let op = this.#operator(); op !== undefined; op = this.#operator()) {
      const precedence = PRECEDENCE.get(op)!
      if (precedence <= floor) break
      left = this.#binary(left, op, precedence)
    }
    this.#depth--
    return left
  }

  /** The binary operator ahead, not taken. */
  #operator(): BinaryOp | undefined {
    const { kind, text } = this.#scan.ahead
    const op = text.toLowerCase()
    return (kind === 'symbol' || kind === 'identifier') && PRECEDENCE.has(op) ? (op as BinaryOp) : undefined
  }

  #binary(left: Expr, op: BinaryOp, precedence: number): Binary {
    const at = this.#scan.take()
    const bool = this.#scan.takeWord('bool')
    if (bool !== undefined && !COMPARISONS.has(op))
      throw malformed(`'bool' stands after comparisons only`, bool.start)
    const matching = this.#matching(op, at)
    const right = this.#expression(op === '^' ? precedence - 1 : precedence)
    return {
      kind: 'binary',
      op,
      left,
      right,
      bool: bool !== undefined,
      matching,
      start: left.start,
      end: right.end,
    }
  }

  #matching(op: BinaryOp, at: Token): Matching | undefined {
    const scan = this.#scan
    const word = scan.takeWord('on') ?? scan.takeWord('ignoring')
    if (word === undefined) return undefined
    const labels = labelNames(scan)
    const side = scan.takeWord('group_left') ?? scan.takeWord('group_right')
    if (side !== undefined && SET_OPERATORS.has(op))
      throw malformed(`'${at.text}' takes no '${side.text}'`, side.start)
    const include = side !== undefined && scan.isSymbol('(') ? labelNames(scan) : []
    const on = word.text.toLowerCase() === 'on'
    const shared = on ? include.find(name => labels.includes(name)) : undefined
    if (shared !== undefined)
      throw malformed(`label '${shared}' must not stand in both 'on' and '${side!.text}'`, side!.start)
    const group = side === undefined ? 'none' : side.text.toLowerCase() === 'group_left' ? 'left' : 'right'
    return { on, labels, group, include }
  }

  #operand(): Expr {
    const scan = this.#scan
    const sign = scan.takeSymbol('-') ?? scan.takeSymbol('+')
    if (sign === undefined) return modifiers(scan, this.#primary())
    const expr = this.#expression(SIGN_PRECEDENCE)
    const op = sign.text as '+' | '-'
    if (expr.kind === 'number')
      return { ...expr, value: op === '-' ? -expr.value : expr.value, start: sign.start }
    return { kind: 'unary', op, expr, start: sign.start, end: expr.end }
  }

  #primary(): Expr {
    const scan = this.#scan
    const { ahead } = scan
    if (scan.isSymbol('(')) return this.#parenthesised()
    if (scan.isSymbol('{')) return selector(scan, undefined)
    if (ahead.kind === 'number' || ahead.kind === 'duration') return number(scan.take())
    if (ahead.kind === 'string') {
      const { text, start, end } = scan.take()
      return { kind: 'string', value: text, start, end }
    }
    if (ahead.kind === 'identifier') return this.#named(scan.take())
    throw unexpected(ahead, 'a value')
  }

  #parenthesised(): Expr {
    const open = this.#scan.take()
    const expr = this.#expression(0)
    const close = this.#close(open)
    return { kind: 'paren', expr, start: open.start, end: close.end }
  }

  /** A number by name, an aggregation, a function, or a metric. */
  #named(name: Token): Expr {
    const scan = this.#scan
    const word = name.text.toLowerCase()
    if (word === 'inf' || word === 'nan') return number(name)
    const groups = scan.isWord('by') || scan.isWord('without')
    if (AGGREGATIONS.has(word) && (groups || scan.isSymbol('('))) return this.#aggregation(name)
    if (groups || scan.isSymbol('(')) return this.#call(name)
    return selector(scan, name)
  }

  #aggregation(name: Token): Expr {
    const op = name.text.toLowerCase() as AggregationOp
    const before = this.#grouping()
    const { args, end } = this.#args()
    const after = this.#grouping()
    if (before !== undefined && after !== undefined)
      throw malformed(`'by' and 'without' stand before or after the argument, not both`, after.start)
    const wanted = WITH_PARAM.has(op) ? 2 : 1
    if (args.length !== wanted)
      throw malformed(`${op} takes ${plural(wanted)}, and got ${args.length}`, name.start)
    return {
      kind: 'aggregation',
      op,
      param: wanted === 2 ? args[0] : undefined,
      expr: args.at(-1)!,
      grouping: before?.grouping ?? after?.grouping ?? { without: false, labels: [] },
      start: name.start,
      end: after?.end ?? end,
    }
  }

  #grouping(): { grouping: Grouping; start: number; end: number } | undefined {
    const word = this.#scan.takeWord('by') ?? this.#scan.takeWord('without')
    if (word === undefined) return undefined
    const labels = labelNames(this.#scan)
    return {
      grouping: { without: word.text.toLowerCase() === 'without', labels },
      start: word.start,
      end: this.#scan.lastEnd,
    }
  }

  #call(name: Token): Expr {
    const func = name.text
    const signature = SIGNATURES.get(func)
    if (signature === undefined) throw malformed(whyUnknown(func), name.start)
    const { args, end } = this.#args()
    const least = signature.args.length - signature.optional
    const most = signature.repeats ? Infinity : signature.args.length
    if (args.length < least || args.length > most) {
      const wanted =
        most === least
          ? plural(least)
          : `${args.length < least ? 'at least' : 'at most'} ${plural(args.length < least ? least : most)}`
      throw malformed(`${func} takes ${wanted}, and got ${args.length}`, name.start)
    }
    return { kind: 'call', func, args, start: name.start, end }
  }

  #args(): { args: Expr[]; end: number } {
    const scan = this.#scan
    const open = scan.takeSymbol('(')
    if (open === undefined) throw unexpected(scan.ahead, `'('`)
    const args: Expr[] = []
    while (!scan.isSymbol(')')) {
      args.push(this.#expression(0))
      if (scan.takeSymbol(',') === undefined) break
      if (scan.isSymbol(')')) throw unexpected(scan.ahead, 'another argument')
    }
    return { args, end: this.#close(open).end }
  }

  #close(open: Token): Token {
    const close = this.#scan.takeSymbol(')')
    if (close !== undefined) return close
    if (this.#scan.ahead.kind === 'end') throw malformed(`'(' is never closed`, open.start)
    throw unexpected(this.#scan.ahead, `an operator, ',' or ')'`)
  }
}

function number({ text, start, end }: Token): Expr {
  const length = parseDuration(text)
  const value = length !== undefined && text !== '0' ? length / 1000 : parseLiteral(text)
  if (value === undefined) throw malformed(`'${text}' is no number`, start)
  return { kind: 'number', value, start, end }
}

const plural = (count: number): string => (count === 1 ? '1 argument' : `${count} arguments`)

function unexpected(token: Token, wanted: string): Error {
  const found =
    token.kind === 'end'
      ? 'the query ends'
      : token.kind === 'string'
        ? 'a string stands'
        : `'${token.text}' stands`
  return malformed(`${found} where ${wanted} is expected`, token.start)
}
