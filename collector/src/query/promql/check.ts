/** Types of expressions: what each evaluates to, and whether it may stand where it stands. */
import {
  COMPARISONS,
  SET_OPERATORS,
  type Aggregation,
  type Binary,
  type Call,
  type Expr,
  type ValueType,
} from './ast.ts'
import { malformed } from './fault.ts'
import { SIGNATURES } from './signatures.ts'

export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'selector':
    case 'aggregation':
      return 'vector'
    case 'matrix':
    case 'subquery':
      return 'matrix'
    case 'paren':
    case 'unary':
      return typeOf(expr.expr)
    case 'call':
      return SIGNATURES.get(expr.func)!.returns
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector'
  }
}

/** @throws HodoscopeError `query_malformed` with the position of the part that does not fit */
export function checkTypes(expr: Expr): void {
  switch (expr.kind) {
    case 'paren':
      return checkTypes(expr.expr)
    case 'unary':
      return expectEither(expr.expr, `'${expr.op}'`)
    case 'subquery':
      return expect(expr.expr, 'vector', 'a subquery')
    case 'binary':
      return checkBinary(expr)
    case 'call':
      return checkCall(expr)
    case 'aggregation':
      return checkAggregation(expr)
    default:
  }
}

const NAMES: Readonly<Record<ValueType, string>> = {
  scalar: 'a scalar',
  vector: 'an instant vector',
  matrix: 'a range vector',
  string: 'a string',
}

function expect(expr: Expr, wanted: ValueType, by: string): void {
  checkTypes(expr)
  const found = typeOf(expr)
  if (found === wanted) return
  const hint =
    wanted === 'matrix' && found === 'vector'
      ? '; put a range behind it, such as [5m]'
      : wanted === 'vector' && found === 'scalar'
        ? '; vector() makes one of it'
        : ''
  throw malformed(`${by} takes ${NAMES[wanted]} and got ${NAMES[found]}${hint}`, expr.start)
}

function expectEither(expr: Expr, by: string): void {
  checkTypes(expr)
  const found = typeOf(expr)
  if (found !== 'scalar' && found !== 'vector')
    throw malformed(`${by} takes scalars and instant vectors and got ${NAMES[found]}`, expr.start)
}

function checkBinary({ op, left, right, bool, matching, start }: Binary): void {
  expectEither(left, `'${op}'`)
  expectEither(right, `'${op}'`)
  const scalars = [left, right].filter(side => typeOf(side) === 'scalar')
  if (SET_OPERATORS.has(op) && scalars.length > 0)
    throw malformed(`'${op}' takes instant vectors and got ${NAMES.scalar}`, scalars[0]!.start)
  if (COMPARISONS.has(op) && scalars.length === 2 && !bool)
    throw malformed(`a comparison of two scalars needs 'bool': ${op} bool`, start)
  if (matching !== undefined && scalars.length > 0)
    throw malformed(`'${matching.on ? 'on' : 'ignoring'}' stands between instant vectors only`, start)
}

function checkCall({ func, args }: Call): void {
  const { args: wanted } = SIGNATURES.get(func)!
  for (const [index, arg] of args.entries()) expect(arg, wanted[Math.min(index, wanted.length - 1)]!, func)
}

function checkAggregation({ op, param, expr }: Aggregation): void {
  if (param !== undefined) expect(param, op === 'count_values' ? 'string' : 'scalar', op)
  expect(expr, 'vector', op)
}
