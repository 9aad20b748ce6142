/**
 * One value against one leaf of the filter tree.
 *
 * These are the only rules by which a value is compared: a backend that keeps distinct values in a
 * dictionary calls the same tests once for each entry, and so cannot answer differently.
 * The rules in prose stand in `ast.ts`.
 */
import type { AnyValue } from '../model/attributes.ts'
import { valueText } from '../model/value-text.ts'
import type { Comparison, Filter, Literal } from './ast.ts'
import { decimalNumber, exactInteger } from './number.ts'
import { compileContains, compileRegex, compileWildcard, type TextTest } from './pattern.ts'

/** A node of the filter tree that looks at a field. */
export type FieldLeaf = Extract<Filter, { field: unknown }>
export type ValueTest = (value: AnyValue) => boolean

/**
 * The test of one value; a field with several values matches when one of them passes.
 * `exists` passes for every value, the unset one too: the key stands there.
 * @throws HodoscopeError `query_malformed` for a malformed regular expression
 */
export function compileValueTest(leaf: FieldLeaf): ValueTest {
  switch (leaf.op) {
    case 'exists':
      return () => true
    case 'wildcard':
      return onText(compileWildcard(leaf.pattern))
    case 'contains':
      return onText(compileContains(leaf.pattern))
    case 'regex':
      return onText(compileRegex(leaf.pattern))
    case '=':
      return compileEquality(leaf.value)
    default:
      return compileOrder(leaf.op, leaf.value)
  }
}

/** The test of an intrinsic, whose empty text stands for "absent". */
export function compileIntrinsicTest(leaf: FieldLeaf): ValueTest {
  const test = compileValueTest(leaf)
  return value => value !== '' && test(value)
}

/** The test of bare words: a text that contains them, ignoring case. */
export const compileTextTest: (text: string) => TextTest = compileContains

function onText(test: TextTest): ValueTest {
  return value => {
    const text = valueText(value)
    return text !== undefined && test(text)
  }
}

function compileEquality(literal: Literal): ValueTest {
  const { text } = literal
  const number = numericValue(literal)
  return value => {
    switch (typeof value) {
      case 'string':
        return value === text
      case 'boolean':
        return text === (value ? 'true' : 'false')
      case 'number':
      case 'bigint':
        // A bigint and a number of the same value are equal by `==` alone.
        return number == value // oxlint-disable-line eqeqeq
      default:
        return false
    }
  }
}

const ORDERS: Readonly<
  Record<Exclude<Comparison, '='>, (a: number | bigint, b: number | bigint) => boolean>
> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

function compileOrder(op: Exclude<Comparison, '='>, literal: Literal): ValueTest {
  const holds = ORDERS[op]
  const bound = numericValue(literal)
  return value => {
    if (typeof value === 'number' || typeof value === 'bigint') return holds(value, bound)
    return typeof value === 'string' && holds(numericText(value), bound)
  }
}

/** Exact where the literal is an integer, for an int64 has more digits than a double. */
function numericValue(literal: Literal): number | bigint {
  return exactInteger(literal.text) ?? literal.number
}

function numericText(text: string): number | bigint {
  return exactInteger(text) ?? decimalNumber(text)
}
