/** `and`, `or`, `unless`: many to many, by signature. */
import type { Binary } from './ast.ts'
import { isEmpty, mergeColumns, sameLabels, vectorOf, type Column, type Vector } from './columns.ts'
import type { Context } from './context.ts'
import { bySignature, MATCH_ALL, signature } from './signature.ts'

export function combineSets(
  { op, matching = MATCH_ALL }: Binary,
  left: Vector,
  right: Vector,
  { work, grid }: Context,
): Vector {
  const keyOf = signature(matching)
  const inOther = (other: Vector): ((column: Column) => Uint8Array | undefined) => {
    const masks = new Map<string, Uint8Array>()
    for (const [key, columns] of bySignature(other.columns, matching)) masks.set(key, anyPresent(columns))
    return column => masks.get(keyOf(column.labels))
  }
  work.take((left.columns.length + right.columns.length) * grid.count)
  if (op === 'or') {
    const rest = right.columns.map(masked(inOther(left), false))
    return vectorOf(mergeColumns([...left.columns, ...rest.filter(column => !isEmpty(column))], sameLabels))
  }
  const columns = left.columns.map(masked(inOther(right), op === 'and'))
  return vectorOf(
    columns.filter(column => !isEmpty(column)),
    left.oneName,
  )
}

function anyPresent([first, ...others]: readonly Column[]): Uint8Array {
  const mask = first!.present.slice()
  for (const { present } of others) for (let i = 0; i < mask.length; i++) mask[i]! |= present[i]!
  return mask
}

/** Keeps the cells where the other side has something, or where it has nothing. */
function masked(
  maskOf: (column: Column) => Uint8Array | undefined,
  wanted: boolean,
): (column: Column) => Column {
  return column => {
    const mask = maskOf(column)
    if (mask === undefined)
      return wanted ? { ...column, present: new Uint8Array(column.present.length) } : column
    const keep = wanted ? 1 : 0
    return { ...column, present: column.present.map((here, i) => (here === 1 && mask[i] === keep ? 1 : 0)) }
  }
}
