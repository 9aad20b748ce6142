/**
 * Severity as a field: its class by name and its number.
 *
 * Equality and patterns look at the name of the class; a number compares with the severity number.
 * Ordering against a class name means the whole class: `> warn` begins at error, `>= warn` at the
 * first warn.
 */
import type { Comparison } from './ast.ts'
import { compileValueTest, type FieldLeaf } from './compare.ts'

export type SeverityClass = 'unspecified' | 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** In the order of their numbers. */
export const SEVERITY_CLASSES = [
  'unspecified',
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
] as const satisfies readonly SeverityClass[]

/** @param severityNumber 0 to 24 as OTLP has it; anything else is unspecified */
export function severityClass(severityNumber: number): SeverityClass {
  if (!(severityNumber >= 1 && severityNumber <= 24)) return 'unspecified'
  return SEVERITY_CLASSES[Math.ceil(severityNumber / 4)]!
}

/** @returns the test of a severity number */
export function compileSeverityTest(leaf: FieldLeaf): (severityNumber: number) => boolean {
  if (isOrder(leaf.op) && 'value' in leaf) {
    const bounds = classBounds(leaf.value.text)
    if (bounds !== undefined) return compareWithClass(leaf.op, bounds)
  }
  const test = compileValueTest(leaf)
  if (isOrder(leaf.op)) return severityNumber => test(severityNumber)
  return severityNumber => test(severityClass(severityNumber)) || (leaf.op === '=' && test(severityNumber))
}

type Order = Exclude<Comparison, '='>

function isOrder(op: string): op is Order {
  return op === '<' || op === '<=' || op === '>' || op === '>='
}

function classBounds(name: string): { min: number; max: number } | undefined {
  const index = SEVERITY_CLASSES.findIndex(known => known === name)
  if (index < 0) return undefined
  return index === 0 ? { min: 0, max: 0 } : { min: index * 4 - 3, max: index * 4 }
}

function compareWithClass(
  op: Order,
  bounds: { min: number; max: number },
): (severityNumber: number) => boolean {
  switch (op) {
    case '<':
      return severityNumber => severityNumber < bounds.min
    case '<=':
      return severityNumber => severityNumber <= bounds.max
    case '>':
      return severityNumber => severityNumber > bounds.max
    default:
      return severityNumber => severityNumber >= bounds.min
  }
}
