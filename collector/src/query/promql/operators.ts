/** Arithmetic and comparison of two numbers, as Go computes them. */
import { COMPARISONS, type ArithmeticOp, type Binary, type ComparisonOp } from './ast.ts'

const ARITHMETIC: Readonly<Record<ArithmeticOp, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
  atan2: Math.atan2,
}

const COMPARISON: Readonly<Record<ComparisonOp, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

/** IEEE 754's pow, in which 1 to whatever is 1; JavaScript's `**` gives NaN for 1 ** NaN and (±1) ** ∞. */
function power(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b
}

/** What an operator makes of two numbers; `kept` is false where a filter lets nothing through. */
export interface Cell {
  value: number
  kept: boolean
}

/** Writes its result into `cell`, so that a loop makes no objects. */
export type CellOperator = (left: number, right: number, cell: Cell) => void

/** @param valueIsRight of a filter: which side's value goes on */
export function cellOperator({ op, bool }: Binary, valueIsRight: boolean): CellOperator {
  if (!COMPARISONS.has(op)) {
    const compute = ARITHMETIC[op as ArithmeticOp]
    return (left, right, cell) => {
      cell.value = compute(left, right)
      cell.kept = true
    }
  }
  const compare = COMPARISON[op as ComparisonOp]
  if (bool)
    return (left, right, cell) => {
      cell.value = compare(left, right) ? 1 : 0
      cell.kept = true
    }
  return (left, right, cell) => {
    cell.value = valueIsRight ? right : left
    cell.kept = compare(left, right)
  }
}

/** Filters keep the names of what they let through; whatever computes a new value drops them. */
export const keepsNames = ({ op, bool }: Binary): boolean => COMPARISONS.has(op) && !bool
