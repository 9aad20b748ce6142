/** The walk over the tree: every expression is evaluated for all steps at once. */
import { unwrap, type Aggregation, type Expr, type Unary } from './ast.ts'
import { aggregate, aggregateQuantile } from './aggregate.ts'
import { evaluateBinary } from './binary.ts'
import { evaluateCall } from './call.ts'
import { dropNamesStrictly, type Scalar, type Value, type Vector } from './columns.ts'
import type { Context } from './context.ts'
import { aggregateRanked, countValues } from './ranked.ts'
import { evaluateSelector, selectRanges, type Ranges } from './selectors.ts'
import { subqueryRanges } from './subquery.ts'
import type { Walk } from './walk.ts'
import { warnOfQuantiles } from './warnings.ts'

/** @param expr anything but a range vector */
export function evaluate(expr: Expr, context: Context): Value {
  switch (expr.kind) {
    case 'number':
      return { kind: 'scalar', values: new Float64Array(context.grid.count).fill(expr.value) }
    case 'string':
      return { kind: 'string', value: expr.value }
    case 'paren':
      return evaluate(expr.expr, context)
    case 'selector':
      return evaluateSelector(expr, context)
    case 'unary':
      return evaluateUnary(expr, context)
    case 'binary':
      return evaluateBinary(expr, evaluate(expr.left, context), evaluate(expr.right, context), context)
    case 'aggregation':
      return evaluateAggregation(expr, context)
    case 'call':
      return evaluateCall(expr, context, WALK)
    case 'matrix':
    case 'subquery':
      throw new RangeError('a range vector has no value of its own')
  }
}

const WALK: Walk = {
  vector: (expr, context) => evaluate(expr, context) as Vector,
  scalar: (expr, context) => (evaluate(expr, context) as Scalar).values,
  text: expr => {
    const inner = unwrap(expr)
    return inner.kind === 'string' ? inner.value : ''
  },
  ranges: evaluateRanges,
}

/** @param expr a range vector */
export function evaluateRanges(expr: Expr, context: Context): Ranges {
  const inner = unwrap(expr)
  if (inner.kind === 'matrix') return selectRanges(inner, context)
  if (inner.kind === 'subquery')
    return subqueryRanges(inner, context, within => WALK.vector(inner.expr, within))
  throw new RangeError(`${inner.kind} is no range vector`)
}

function evaluateUnary({ op, expr }: Unary, context: Context): Value {
  const value = evaluate(expr, context)
  if (op === '+' || value.kind === 'string') return value
  if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map(one => -one) }
  const columns = value.columns.map(column => ({ ...column, values: column.values.map(one => -one) }))
  return dropNamesStrictly({ ...value, columns }, context.options.dropNamesLate)
}

function evaluateAggregation(expr: Aggregation, context: Context): Vector {
  const { op, param, grouping } = expr
  const vector = WALK.vector(expr.expr, context)
  if (param === undefined) return aggregate(op, vector, grouping, context)
  if (op === 'count_values') return countValues(WALK.text(param, context), vector, grouping, context)
  const values = WALK.scalar(param, context)
  if (op !== 'quantile') return aggregateRanked(values, op === 'topk' ? 1 : -1, vector, grouping, context)
  warnOfQuantiles(values, vector.columns, param, context)
  return aggregateQuantile(values, vector, grouping, context)
}
