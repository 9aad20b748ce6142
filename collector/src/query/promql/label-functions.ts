/** `label_replace` and `label_join`. */
import { RE2JS } from 're2js'
import type { Labels } from '../../model/series.ts'
import { expectDistinct, vectorOf, type Column, type Vector } from './columns.ts'
import { notExecutable } from './fault.ts'
import { expand, groupOf } from './go-regexp.ts'
import { labelOf, METRIC_NAME, withLabel } from './labels.ts'

const LABEL_NAME = /^[a-zA-Z_]\w*$/

/** Where all of the source label's value matches, the target label becomes the replacement. */
export function labelReplace(
  vector: Vector,
  [target, replacement, source, pattern]: readonly string[],
): Vector {
  expectLabelName('label_replace', target!)
  const regex = compile(pattern!)
  return relabel(vector, target!, labels => {
    const match = regex.matcher(labelOf(labels, source!))
    return match.find() ? expand(replacement!, name => groupOf(regex, match, name)) : undefined
  })
}

/** The target label becomes the values of the source labels, with a separator between them. */
export function labelJoin(vector: Vector, [target, separator, ...sources]: readonly string[]): Vector {
  for (const name of [target!, ...sources]) expectLabelName('label_join', name)
  return relabel(vector, target!, labels => sources.map(name => labelOf(labels, name)).join(separator))
}

/** @param valueOf undefined leaves a series as it is */
function relabel(vector: Vector, target: string, valueOf: (labels: Labels) => string | undefined): Vector {
  const columns = vector.columns.map((column): Column => {
    const value = valueOf(column.labels)
    if (value === undefined) return column
    const dropName = column.dropName && target !== METRIC_NAME
    return { ...column, dropName, labels: withLabel(column.labels, target, value) }
  })
  expectDistinct(columns)
  return vectorOf(columns)
}

function expectLabelName(func: string, name: string): void {
  if (!LABEL_NAME.test(name)) throw notExecutable(`invalid label name in ${func}(): ${name}`)
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(`^(?s:${pattern})$`)
  } catch {
    throw notExecutable(`invalid regular expression in label_replace(): ${pattern}`)
  }
}
