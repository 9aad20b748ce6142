/** How functions evaluate their arguments: handed down, for the walk imports them. */
import type { Expr } from './ast.ts'
import type { Vector } from './columns.ts'
import type { Context } from './context.ts'
import type { Ranges } from './selectors.ts'

export interface Walk {
  vector(expr: Expr, context: Context): Vector
  /** One number a step. */
  scalar(expr: Expr, context: Context): Float64Array
  text(expr: Expr, context: Context): string
  ranges(expr: Expr, context: Context): Ranges
}
