/**
 * PromQL as a tree. Every node knows where it stands in the text, so that faults and annotations
 * can point there; parentheses are kept, so that the tree can be written back as it was meant.
 *
 * Source: prometheus.io/docs/prometheus/latest/querying/basics and operators.
 */
import type { LabelMatcher } from '../../model/series.ts'
import type { Millis, UnixMillis } from '../../model/time.ts'

/** Offsets into the text in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Paren
  | Unary
  | Binary
  | Call
  | Aggregation

interface Node extends Span {
  readonly kind: string
}

export interface NumberLiteral extends Node {
  readonly kind: 'number'
  readonly value: number
}

export interface StringLiteral extends Node {
  readonly kind: 'string'
  readonly value: string
}

/** A fixed evaluation time, or the start or end of the whole query. */
export type At = UnixMillis | 'start' | 'end'

/** `offset` and `@`. */
export interface Shift {
  /** Into the past when positive. */
  readonly offset: Millis
  readonly at: At | undefined
}

export interface VectorSelector extends Node, Shift {
  readonly kind: 'selector'
  /** With the metric's name, where one is given. */
  readonly matchers: readonly LabelMatcher[]
}

export interface MatrixSelector extends Node {
  readonly kind: 'matrix'
  readonly selector: VectorSelector
  readonly range: Millis
}

export interface Subquery extends Node, Shift {
  readonly kind: 'subquery'
  readonly expr: Expr
  readonly range: Millis
  /** Undefined: the engine's default. */
  readonly step: Millis | undefined
}

export interface Paren extends Node {
  readonly kind: 'paren'
  readonly expr: Expr
}

export interface Unary extends Node {
  readonly kind: 'unary'
  readonly op: '+' | '-'
  readonly expr: Expr
}

export type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2'
export type ComparisonOp = '==' | '!=' | '<' | '<=' | '>' | '>='
export type SetOp = 'and' | 'or' | 'unless'
export type BinaryOp = ArithmeticOp | ComparisonOp | SetOp

/** Which series of two vectors belong together. */
export interface Matching {
  /** True: `labels` are all that counts; false: `labels` and the name do not count. */
  readonly on: boolean
  readonly labels: readonly string[]
  /** `left`: many on the left to one on the right, `group_left`. */
  readonly group: 'none' | 'left' | 'right'
  /** Labels that the many take over from the one. */
  readonly include: readonly string[]
}

export interface Binary extends Node {
  readonly kind: 'binary'
  readonly op: BinaryOp
  readonly left: Expr
  readonly right: Expr
  /** Comparisons only: 0 and 1 instead of a filter. */
  readonly bool: boolean
  /** Undefined where none is written. */
  readonly matching: Matching | undefined
}

export interface Call extends Node {
  readonly kind: 'call'
  readonly func: string
  readonly args: readonly Expr[]
}

export type AggregationOp =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'quantile'
  | 'count_values'

export interface Grouping {
  readonly without: boolean
  readonly labels: readonly string[]
}

export interface Aggregation extends Node {
  readonly kind: 'aggregation'
  readonly op: AggregationOp
  readonly param: Expr | undefined
  readonly expr: Expr
  readonly grouping: Grouping
}

/** What an expression evaluates to. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string'

export const COMPARISONS: ReadonlySet<string> = new Set<ComparisonOp>(['==', '!=', '<', '<=', '>', '>='])
export const SET_OPERATORS: ReadonlySet<string> = new Set<SetOp>(['and', 'or', 'unless'])

/** The expression within any number of parentheses. */
export function unwrap(expr: Expr): Expr {
  return expr.kind === 'paren' ? unwrap(expr.expr) : expr
}

/** The parts of an expression, in the order in which they are written. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return []
    case 'matrix':
      return [expr.selector]
    case 'subquery':
    case 'paren':
    case 'unary':
      return [expr.expr]
    case 'binary':
      return [expr.left, expr.right]
    case 'call':
      return expr.args
    case 'aggregation':
      return expr.param === undefined ? [expr.expr] : [expr.param, expr.expr]
  }
}

/** Every selector in an expression. */
export function selectorsOf(expr: Expr): VectorSelector[] {
  return expr.kind === 'selector' ? [expr] : childrenOf(expr).flatMap(selectorsOf)
}
