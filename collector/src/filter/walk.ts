/**
 * What can be read off a filter tree without any record: which fields it looks at, and what every
 * matching record must have. Backends skip what cannot match by it.
 */
import type { Field, Filter } from './ast.ts'
import type { FieldLeaf } from './compare.ts'

/** The parts that all must hold: nested `and`s flattened, `all` left out. */
export function conjuncts(filter: Filter): readonly Filter[] {
  if (filter.op === 'all') return []
  return filter.op === 'and' ? filter.of.flatMap(conjuncts) : [filter]
}

/** Every leaf that looks at a field, wherever it stands. */
export function leaves(filter: Filter): readonly FieldLeaf[] {
  switch (filter.op) {
    case 'all':
    case 'text':
      return []
    case 'and':
    case 'or':
      return filter.of.flatMap(leaves)
    case 'not':
      return leaves(filter.of)
    default:
      return [filter]
  }
}

/** Every field it looks at; a field may be named several times. */
export function fieldsOf(filter: Filter): readonly Field[] {
  return leaves(filter).map(leaf => leaf.field)
}

/** Whether bare words stand in it anywhere, so that text has to be read. */
export function looksAtText(filter: Filter): boolean {
  switch (filter.op) {
    case 'text':
      return true
    case 'and':
    case 'or':
      return filter.of.some(looksAtText)
    case 'not':
      return looksAtText(filter.of)
    default:
      return false
  }
}

/**
 * The services one of which a matching record must have.
 * @returns undefined when a record of any service may match; an empty set when none can
 */
export function requiredServices(filter: Filter): ReadonlySet<string> | undefined {
  switch (filter.op) {
    case '=':
      return isService(filter.field) ? new Set([filter.value.text]) : undefined
    case 'and':
      return filter.of.map(requiredServices).reduce(narrower, undefined)
    case 'or': {
      const sets = filter.of.map(requiredServices)
      return sets.includes(undefined) ? undefined : new Set(sets.flatMap(set => [...set!]))
    }
    default:
      return undefined
  }
}

function isService(field: Field): boolean {
  return field.in === 'intrinsic' && field.name === 'service'
}

type Services = ReadonlySet<string> | undefined

function narrower(a: Services, b: Services): Services {
  if (a === undefined) return b
  return b === undefined ? a : new Set([...a].filter(name => b.has(name)))
}
