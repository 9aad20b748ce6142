/** Binary operators between scalars, and between a scalar and a vector. */
import { SET_OPERATORS, type Binary } from './ast.ts'
import {
  dropNames,
  emptyColumn,
  isEmpty,
  vectorOf,
  type Column,
  type Scalar,
  type Value,
  type Vector,
} from './columns.ts'
import type { Context } from './context.ts'
import { matchVectors } from './matching.ts'
import { cellOperator, keepsNames, type CellOperator } from './operators.ts'
import { combineSets } from './sets.ts'

export function evaluateBinary(expr: Binary, left: Value, right: Value, context: Context): Value {
  if (left.kind === 'scalar' && right.kind === 'scalar') return betweenScalars(expr, left, right)
  if (left.kind === 'vector' && right.kind === 'vector')
    return SET_OPERATORS.has(expr.op)
      ? combineSets(expr, left, right, context)
      : matchVectors(expr, left, right, context)
  if (left.kind === 'vector') return withScalar(expr, left, right as Scalar, false, context)
  return withScalar(expr, right as Vector, left as Scalar, true, context)
}

function betweenScalars(expr: Binary, left: Scalar, right: Scalar): Scalar {
  const operate = cellOperator(expr, false)
  const cell = { value: 0, kept: false }
  const values = left.values.map((value, i) => {
    operate(value, right.values[i]!, cell)
    return cell.value
  })
  return { kind: 'scalar', values }
}

function withScalar(
  expr: Binary,
  vector: Vector,
  scalar: Scalar,
  scalarIsLeft: boolean,
  context: Context,
): Vector {
  const operate = cellOperator(expr, scalarIsLeft)
  const columns: Column[] = []
  for (const column of vector.columns) {
    context.work.take(column.values.length)
    const out = applyScalar(column, scalar, scalarIsLeft, operate)
    if (!isEmpty(out)) columns.push(out)
  }
  const result = vectorOf(columns, vector.oneName)
  return keepsNames(expr) ? result : dropNames(result, context.options.dropNamesLate)
}

function applyScalar(column: Column, scalar: Scalar, scalarIsLeft: boolean, operate: CellOperator): Column {
  const { labels, dropName, values, present } = column
  const out = emptyColumn(labels, values.length, dropName)
  const cell = { value: 0, kept: false }
  for (let i = 0; i < values.length; i++) {
    if (present[i] === 0) continue
    if (scalarIsLeft) operate(scalar.values[i]!, values[i]!, cell)
    else operate(values[i]!, scalar.values[i]!, cell)
    if (!cell.kept) continue
    out.values[i] = cell.value
    out.present[i] = 1
  }
  return out
}
